"""/groups: the table."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from groups.models import Group, Roster
from orgs.models import Member, Organization
from tests.groups.domain.conftest import fill
from tests.groups.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
REGION = "groups-table"


def ids(client: Client, query: str = "") -> list[int]:
    table = client.get(f"/groups{query}").context["table"]
    return [row.group.group_id for row in table.page.rows]


def test_it_lists_all_groups(owner_client: Client) -> None:
    response = owner_client.get("/groups")
    body = asking.text(response)
    assert "6 groups" in body
    assert "安保部对讲群" in body
    assert "Company group" in body


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, "/groups")


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, "/groups")


def test_another_organization_sees_its_own(signed_in_client: object, sandbox: SandboxProcess) -> None:
    client = signed_in_client("16675441248")  # type: ignore[operator]
    body = asking.text(client.get("/groups"))
    assert "No groups yet" in body
    assert "Create a group" in body


def test_the_fragment_equals_the_page(owner_client: Client) -> None:
    owner_client.get("/groups")
    fragment = asking.fragment_equals_page(owner_client, "/groups?q=对讲&sort=-members", REGION)
    assert "安保部对讲群" in fragment
    assert "测试群3" not in fragment


@pytest.mark.parametrize(
    ("query", "count"),
    [("?q=测试", 2), ("?q=80000528", 1), ("?burst_mode=0", 6), ("?burst_mode=2", 0), ("?type=17", 6)],
)
def test_it_searches_and_filters(owner_client: Client, query: str, count: int) -> None:
    assert len(ids(owner_client, query)) == count


def test_empty_groups_and_those_with_suspended_members(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    assert ids(owner_client, "?only=empty") == [asking.EMPTY]
    assert ids(owner_client, "?only=suspended") == []
    Member.objects.filter(user_id=asking.PERSON).update(state=1)
    assert ids(owner_client, "?only=suspended") == [asking.GROUP]
    assert "with suspended" in asking.text(owner_client.get("/groups"))


@pytest.mark.parametrize("column", ["name", "number", "members", "burst_mode", "type", "created"])
def test_every_sort_turns_round(owner_client: Client, column: str) -> None:
    assert ids(owner_client, f"?sort={column}") == ids(owner_client, f"?sort=-{column}")[::-1]


@pytest.mark.parametrize(
    "query", ["?sort=avatar", "?page=x", "?cols=nothing", "?burst_mode=9", "?type=' OR 1", "?only=x"]
)
def test_nonsense_falls_back(owner_client: Client, query: str) -> None:
    owner_client.get("/groups")
    assert len(ids(owner_client, query)) == 6


def test_columns_can_be_chosen(owner_client: Client) -> None:
    fragment = asking.fragment_equals_page(owner_client, "/groups?cols=limit,shutup", REGION)
    assert re.findall(r'id="groups-table-sort-(\w+)"', fragment) == ["name", "shutup", "limit"]


def test_unknown_numbers_are_shown_as_numbers_and_can_be_filtered(owner_client: Client) -> None:
    owner_client.get("/groups")
    Group.objects.filter(group_id=asking.GROUP).update(type=33, burst_mode=7)
    body = asking.text(owner_client.get("/groups?type=33"))
    assert "Unknown value 33" in body
    assert "Unknown value 7" in body
    assert ids(owner_client, "?type=33") == [asking.GROUP]


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    owner_client.get("/groups")
    Group.objects.filter(group_id=asking.GROUP).update(name=asking.HOSTILE)
    body = owner_client.get("/groups").content.decode()
    assert escape(asking.HOSTILE) in body
    assert asking.HOSTILE not in body


def test_a_thousand_groups_have_pages(owner_client: Client) -> None:
    owner_client.get("/groups")
    fill({group_id: [] for group_id in range(1, 1001)})
    organization = Organization.objects.get()
    Roster.objects.update(
        group_ver=organization.group_ver, address_ver=organization.address_ver, settled=True
    )
    with Queries() as queries:
        response = owner_client.get("/groups?page=20", headers={"HX-Request": "true", "HX-Target": REGION})
    assert len(queries) <= 18
    assert len(response.context["table"].page.rows) == 50


def test_a_group_that_was_made_elsewhere_appears(owner_client: Client, manager_client: Client) -> None:
    owner_client.get("/groups")
    asking.fill(manager_client, "/groups/new", name="夜班")
    assert "夜班" in asking.text(owner_client.get("/groups"))


def test_weila_is_down_and_the_state_is_shown_with_its_time(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get("/groups")
    Roster.objects.update(group_ver=1, asked_at=None)
    sandbox.fault(asking.API + "group-getall", "status", 503)
    body = asking.text(owner_client.get("/groups"))
    assert "could not be read from Weila just now" in body
    assert "安保部对讲群" in body


def test_weila_is_down_at_the_first_look(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(asking.API + "group-getall", "status", 503)
    response = owner_client.get("/groups")
    assert response.status_code == 200
    assert "This could not be loaded" in asking.text(response)
    assert "No groups yet" not in asking.text(response)


@pytest.mark.parametrize(
    "kind",
    ["html", "empty", "truncated", "garbage", "not-object", "missing-data", "null-data", "wrong-types"],
)
def test_an_answer_that_cannot_be_read_is_not_taken_for_no_groups(
    owner_client: Client, sandbox: SandboxProcess, kind: str
) -> None:
    sandbox.fault(asking.API + "group-getall", "malformed", kind)
    body = asking.text(owner_client.get("/groups"))
    assert "state-failed" in body
    assert "No groups yet" not in body


@pytest.mark.parametrize("kind", ["string-errcode", "string-numbers", "unknown-enum"])
def test_what_can_be_understood_is(owner_client: Client, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(asking.API + "group-getall", "malformed", kind)
    assert len(ids(owner_client)) == 6


def test_an_account_that_may_not_read_groups_is_told_so(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(asking.API + "group-getall", "errcode", 32)
    assert "does not have the right to see this" in asking.text(owner_client.get("/groups"))


def test_looking_changes_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/groups")
    assert owner_client.post("/groups").status_code == 405
    assert asking.sent(sandbox) == []
