"""/members/<user_id>/state: suspend and enable."""

import pytest
from django.test import Client

from audit.models import Event, Stage
from orgs.models import Member
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"/members/{asking.PERSON}/state"
SUSPEND = {"before": "0", "state": "1"}
ENABLE = {"before": "1", "state": "0"}
OPERATION = asking.API + "member-change-state"


def present() -> int:
    return Member.objects.get(user_id=asking.PERSON).state


def test_it_suspends_and_enables_again(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert "Suspend the member" in asking.text(owner_client.get(ADDRESS))
    response = asking.fill(owner_client, ADDRESS)
    assert response["Location"] == f"/members/{asking.PERSON}"
    assert "“222222” is suspended now." in asking.text(owner_client.get(response["Location"]))
    assert present() == 1
    assert "Enable the member" in asking.text(owner_client.get(ADDRESS))
    asking.fill(owner_client, ADDRESS)
    assert present() == 0
    assert asking.sent(sandbox) == ["member-change-state"] * 2


def test_devices_are_called_devices(owner_client: Client) -> None:
    body = asking.text(owner_client.get(f"/members/{asking.DEVICE}/state"))
    assert "Suspend the device" in body
    assert "The device can't talk" in body


def test_opening_it_changes_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, **SUSPEND)


def test_members_of_others_do_not_exist_here(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.foreign_id_is_not_found(owner_client, sandbox, f"/members/{asking.FOREIGNER}/state", **SUSPEND)


def test_the_owner_is_protected_and_the_try_recorded(manager_client: Client, sandbox: SandboxProcess) -> None:
    address = f"/members/{asking.OWNER_ID}/state"
    for response in (manager_client.get(address), manager_client.post(address, SUSPEND)):
        assert response.status_code == 403
        assert "The owner of the organization can't be suspended or deleted." in asking.text(response)
    assert asking.sent(sandbox) == []
    assert Event.objects.filter(reason="owner", stage=Stage.REFUSED).count() == 1


def test_nobody_suspends_themselves(manager_client: Client, sandbox: SandboxProcess) -> None:
    manager_client.get("/members")
    own = Member.objects.get(user_num="70016001").user_id
    response = manager_client.post(f"/members/{own}/state", SUSPEND)
    assert response.status_code == 403
    assert "This is you." in asking.text(response)
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"before": "0"},
        {"state": "1"},
        {"before": "zero", "state": "1"},
        {"before": "0", "state": "2"},
        {"before": "0", "state": asking.UNREADABLE},
    ],
)
def test_bad_input_is_said(owner_client: Client, sandbox: SandboxProcess, typed: dict[str, str]) -> None:
    response = owner_client.post(ADDRESS, typed)
    assert response.status_code == 422
    assert "out of date" in asking.text(response)
    assert asking.sent(sandbox) == []


def test_somebody_else_was_faster_with_the_same(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    asking.fill(manager_client, ADDRESS)
    sandbox.clear_journal()
    response = owner_client.post(ADDRESS, SUSPEND, follow=True)
    assert "Somebody else did the same for “222222” meanwhile" in asking.text(response)
    assert asking.sent(sandbox) == []


def test_somebody_else_was_faster_with_another_state(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/members")
    response = owner_client.post(ADDRESS, {"before": "7", "state": "1"})
    assert response.status_code == 409
    assert "Somebody else changed the state meanwhile" in asking.text(response)
    assert asking.sent(sandbox) == []


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, **SUSPEND)


def test_a_refusal_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "errcode", 45999, times=1)
    response = owner_client.post(ADDRESS, SUSPEND)
    assert response.status_code == 422
    assert "Weila refused this" in asking.text(response)
    assert present() == 0


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert owner_client.post(ADDRESS, SUSPEND).status_code == 302
    assert present() == 1
    assert asking.sent(sandbox) == ["member-change-state"]


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = owner_client.post(ADDRESS, SUSPEND)
    assert response.status_code == 504
    assert "“222222” was to be suspended." in asking.text(response)
