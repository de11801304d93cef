"""/groups/<group_id>/members/<user_id>: priority and switches of one member inside a group."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from groups.models import Membership
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"{asking.ADDRESS}/members/{asking.PERSON}"
OPERATION = asking.API + "group-member-change"


@pytest.fixture
def client(owner_client: Client, sandbox: SandboxProcess) -> Client:
    """The owner, who has opened the group."""
    owner_client.get(asking.ADDRESS)
    sandbox.clear_journal()
    return owner_client


def test_everything_begins_with_leaving_it_as_it_is(client: Client, sandbox: SandboxProcess) -> None:
    response = client.get(ADDRESS)
    assert asking.fields(response) == {"tts": "", "loc_share": ""} or not any(
        asking.fields(response).values()
    )
    assert "Weila does not tell what is set at present" in asking.text(response)
    assert asking.fill(client, ADDRESS)["Location"] == asking.ADDRESS
    assert asking.sent(sandbox) == []


def test_it_sends_what_was_chosen_and_says_that_it_cannot_be_checked(
    client: Client, sandbox: SandboxProcess
) -> None:
    response = client.post(ADDRESS, {"priority": "7", "loc_share": "1"}, follow=True)
    assert "They can't be read back to check them." in asking.text(response)
    assert asking.sent(sandbox) == ["group-member-change"]
    body = asking.text(client.get(ADDRESS))
    assert "Last set in this console" in body
    assert 'name="priority" value' not in body  # what was set is not filled in as if it were known


def test_zero_is_a_value(client: Client, sandbox: SandboxProcess) -> None:
    client.post(ADDRESS, {"priority": "0", "tts": "0"})
    assert asking.sent(sandbox) == ["group-member-change"]
    assert "<dd>0</dd>" in asking.text(client.get(ADDRESS))


def test_what_weila_tells_is_shown(client: Client) -> None:
    Membership.objects.filter(user_id=asking.PERSON).update(priority=42, tts=1, loc_share=0)
    body = asking.text(client.get(ADDRESS))
    assert "As Weila tells them" in body
    assert "<dd>42</dd>" in body


@pytest.mark.parametrize(
    ("field", "value"), [("priority", "101"), ("priority", "-1"), ("priority", "x"), ("tts", "2")]
)
def test_bad_input_is_said_at_its_field(
    client: Client, sandbox: SandboxProcess, field: str, value: str
) -> None:
    response = client.post(ADDRESS, {field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert asking.sent(sandbox) == []


def test_the_range_is_a_setting(client: Client, sandbox: SandboxProcess, settings: Settings) -> None:
    settings.WEILA_PRIORITY_RANGE = [0, 300]
    sandbox.assume(priority_range="any")
    assert "from 0 to 300" in asking.text(client.get(ADDRESS))
    assert client.post(ADDRESS, {"priority": "255"}).status_code == 302


def test_somebody_who_is_not_in_the_group(client: Client, sandbox: SandboxProcess) -> None:
    address = f"{asking.ADDRESS}/members/{asking.OWNER_ID}"
    response = client.get(address, follow=True)
    assert "“ent19949504” is not in “测试群3”." in asking.text(response)
    assert client.post(address, {"tts": "1"}).status_code == 404
    assert asking.sent(sandbox) == []


def test_a_member_of_another_organization(client: Client, sandbox: SandboxProcess) -> None:
    address = f"{asking.ADDRESS}/members/{asking.FOREIGNER}"
    assert client.get(address).status_code == 404
    assert client.post(address, {"tts": "1"}).status_code == 404
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, tts="1")


def test_groups_of_others_do_not_exist_here(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.foreign_group_is_not_found(owner_client, sandbox, f"/members/{asking.PERSON}", tts="1")


def test_a_refusal_is_said(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "errcode", 40001, times=1)
    response = client.post(ADDRESS, {"tts": "1"})
    assert response.status_code == 422
    assert "Weila refused this" in asking.text(response)


def test_weila_is_down(client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(client, sandbox, ADDRESS, tts="1")


def test_a_lost_answer_is_not_known_and_not_repeated(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    response = client.post(ADDRESS, {"tts": "1"})
    assert response.status_code == 504
    assert "Setting the same values once more does no harm." in asking.text(response)
    assert asking.sent(sandbox) == ["group-member-change"]
