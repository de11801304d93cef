"""What is counted when the mirror changes equals a plain look at every member, whatever changed it."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.actor import Actor
from orgs import database, facets, mirror, months, store
from orgs.models import Member, MemberType, Organization, SharedPhone
from orgs.rows import Row
from tests.orgs.domain.conftest import directory, fill, member
from tests.support.sandbox import ORG

PHONES = ["", "", "1", "2", "3", "13800000000"]
values: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    phone=st.sampled_from(PHONES),
    type=st.sampled_from([0, 1, 2, 255]),
    state=st.sampled_from([0, 1]),
    dept_id=st.sampled_from([0, 6, 7]),
    track=st.sampled_from([None, 0, 60]),
    created=st.sampled_from([0, 1_700_000_000, 1_790_783_999, 1_790_784_000]),
)
people = st.dictionaries(st.integers(1, 9), values, max_size=9)
patches = st.lists(
    st.dictionaries(st.integers(1, 12), st.none() | values, min_size=1, max_size=4), max_size=4
)


def rows_of(described: dict[int, dict[str, Any]]) -> dict[int, Row]:
    return {user_id: member(user_id, **given) for user_id, given in described.items()}


def sharing(rows: Collection[Row]) -> dict[str, int]:
    phones = Counter(row.phone for row in rows if row.phone)
    return {phone: count for phone, count in phones.items() if count > 1}


def noted(org_num: int) -> dict[str, int]:
    return dict(SharedPhone.objects.filter(organization=org_num).values_list("phone", "members"))


def counts_are_true(org_num: int) -> None:
    rows = [store.row_of(one) for one in Member.objects.filter(organization=org_num)]
    head = Organization.objects.get(num=org_num)
    assert head.total == len(rows)
    assert noted(org_num) == sharing(rows)
    assert head.facets == facets.counted(rows, shared=sum(sharing(rows).values()))


@given(first=people, then=patches, last=people, behind=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_stay_true(
    db: None,
    first: dict[int, dict[str, Any]],
    then: list[dict[int, dict[str, Any] | None]],
    last: dict[int, dict[str, Any]],
    behind: bool,
) -> None:
    """A load, writes of our own, and another load, whose list is perhaps older than the writes."""
    fill(8, directory([member(1, phone="1")]))
    fill(7, directory(rows_of(first).values()))
    counts_are_true(7)
    before = store.last_own_write(7)
    for patch in then:
        store.patch(7, {key: None if one is None else member(key, **one) for key, one in patch.items()})
        counts_are_true(7)
    known = before if behind else store.last_own_write(7)
    fill(7, directory(rows_of(last).values(), own_writes=known))
    counts_are_true(7)
    assert noted(8) == {}


def test_what_is_counted() -> None:
    rows = [
        member(1, created=1_790_784_000),
        member(2, created=1_790_783_999, phone="1"),
        member(3, type=MemberType.DEVICE, created=0),
    ]
    found = facets.counted(rows)
    assert found["phone"] == {"none": 1}  # a device has none as a rule
    assert found["joined"] == {"2026-10": 1, "2026-09": 1, "none": 1}


def test_a_month_ends_at_midnight_here() -> None:
    first, after = months.span("2026-12")
    assert months.of(first) == "2026-12" == months.of(after - 1)
    assert months.of(first - 1) == "2026-11"
    assert months.of(after) == "2027-01"


def test_the_last_months_lead_up_to_this_one() -> None:
    new_year = datetime(2026, 1, 31, 16, tzinfo=UTC)  # the first of February in Shanghai
    assert months.last(4, new_year) == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_a_mirror_of_an_older_version_is_counted_anew(actor: Actor) -> None:
    head = Organization.objects.get(num=ORG)
    Organization.objects.filter(num=ORG).update(
        facets={name: head.facets[name] for name in head.facets if name not in ("phone", "joined")},
        address_ver=head.mirrored_ver,
        mirrored_settled=True,
    )
    SharedPhone.objects.all().delete()
    old = Organization.objects.get(num=ORG)
    assert mirror.is_due(old)
    store.patch(ORG, {1253446: None})
    assert "phone" not in Organization.objects.get(num=ORG).facets  # unknown stays unknown
    mirror.refresh(ORG, actor.session_id)
    assert not mirror.is_due(Organization.objects.get(num=ORG))
    counts_are_true(ORG)


@pytest.mark.parametrize("changed", [{"phone": "1"}, {"name": "改名"}])
def test_a_write_of_ours_counts_only_the_phones_it_touched(db: None, changed: dict[str, Any]) -> None:
    rows = [member(number, phone=str(number // 2)) for number in range(2, 40)]
    fill(7, directory(rows))
    looked_up: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "HAVING" in sql:
            looked_up.extend(str(one) for one in params)
        return execute(sql, params, many, context)

    with database.connection().execute_wrapper(note):
        store.patch(7, {20: rows[18]._replace(**changed)})
    assert "10" in looked_up
    assert "11" not in looked_up
    counts_are_true(7)
