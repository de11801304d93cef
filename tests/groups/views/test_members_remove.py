"""/groups/<group_id>/members/remove."""

import pytest
from django.test import Client

from tests.groups.domain.conftest import inside
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"{asking.ADDRESS}/members/remove"
BOTH = f"?m={asking.PERSON}&m={asking.DEVICE}"
OPERATION = asking.API + "group-member-delete"


@pytest.fixture
def client(owner_client: Client, sandbox: SandboxProcess) -> Client:
    """The owner, who has opened the group."""
    owner_client.get(asking.ADDRESS)
    sandbox.clear_journal()
    return owner_client


def test_it_names_them_first(client: Client, sandbox: SandboxProcess) -> None:
    body = asking.text(client.get(ADDRESS + BOTH))
    assert "2 members and devices" in body
    assert body.count('<li class="chip">222222 ') == 2
    assert "70011173" in body
    assert asking.sent(sandbox) == []


def test_it_removes_all_in_one_call_and_says_whom(client: Client, sandbox: SandboxProcess) -> None:
    response = client.post(ADDRESS, asking.fields(client.get(ADDRESS + BOTH)), follow=True)
    assert "Removed from “测试群3”: 222222, 222222." in asking.text(response)
    assert inside() == set()
    assert asking.sent(sandbox) == ["group-member-delete"]


def test_nobody_selected_leads_back(client: Client) -> None:
    for query in ("", "?m=x", f"?m={asking.OWNER_ID}"):
        response = client.get(ADDRESS + query, follow=True)
        assert response.redirect_chain[0][0] == asking.ADDRESS
        assert "Select who is to be removed first." in asking.text(response)


@pytest.mark.parametrize("typed", ["", "x", "1,2"])
def test_bad_input_sends_nothing(client: Client, sandbox: SandboxProcess, typed: str) -> None:
    assert client.post(ADDRESS, {"people": typed}).status_code == 422
    assert asking.sent(sandbox) == []


def test_somebody_who_left_meanwhile_is_said_and_not_sent(
    client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    opened = asking.fields(client.get(ADDRESS + BOTH))
    manager_client.post(ADDRESS, {"people": str(asking.DEVICE)})
    sandbox.clear_journal()
    body = asking.text(client.post(ADDRESS, opened, follow=True))
    assert "No longer in “测试群3” before, so not sent: 222222." in body
    assert "Removed from “测试群3”: 222222." in body
    assert asking.sent(sandbox) == ["group-member-delete"]


def test_weila_said_done_and_it_is_not_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upstream.weila.client.Weila.group_member_delete", lambda self, group_id, ids: None)
    body = asking.text(client.post(ADDRESS, {"people": str(asking.PERSON)}, follow=True))
    assert "Weila said that it was done, but these are still in “测试群3”: 222222." in body


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, people=str(asking.PERSON))


def test_groups_of_others_do_not_exist_here(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.foreign_group_is_not_found(owner_client, sandbox, "/members/remove", people=str(asking.PERSON))


def test_a_member_of_another_organization_sends_nothing(client: Client, sandbox: SandboxProcess) -> None:
    response = client.post(ADDRESS, {"people": f"{asking.PERSON}.{asking.FOREIGNER}"})
    assert response.status_code == 404
    assert asking.sent(sandbox) == []


def test_it_was_deleted_elsewhere(client: Client, manager_client: Client, sandbox: SandboxProcess) -> None:
    asking.deleted_elsewhere(manager_client, sandbox)
    assert client.post(ADDRESS, {"people": str(asking.PERSON)}).status_code == 404
    assert asking.sent(sandbox) == []


def test_weila_is_down(client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(client, sandbox, ADDRESS + BOTH, people=str(asking.PERSON))


def test_a_lost_answer_that_was_done_is_found(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert client.post(ADDRESS, {"people": str(asking.PERSON)}).status_code == 302
    assert asking.sent(sandbox) == ["group-member-delete"]


def test_what_is_not_known_is_said(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = client.post(ADDRESS, {"people": str(asking.PERSON)})
    assert response.status_code == 504
    assert "1 member or device was to be removed from “测试群3”." in asking.text(response)
