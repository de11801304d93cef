"""/departments/new."""

import pytest
from django.test import Client

from orgs.models import Department
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/departments/new"
OPERATION = asking.API + "dept-create"


def test_it_creates_a_department(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = owner_client.post(ADDRESS, {"name": "新部门"}, follow=True)
    body = asking.text(response)
    assert "The department “新部门” was created." in body
    assert "新部门</a>" in body
    assert asking.sent(sandbox) == ["dept-create"]


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, name="x")


@pytest.mark.parametrize(("typed", "field"), asking.BAD_NAMES)
def test_bad_input_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, typed: dict[str, str], field: str
) -> None:
    asking.bad_input_is_said_at_its_field(owner_client, sandbox, ADDRESS, field, **typed)


@pytest.mark.parametrize("name", asking.NAMES)
def test_any_text_is_a_name(owner_client: Client, name: str) -> None:
    response = owner_client.post(ADDRESS, {"name": name}, follow=True)
    asking.is_shown_as_text(response, name)


def test_a_name_that_exists_is_asked_about_and_then_accepted(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    response = owner_client.post(ADDRESS, {"name": "研发部2"})
    assert response.status_code == 422
    assert "There is a department with this name already" in asking.text(response)
    assert asking.sent(sandbox) == []
    response = owner_client.post(ADDRESS, {"name": "研发部2", "anyway": "on"})
    assert response.status_code == 302
    assert Department.objects.filter(name="研发部2").count() == 2


def test_a_refusal_is_said_at_the_name_and_keeps_it(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(dept_names="unique")
    response = owner_client.post(ADDRESS, {"name": "研发部2", "anyway": "on"})
    assert response.status_code == 422
    assert "名称已存在" in response.context["form"].errors["name"][0]
    assert 'value="研发部2"' in asking.text(response)


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, name="新部门")


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    response = owner_client.post(ADDRESS, {"name": "新部门"}, follow=True)
    assert "was created" in asking.text(response)
    assert asking.sent(sandbox) == ["dept-create"]


def test_what_was_certainly_not_done_is_said_at_the_form(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(OPERATION, "status", 500, times=1)
    response = owner_client.post(ADDRESS, {"name": "新部门"})
    assert response.status_code == 422
    assert 'value="新部门"' in asking.text(response)


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = owner_client.post(ADDRESS, {"name": "新部门"})
    assert response.status_code == 504
    assert "The department “新部门” was to be created." in asking.text(response)
    assert 'href="/audit"' in asking.text(response)
