"""/departments/<dept_id>/edit."""

import pytest
from django.test import Client

from audit.models import Event, Stage
from orgs.models import Department
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"/departments/{asking.DEPARTMENT}/edit"
OPERATION = asking.API + "dept-change"


def test_it_renames(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = asking.fill(owner_client, ADDRESS, name="研发中心")
    assert response["Location"] == "/departments"
    body = asking.text(owner_client.get("/departments"))
    assert "The department “研发部2” is now called “研发中心”." in body
    assert asking.sent(sandbox) == ["dept-change"]


def test_nothing_changed_sends_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert asking.fill(owner_client, ADDRESS)["Location"] == "/departments"
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, name="x")


@pytest.mark.parametrize("dept_id", [999, 0, 2**63, 10**30])
def test_departments_of_others_do_not_exist_here(
    owner_client: Client, sandbox: SandboxProcess, dept_id: int
) -> None:
    asking.foreign_id_is_not_found(owner_client, sandbox, f"/departments/{dept_id}/edit", name="x")


def test_a_denied_change_is_recorded(owner_client: Client) -> None:
    owner_client.post("/departments/999/edit", {"name": "x"})
    event = Event.objects.get(operation="weila.dept-change")
    assert (event.stage, event.target_id) == (Stage.REFUSED, "999")


@pytest.mark.parametrize(("typed", "field"), asking.BAD_NAMES)
def test_bad_input_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, typed: dict[str, str], field: str
) -> None:
    asking.bad_input_is_said_at_its_field(owner_client, sandbox, ADDRESS, field, **typed)


def test_the_sealed_values_of_another_department_are_refused(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    other = asking.fields(owner_client.get("/departments/7/edit"))
    response = owner_client.post(ADDRESS, other | {"name": "x"})
    assert response.status_code == 422
    assert asking.sent(sandbox) == []


def test_a_name_that_exists_is_asked_about(owner_client: Client, sandbox: SandboxProcess) -> None:
    taken = "财务部"
    assert asking.fill(owner_client, ADDRESS, name=taken).status_code == 422
    assert asking.sent(sandbox) == []
    assert asking.fill(owner_client, ADDRESS, name=taken, anyway="on").status_code == 302


def test_what_somebody_else_changed_is_asked_and_either_can_stay(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    opened = asking.fields(owner_client.get(ADDRESS))
    asking.fill(manager_client, ADDRESS, name="theirs")
    sandbox.clear_journal()
    conflict = owner_client.post(ADDRESS, opened | {"name": "mine"})
    assert conflict.status_code == 409
    again = asking.fields(conflict)
    assert owner_client.post(ADDRESS, again).status_code == 422  # nothing was chosen
    theirs = owner_client.post(ADDRESS, again | {"choice_name": "theirs"})
    assert theirs.status_code == 302
    assert asking.sent(sandbox) == []
    mine = owner_client.post(ADDRESS, again | {"choice_name": "mine"})
    assert mine.status_code == 302
    assert asking.sent(sandbox) == ["dept-change"]
    assert Department.objects.get(dept_id=asking.DEPARTMENT).name == "mine"


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, name="x")


def test_a_refusal_keeps_what_was_typed(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(name_limit="20")
    response = asking.fill(owner_client, ADDRESS, name="新" * 21)
    assert response.status_code == 422
    assert "名称过长" in response.context["form"].errors["name"][0]


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert asking.fill(owner_client, ADDRESS, name="研发中心").status_code == 302
    assert asking.sent(sandbox) == ["dept-change"]


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = asking.fill(owner_client, ADDRESS, name="研发中心")
    assert response.status_code == 504
    assert "was to be renamed to “研发中心”" in asking.text(response)
