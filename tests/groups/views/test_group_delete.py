"""/groups/<group_id>/delete."""

import pytest
from django.test import Client

from groups.models import Group
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"{asking.ADDRESS}/delete"
CONFIRMED = {"confirm": "测试群3"}
OPERATION = asking.API + "group-delete"


def test_it_says_how_many_are_inside(owner_client: Client) -> None:
    body = asking.text(owner_client.get(ADDRESS))
    assert "2 members and devices are in it" in body
    assert "<kbd>测试群3</kbd>" in body


def test_it_deletes(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    response = owner_client.post(ADDRESS, CONFIRMED, follow=True)
    assert "The group “测试群3” was deleted." in asking.text(response)
    assert asking.sent(sandbox) == ["group-delete"]
    assert not Group.objects.filter(group_id=asking.GROUP).exists()


def test_an_empty_one_needs_no_typing(owner_client: Client) -> None:
    address = f"/groups/{asking.EMPTY}/delete"
    assert "<kbd>" not in asking.text(owner_client.get(address))
    assert owner_client.post(address).status_code == 302


@pytest.mark.parametrize("typed", ["", "测试群", asking.UNREADABLE])
def test_the_wrong_text_deletes_nothing(owner_client: Client, sandbox: SandboxProcess, typed: str) -> None:
    owner_client.get(ADDRESS)
    assert owner_client.post(ADDRESS, {"confirm": typed}).status_code == 422
    assert asking.sent(sandbox) == []


def test_opening_it_changes_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, **CONFIRMED)


def test_groups_of_others_do_not_exist_here(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.foreign_group_is_not_found(owner_client, sandbox, "/delete", confirm="x")


def test_somebody_else_was_faster(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get(ADDRESS)
    kept = Group.objects.get(group_id=asking.GROUP)
    asking.deleted_elsewhere(manager_client, sandbox)
    kept.save()  # as if they had done it in the app, and nobody had read the list since
    response = owner_client.post(ADDRESS, CONFIRMED, follow=True)
    assert "Somebody else had deleted the group “测试群3” already" in asking.text(response)
    assert asking.sent(sandbox) == []


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, **CONFIRMED)


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert owner_client.post(ADDRESS, CONFIRMED).status_code == 302
    assert asking.sent(sandbox) == ["group-delete"]


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault(OPERATION, "drop", times=1)
    response = owner_client.post(ADDRESS, CONFIRMED)
    assert response.status_code == 504
    assert "The group “测试群3” was to be deleted." in asking.text(response)
