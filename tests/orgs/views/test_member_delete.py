"""/members/<user_id>/delete."""

import pytest
from django.test import Client

from audit.models import Event, Stage
from orgs.models import Member
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"/members/{asking.PERSON}/delete"
CONFIRMED = {"confirm": "222222"}
OPERATION = asking.API + "member-delete"


def gone() -> bool:
    return not Member.objects.filter(user_id=asking.PERSON).exists()


def test_it_names_the_member_and_the_impact(owner_client: Client, sandbox: SandboxProcess) -> None:
    body = asking.text(owner_client.get(ADDRESS))
    assert "The member with the number 70011173 leaves the organization and its groups." in body
    assert "<kbd>222222</kbd>" in body
    assert asking.sent(sandbox) == []


def test_it_deletes(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = owner_client.post(ADDRESS, CONFIRMED)
    assert response["Location"] == "/members"
    assert "“222222” was deleted." in asking.text(owner_client.get("/members"))
    assert gone()
    assert asking.sent(sandbox) == ["member-delete"]


def test_it_deletes_devices(owner_client: Client, sandbox: SandboxProcess) -> None:
    address = f"/members/{asking.DEVICE}/delete"
    assert "The device with the number 30015839 leaves" in asking.text(owner_client.get(address))
    assert owner_client.post(address, CONFIRMED).status_code == 302
    assert asking.sent(sandbox) == ["member-delete"]


@pytest.mark.parametrize("typed", ["", "2222", "70011173", asking.UNREADABLE])
def test_the_wrong_text_deletes_nothing(owner_client: Client, sandbox: SandboxProcess, typed: str) -> None:
    response = owner_client.post(ADDRESS, {"confirm": typed})
    assert response.status_code == 422
    assert "confirm" in response.context["form"].errors
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize("name", ["王小虎🐯", asking.HOSTILE, "", "x" * 40])
def test_a_name_that_is_hard_to_type_is_confirmed_by_the_number(owner_client: Client, name: str) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=asking.PERSON).update(name=name)
    body = owner_client.get(ADDRESS).content.decode()
    assert "<kbd>70011173</kbd>" in body
    assert "<img" not in body
    assert owner_client.post(ADDRESS, {"confirm": " 70011173 "}).status_code == 302


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, **CONFIRMED)


def test_members_of_others_do_not_exist_here_and_that_is_recorded(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    address = f"/members/{asking.FOREIGNER}/delete"
    asking.foreign_id_is_not_found(owner_client, sandbox, address, confirm="ent44094209")
    event = Event.objects.get(operation="weila.member-delete")
    assert (event.stage, event.target_id) == (Stage.REFUSED, str(asking.FOREIGNER))


def test_the_owner_is_protected_and_the_try_recorded(manager_client: Client, sandbox: SandboxProcess) -> None:
    address = f"/members/{asking.OWNER_ID}/delete"
    for response in (manager_client.get(address), manager_client.post(address, {"confirm": "ent19949504"})):
        assert response.status_code == 403
        assert "The owner of the organization can't be suspended or deleted." in asking.text(response)
    assert asking.sent(sandbox) == []
    assert Event.objects.filter(reason="owner", stage=Stage.REFUSED).count() == 1


def test_nobody_deletes_themselves(manager_client: Client, sandbox: SandboxProcess) -> None:
    manager_client.get("/members")
    own = Member.objects.get(user_num="70016001")
    response = manager_client.post(f"/members/{own.user_id}/delete", {"confirm": own.name})
    assert response.status_code == 403
    assert "This is you." in asking.text(response)
    assert asking.sent(sandbox) == []


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, **CONFIRMED)
    assert not gone()


def test_a_refusal_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "errcode", 45999, times=1)
    response = owner_client.post(ADDRESS, CONFIRMED)
    assert response.status_code == 422
    assert "Weila refused this" in asking.text(response)
    assert not gone()


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert owner_client.post(ADDRESS, CONFIRMED)["Location"] == "/members"
    assert gone()
    assert asking.sent(sandbox) == ["member-delete"]


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = owner_client.post(ADDRESS, CONFIRMED)
    assert response.status_code == 504
    assert 'href="/members?q=70011173"' in asking.text(response)
