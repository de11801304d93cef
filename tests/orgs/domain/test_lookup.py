"""The few members and departments that a few characters most likely mean."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs import lookup, search
from orgs.models import Organization
from orgs.rows import DepartmentRow
from tests.orgs.domain.conftest import directory, fill, member
from tests.support.queries import Queries

MOST = 8
CHARACTERS = "01 aAＡ１张三丰'\"*^()%_ß"
values = st.text(CHARACTERS, max_size=6)


def found(query: str, org_num: int = 7, most: int = MOST) -> list[int]:
    organization = Organization.objects.get(num=org_num)
    return [one.user_id for one in lookup.members(organization, query, most=most)]


@given(
    rows=st.lists(st.tuples(values, values, st.none() | values), max_size=MOST),
    query=values.filter(search.normalized),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_of_few_it_finds_all_that_contain_it_and_nothing_else(
    db: None, rows: list[tuple[str, str, str | None]], query: str
) -> None:
    people = [
        member(at, name, phone=phone, user_num="", job_num=job)
        for at, (name, phone, job) in enumerate(rows, start=1)
    ]
    fill(7, directory(people))
    wanted = search.normalized(query)
    contain = {
        at
        for at, row in enumerate(rows, start=1)
        if any(wanted in search.normalized(value) for value in row if value)
    }
    assert set(found(query)) == contain


@pytest.mark.django_db
def test_what_is_called_so_comes_first_then_what_begins_so() -> None:
    people = [member(at, f"x王{at}") for at in range(1, 6)]
    people += [member(10, "王芳"), member(11, "小王"), member(12, "王"), member(13, "x", phone="王")]
    fill(7, directory(people))
    assert set(found("王")[:2]) == {12, 13}
    assert found("王")[2] == 10
    assert len(found("王")) == MOST


@pytest.mark.django_db
def test_one_exact_number_is_found_among_many_that_contain_it() -> None:
    people = [member(at, "A", phone=f"9{at:04}7001") for at in range(1, 400)]
    fill(7, directory([*people, member(999, "B", phone="7001")]))
    assert found("7001")[0] == 999
    assert len(found("7001")) == MOST


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["ada", "ＡＤＡ", " ada ", "Ada W", "ada  wong"])
def test_case_width_and_spaces_do_not_matter(query: str) -> None:
    fill(7, directory([member(1, "Ada Wong"), member(2, "Adele")]))
    assert found(query) == [1]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "   ", "\u3000"])
def test_nothing_typed_finds_nothing(query: str) -> None:
    fill(7, directory([member(1)]))
    organization = Organization.objects.get(num=7)
    assert lookup.members(organization, query, most=MOST) == []
    assert lookup.departments(organization, query, most=MOST) == []


@pytest.mark.django_db
def test_nobody_of_another_organization_is_found() -> None:
    fill(7, directory([member(1, "张三")]))
    fill(8, directory([member(2, "张三"), member(3, "李四张三")]))
    assert found("张三") == [1]
    assert found("三") == [1]


@pytest.mark.django_db
def test_while_the_index_is_not_there_the_rows_are_read() -> None:
    fill(7, directory([member(1, "李张三"), member(2, "李四")]))
    Organization.objects.update(indexed=False)
    assert found("张三") == [1]


@pytest.mark.django_db
def test_departments_come_with_their_counts() -> None:
    rows = [DepartmentRow(at, name, None) for at, name in enumerate(("研发部", "研发", "大研发"), start=1)]
    fill(7, directory([member(1, dept_id=1), member(2, dept_id=1, type=1)], rows))
    organization = Organization.objects.get(num=7)
    hits = lookup.departments(organization, "研发", most=2)
    assert [(one.name, one.members) for one in hits] == [("研发", 0), ("研发部", 2)]


@pytest.mark.django_db
def test_it_costs_few_queries() -> None:
    fill(7, directory([member(at, "张三") for at in range(1, 50)]))
    organization = Organization.objects.get(num=7)
    for query in ("张", "nobody"):
        with Queries() as captured:
            lookup.members(organization, query, most=MOST)
        assert len(captured) <= 4
