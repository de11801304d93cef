"""/groups/new."""

import pytest
from django.test import Client

from groups.models import Group
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/groups/new"
OPERATION = asking.API + "group-create"


def test_it_creates_a_group_and_leads_to_it(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = asking.fill(owner_client, ADDRESS, name="夜班", burst_mode="1")
    made = Group.objects.get(name="夜班")
    assert response["Location"] == f"/groups/{made.group_id}"
    body = asking.text(owner_client.get(response["Location"]))
    assert "The group “夜班” was created." in body
    assert "Grab" in body
    assert asking.sent(sandbox) == ["group-create"]


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, name="x", burst_mode="0")


@pytest.mark.parametrize("name", ["", "   ", "x" * 51, asking.UNREADABLE, "a\u202eb", "a\nb"])
def test_bad_names_are_said_at_their_field(owner_client: Client, sandbox: SandboxProcess, name: str) -> None:
    response = owner_client.post(ADDRESS, {"name": name, "burst_mode": "0"})
    assert response.status_code == 422
    assert "name" in response.context["form"].errors
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize(
    ("field", "value"), [("burst_mode", "3"), ("burst_mode", ""), ("avatar", "javascript:alert(1)")]
)
def test_other_bad_input(owner_client: Client, sandbox: SandboxProcess, field: str, value: str) -> None:
    response = owner_client.post(ADDRESS, {"name": "x", "burst_mode": "0", field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert asking.sent(sandbox) == []


def test_a_name_that_exists_is_asked_about_and_then_accepted(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    response = asking.fill(owner_client, ADDRESS, name="测试群3")
    assert response.status_code == 422
    assert "There is a group with this name already" in asking.text(response)
    assert asking.sent(sandbox) == []
    assert asking.fill(owner_client, ADDRESS, name="测试群3", anyway="on").status_code == 302


def test_a_refusal_is_said_at_the_name(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(name_limit="20")
    response = asking.fill(owner_client, ADDRESS, name="新" * 21)
    assert response.status_code == 422
    assert "名称过长" in response.context["form"].errors["name"][0]


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, name="夜班")


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert asking.fill(owner_client, ADDRESS, name="夜班").status_code == 302
    assert asking.sent(sandbox) == ["group-create"]


def test_what_was_certainly_not_done_is_said_at_the_form(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(OPERATION, "status", 500, times=1)
    response = asking.fill(owner_client, ADDRESS, name="夜班")
    assert response.status_code == 422
    assert 'value="夜班"' in asking.text(response)


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = asking.fill(owner_client, ADDRESS, name="夜班")
    assert response.status_code == 504
    assert "The group “夜班” was to be created." in asking.text(response)
