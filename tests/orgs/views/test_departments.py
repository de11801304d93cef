"""/departments: the list."""

import pytest
from django.test import Client

from orgs.models import Department, Member
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
REGION = "departments-table"


def rows(client: Client, query: str = "") -> list[tuple[str, int, int]]:
    page = client.get(f"/departments{query}").context["table"].page
    return [(row.name, row.people, row.devices) for row in page.rows]


def test_it_lists_all_with_their_counts(owner_client: Client) -> None:
    listed = rows(owner_client)
    assert len(listed) == Department.objects.count()
    assert ("研发部2", 1, 1) in listed
    inside = Member.objects.exclude(dept_id=0).count()
    assert sum(people + devices for _name, people, devices in listed) == inside


def test_names_lead_to_the_members_inside(owner_client: Client) -> None:
    assert '<a href="/members?dept=6">研发部2</a>' in owner_client.get("/departments").content.decode()


def test_it_says_how_many_are_in_none(owner_client: Client) -> None:
    body = asking.text(owner_client.get("/departments"))
    outside = Member.objects.filter(dept_id=0).count()
    assert f'<a href="/members?dept=0">{outside} members and devices</a> are in no department.' in body


@pytest.mark.parametrize(("query", "found"), [("研发", 1), ("部2", 1), ("nothing", 0), ("%F0%9F%90%AF", 0)])
def test_it_searches(owner_client: Client, query: str, found: int) -> None:
    assert len(rows(owner_client, f"?q={query}")) == found


@pytest.mark.parametrize(("sort", "column"), [("name", 0), ("people", 1), ("devices", 2)])
def test_it_sorts_both_ways(owner_client: Client, sort: str, column: int) -> None:
    ascending = [row[column] for row in rows(owner_client, f"?sort={sort}")]
    assert ascending == sorted(ascending)
    assert [row[column] for row in rows(owner_client, f"?sort=-{sort}")] == ascending[::-1]


@pytest.mark.parametrize("query", ["?sort=password", "?page=-1", "?page=99", "?cols=nothing", "?q=%00"])
def test_nonsense_falls_back(owner_client: Client, query: str) -> None:
    assert owner_client.get(f"/departments{query}").status_code == 200


def test_the_fragment_equals_the_page(owner_client: Client) -> None:
    fragment = asking.fragment_equals_page(owner_client, "/departments?q=部&sort=-people", REGION)
    assert "研发部2" in fragment


def test_without_departments_it_says_what_to_do(owner_client: Client) -> None:
    owner_client.get("/departments")
    Department.objects.all().delete()
    body = asking.text(owner_client.get("/departments"))
    assert "No departments yet" in body
    assert "/departments/new" in body


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    owner_client.get("/departments")
    Department.objects.filter(dept_id=6).update(name=asking.HOSTILE)
    body = owner_client.get("/departments").content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt;" in body
    assert "<img" not in body


def test_weilas_own_count_is_a_column_only_where_it_is_told(owner_client: Client) -> None:
    assert "Counted by Weila" not in asking.text(owner_client.get("/departments"))
    Department.objects.filter(dept_id=6).update(user_count=7)
    assert "Counted by Weila" in asking.text(owner_client.get("/departments"))


def test_empty_ones_can_be_listed(owner_client: Client) -> None:
    found = rows(owner_client, "?people=none")
    assert ("筹建办公室", 0, 0) in found
    assert {people + devices for _name, people, devices in found} == {0}
    peopled = Member.objects.exclude(dept_id=0).values("dept_id").distinct().count()
    assert len(found) == Department.objects.count() - peopled
    assert rows(owner_client, "?people=none&q=研发") == []


def test_a_filter_that_is_no_choice_is_left_out_and_said(owner_client: Client) -> None:
    response = owner_client.get("/departments?people=7")
    assert len(response.context["table"].page.rows) == Department.objects.count()
    assert "this filter is left out" in asking.text(response)


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get("/departments")["Location"] == "/sign-in?next=%2Fdepartments"


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, "/departments")


def test_it_is_still_shown_while_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/departments")
    sandbox.fault("*", "status", 503)
    assert owner_client.get("/departments").status_code == 200
