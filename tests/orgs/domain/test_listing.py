"""The members table: filters, sorts and pages equal a plain look at every member."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs import database, listing
from orgs.listing import PEOPLE, PER_PAGE, PHONE_NONE, PHONE_SHARED, TRACK_CUSTOM, Filters, Sort
from orgs.models import Organization
from orgs.rows import DepartmentRow, Row
from tests.orgs.domain.conftest import directory, fill, member
from tests.support.queries import Queries

# The first second of two months in Shanghai.
OCTOBER, NOVEMBER = 1_790_784_000, 1_793_462_400
few = st.sampled_from([None, 0, 1, 2])
people: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        name=st.sampled_from(["张三", "李四", "张四", "a", "B", ""]),
        phone=st.sampled_from(["", "", "13800000000", "2", "3", "4"]),
        dept_id=st.sampled_from([0, 6, 7]),
        type=st.sampled_from([0, 1, 255]),
        state=st.sampled_from([0, 1]),
        tts=few,
        loc_share=few,
        track=st.sampled_from([None, 0, 3, 4, 5, 60]),
        created=st.sampled_from([0, 5, OCTOBER - 1, OCTOBER, NOVEMBER - 1, NOVEMBER]),
    ),
    max_size=14,
)
filters = st.builds(
    Filters,
    q=st.sampled_from(["", " ", "张", "张三", "3800", "zzz"]),
    dept=st.sampled_from([None, 0, 6, 8]),
    type=st.sampled_from([None, None, 0, 1, 9, PEOPLE]),
    state=st.sampled_from([None, 0, 1]),
    phone=st.sampled_from([None, None, PHONE_NONE, PHONE_SHARED]),
    joined=st.sampled_from([None, None, "1970-01", "2026-10"]),
    tts=few,
    loc_share=few,
    track=st.sampled_from([None, 0, 3, TRACK_CUSTOM]),
)


def matches(row: Row, wanted: Filters, everybody: list[Row]) -> bool:
    if wanted.type == PEOPLE and row.type == 1:
        return False
    if wanted.phone == PHONE_NONE and (row.phone or row.type == 1):
        return False
    if wanted.phone == PHONE_SHARED and not (row.phone and [o.phone for o in everybody].count(row.phone) > 1):
        return False
    if wanted.joined == "2026-10" and not OCTOBER <= row.created < NOVEMBER:
        return False
    if wanted.joined == "1970-01" and row.created != 5:
        return False
    plain: dict[str, Any] = {"dept_id": wanted.dept, "state": wanted.state}
    plain |= {} if wanted.type == PEOPLE else {"type": wanted.type}
    plain |= {"tts": wanted.tts, "loc_share": wanted.loc_share}
    if any(value is not None and getattr(row, name) != value for name, value in plain.items()):
        return False
    if wanted.track == TRACK_CUSTOM and (row.track is None or row.track <= 4):
        return False
    if isinstance(wanted.track, int) and row.track != wanted.track:
        return False
    q = wanted.q.strip()
    return not q or any(q in value for value in (row.name, row.phone, row.user_num))


@pytest.mark.parametrize("ways", [(2000, 10_000), (0, 0)], ids=["by the filter's index", "along the sort"])
@given(rows=people, wanted=filters, sort=st.sampled_from(Sort), descending=st.booleans())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_equal_plain_sorting(
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    ways: tuple[int, int],
    rows: list[dict[str, Any]],
    wanted: Filters,
    sort: Sort,
    descending: bool,
) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 3)
    monkeypatch.setattr(listing, "FEW", ways[0])
    monkeypatch.setattr(listing, "FEW_HITS", ways[1])
    everybody = [member(at, **values) for at, values in enumerate(rows, start=1)]
    fill(7, directory(everybody))
    found = [row for row in everybody if matches(row, wanted, everybody)]
    found.sort(key=lambda row: (getattr(row, sort.value), row.user_id), reverse=descending)

    pages = max(1, -(-len(found) // 3))
    seen = []
    for number in range(1, pages + 1):
        page = listing.members(7, wanted, sort=sort, descending=descending, page=number)
        assert (page.total, page.number, page.pages) == (len(found), number, pages)
        seen += [row.user_id for row in page.rows]
    assert seen == [row.user_id for row in found]
    kinds = listing.kinds(Organization.objects.get(num=7), wanted)
    assert kinds == sorted((row.user_id, row.type) for row in found)

    monkeypatch.setattr(listing, "PART", 2)
    every = listing.every(7, wanted, sort=sort, descending=descending)
    assert [row.user_id for row in every] == seen


def test_all_members_are_read_in_parts_that_are_asked_for_when_they_are_needed(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PART", 10)
    fill(7, directory([member(number) for number in range(1, 26)]))
    everybody = listing.every(Organization.objects.get(num=7), Filters(), sort=Sort.STATE)
    with Queries() as queries:
        assert [next(everybody).user_id for _ in range(10)] == list(range(1, 11))
    assert len(queries) == 1
    with Queries() as queries:
        assert len(list(everybody)) == 15
    assert len(queries) == 2
    assert all("LIMIT 10" in statement for statement in queries.statements)


def test_a_page_beyond_the_end_is_the_last(db: None) -> None:
    fill(7, directory([member(number) for number in range(1, PER_PAGE + 3)]))
    page = listing.members(7, Filters(), page=99)
    assert (page.number, page.pages, [row.user_id for row in page.rows]) == (
        2,
        2,
        [PER_PAGE + 1, PER_PAGE + 2],
    )
    assert listing.members(7, Filters(), page=-1).number == 1


def test_a_time_that_was_not_told_is_no_month(db: None) -> None:
    fill(7, directory([member(1, created=0), member(2, created=5), member(3, phone="2")]))
    found = listing.members(7, Filters(joined="1970-01", type=PEOPLE))  # two filters: they are counted
    assert ([row.user_id for row in found.rows], found.total) == ([2], 1)


def test_nobody_anywhere(db: None) -> None:
    assert listing.members(7, Filters(q="x")).rows == []
    assert list(listing.every(7, Filters())) == []
    fill(7, directory([member(1)]))
    page = listing.members(7, Filters(type=9))
    assert (page.rows, page.total, page.number, page.pages) == ([], 0, 1, 1)


def test_the_organization_of_the_request_saves_a_query(db: None) -> None:
    fill(7, directory([member(1, dept_id=6), member(2)], [DepartmentRow(6, "研发部", None)]))
    head = Organization.objects.get(num=7)
    with Queries() as queries:
        assert listing.members(head, Filters(dept=6)) == listing.members(7, Filters(dept=6))
        assert listing.departments(head) == listing.departments(7)
    assert len(queries) == 1 + 2 + 1 + 2


@pytest.mark.parametrize(
    "wanted", [Filters(), Filters(q="张"), Filters(dept=6, state=0), Filters(q="张", type=0)]
)
def test_a_handful_of_queries(db: None, wanted: Filters) -> None:
    fill(7, directory([member(number, dept_id=6) for number in range(1, 80)]))
    with Queries() as queries:
        assert listing.members(7, wanted, page=2).total == 79
    assert len(queries) <= 5


@pytest.mark.parametrize(
    ("wanted", "sort", "index"),
    [
        (Filters(), Sort.NAME, "member_name"),
        (Filters(), Sort.PHONE, "member_phone"),
        (Filters(), Sort.CREATED, "member_created"),
        (Filters(dept=6), Sort.NAME, "member_dept"),
        (Filters(type=1), Sort.CREATED, "member_type"),
        (Filters(type=PEOPLE), Sort.CREATED, "member_created"),
        (Filters(phone=PHONE_NONE), Sort.NAME, "member_phone"),
        (Filters(phone=PHONE_SHARED), Sort.NAME, "orgs_sharedphone"),
        (Filters(joined="2023-11"), Sort.NAME, "member_created"),
        (Filters(q="张三"), Sort.NAME, "INTEGER PRIMARY KEY"),
    ],
)
def test_the_way_that_was_meant_is_the_way_that_is_taken(
    db: None, wanted: Filters, sort: Sort, index: str
) -> None:
    if database.connection().vendor != "sqlite":
        return  # PostgreSQL keeps statistics, and finds a few rows best by reading them all
    rows = [member(number, dept_id=6, type=1, phone="2") for number in range(1, 9)]
    fill(7, directory([*rows, member(9, dept_id=7)]))
    with Queries() as queries:
        listing.members(7, wanted, sort=sort)
    (page,) = [one for one in queries.statements if "LIMIT 8" in one or "LIMIT 50" in one]
    with database.connection().cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + page.replace("%", "%%"))
        assert index in "\n".join(row[3] for row in cursor.fetchall())


def test_departments_count_people_and_devices(db: None) -> None:
    rows = [
        member(1, dept_id=6),
        member(2, dept_id=6, type=1),
        member(3, type=1),
        member(4, dept_id=6, type=2),
    ]
    fill(7, directory(rows, [DepartmentRow(9, "空", 0), DepartmentRow(6, "研发部", None)]))
    found = [(one.dept_id, one.name, one.people, one.devices, one.members) for one in listing.departments(7)]
    assert found == [(6, "研发部", 2, 1, 3), (9, "空", 0, 0, 0)]


def test_an_organization_nobody_knows_has_no_departments(db: None) -> None:
    assert listing.departments(7) == []
