"""/groups/<group_id>: what is known of a group, who is inside, what happened to it."""

import pytest
from django.test import Client
from django.utils.html import escape

from groups.models import Group, Membership
from orgs.models import Member
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
REGION = "group-members"


def test_it_shows_everything_known(owner_client: Client) -> None:
    body = asking.text(owner_client.get(asking.ADDRESS))
    for known in (
        "测试群3",
        "80000528",
        "Queue",
        "Company group",
        "Muted",
        "70011173",
        "30015839",
        "研发部2",
    ):
        assert known in body
    assert 'href="/members/1253444"' in body  # who created it
    assert "2 members and devices" in body


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, asking.ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, asking.ADDRESS)


@pytest.mark.parametrize("group_id", [asking.FOREIGN, 0, 2**63, 10**30])
def test_groups_of_others_do_not_exist_here(
    owner_client: Client, sandbox: SandboxProcess, group_id: int
) -> None:
    response = owner_client.get(f"/groups/{group_id}")
    assert response.status_code == 404
    assert 'href="/groups"' in asking.text(response)
    assert not [one for one in sandbox.journal() if one["path"].endswith("group-member-getall")]


def test_the_fragment_equals_the_page(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    fragment = asking.fragment_equals_page(owner_client, f"{asking.ADDRESS}?q=7001&sort=-number", REGION)
    assert "70011173" in fragment
    assert "30015839" not in fragment


def test_turning_pages_asks_weila_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(asking.ADDRESS)
    Group.objects.update(members_read_at="2026-01-01T00:00:00Z")
    sandbox.clear_journal()
    owner_client.get(f"{asking.ADDRESS}?sort=-name", headers={"HX-Request": "true", "HX-Target": REGION})
    assert not [one for one in sandbox.journal() if "group" in one["path"]]


def test_who_was_added_elsewhere_is_there_when_it_is_opened(
    owner_client: Client, manager_client: Client
) -> None:
    owner_client.get(asking.ADDRESS)
    asking.fill(manager_client, f"{asking.ADDRESS}/members/add", people=str(asking.OWNER_ID))
    assert "ent19949504" in owner_client.get(f"{asking.ADDRESS}").context["table"].page.rows[-1].member.name


def test_suspended_members_are_marked(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    Member.objects.filter(user_id=asking.PERSON).update(state=1)
    assert "Suspended" in asking.text(owner_client.get(asking.ADDRESS))


def test_an_empty_group_offers_to_add_members(owner_client: Client) -> None:
    body = asking.text(owner_client.get(f"/groups/{asking.EMPTY}"))
    assert "Nobody is in this group" in body
    assert "Remove the selected" not in body


def test_a_priority_is_shown_only_where_weila_tells_it(owner_client: Client) -> None:
    assert "Priority" not in asking.text(owner_client.get(asking.ADDRESS))
    Membership.objects.filter(user_id=asking.PERSON).update(priority=42)
    body = asking.text(owner_client.get(asking.ADDRESS, headers={"HX-Request": "true", "HX-Target": REGION}))
    assert "Priority" in body
    assert "42" in body


def test_who_is_not_in_the_directory_is_named_by_the_id(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    Member.objects.filter(user_id=asking.PERSON).delete()
    body = asking.text(owner_client.get(asking.ADDRESS))
    assert "one more in this group who is not in the directory" in body
    assert "1253446" in body


def test_it_was_deleted_elsewhere_while_the_page_was_open(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get(asking.ADDRESS)
    asking.deleted_elsewhere(manager_client, sandbox)
    page = owner_client.get(asking.ADDRESS)
    assert page.status_code == 404
    assert 'href="/groups"' in asking.text(page)
    fragment = owner_client.get(asking.ADDRESS, headers={"HX-Request": "true", "HX-Target": REGION})
    assert (fragment.status_code, fragment["X-Fragment"]) == (404, "error")
    assert "<html" not in fragment.content.decode()
    assert 'href="/groups"' in asking.text(fragment)


def test_it_was_deleted_in_the_app_and_no_version_has_moved_yet(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get(asking.ADDRESS)
    Group.objects.filter(group_id=asking.EMPTY).update(group_id=80099999)  # a number that Weila does not know
    response = owner_client.get("/groups/80099999")
    assert response.status_code == 404
    assert "has been deleted meanwhile" in asking.text(response)
    assert "测试群3" in asking.text(response)


def test_weila_is_down_and_the_members_are_shown_with_their_time(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get(asking.ADDRESS)
    Group.objects.update(members_read_at="2026-01-01T00:00:00Z")
    sandbox.fault(asking.API + "group-member-getall", "status", 503)
    body = asking.text(owner_client.get(asking.ADDRESS))
    assert "You see the members of" in body
    assert "70011173" in body


def test_members_that_were_never_read_are_not_said_to_be_none(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(asking.API + "group-member-getall", "status", 503)
    body = asking.text(owner_client.get(asking.ADDRESS))
    assert "could not be read from Weila yet" in body
    assert "Nobody is in this group" not in body


@pytest.mark.parametrize(
    "kind",
    ["html", "empty", "truncated", "garbage", "not-object", "missing-data", "null-data", "wrong-types"],
)
def test_an_answer_that_cannot_be_read_is_not_taken_for_nobody(
    owner_client: Client, sandbox: SandboxProcess, kind: str
) -> None:
    sandbox.fault(asking.API + "group-member-getall", "malformed", kind)
    body = asking.text(owner_client.get(asking.ADDRESS))
    assert "state-failed" in body
    assert "Nobody is in this group" not in body


def test_rows_that_could_not_be_read_are_counted(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    Group.objects.filter(group_id=asking.GROUP).update(members_skipped=2)
    assert "2 members in Weila's answer could not be read" in asking.text(owner_client.get(asking.ADDRESS))


def test_what_happened_to_it(owner_client: Client) -> None:
    asking.fill(owner_client, f"{asking.ADDRESS}/edit", name="夜班")
    asking.fill(owner_client, f"{asking.ADDRESS}/members/add", people=str(asking.OWNER_ID))
    body = asking.text(owner_client.get(asking.ADDRESS))
    assert "<ins>夜班</ins>" in body
    assert "<ins>ent19949504</ins>" in body
    assert f"/audit?target=group%3A{asking.GROUP}" in body


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    Group.objects.filter(group_id=asking.GROUP).update(name=asking.HOSTILE)
    Member.objects.filter(user_id=asking.PERSON).update(name=asking.HOSTILE)
    body = owner_client.get(asking.ADDRESS).content.decode()
    assert escape(asking.HOSTILE) in body
    assert asking.HOSTILE not in body


def test_looking_changes_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert owner_client.post(asking.ADDRESS).status_code == 405
    assert asking.sent(sandbox) == []
