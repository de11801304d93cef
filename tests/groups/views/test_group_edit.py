"""/groups/<group_id>/edit."""

import pytest
from django.test import Client

from audit.models import Event, Stage
from groups.models import Group
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"{asking.ADDRESS}/edit"
OPERATION = asking.API + "group-change"


def group() -> Group:
    return Group.objects.get(group_id=asking.GROUP)


def test_it_changes_what_was_changed(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = asking.fill(owner_client, ADDRESS, name="夜班", burst_mode="2")
    assert response["Location"] == asking.ADDRESS
    assert "The group “夜班” was changed." in asking.text(owner_client.get(asking.ADDRESS))
    assert (group().name, group().burst_mode) == ("夜班", 2)
    assert asking.sent(sandbox) == ["group-change"]


def test_nothing_changed_sends_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert asking.fill(owner_client, ADDRESS)["Location"] == asking.ADDRESS
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, name="x")


def test_groups_of_others_do_not_exist_here(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.foreign_group_is_not_found(owner_client, sandbox, "/edit", name="x")
    event = Event.objects.get(operation="weila.group-change")
    assert (event.stage, event.target_id, event.reason) == (Stage.REFUSED, str(asking.FOREIGN), "not_here")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 51), ("burst_mode", "9"), ("avatar", ""), ("avatar", "ftp://x/y.png")],
)
def test_bad_input_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, field: str, value: str
) -> None:
    response = asking.fill(owner_client, ADDRESS, **{field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert asking.sent(sandbox) == []


def test_a_mode_that_nobody_can_explain_stays(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    Group.objects.filter(group_id=asking.GROUP).update(burst_mode=7)
    assert "Unknown value 7" in asking.text(owner_client.get(ADDRESS))
    assert asking.fill(owner_client, ADDRESS)["Location"] == asking.ADDRESS
    assert asking.sent(sandbox) == []


def test_the_sealed_values_of_another_group_are_refused(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    other = asking.fields(owner_client.get(f"/groups/{asking.EMPTY}/edit"))
    assert owner_client.post(ADDRESS, other | {"name": "x"}).status_code == 422
    assert asking.sent(sandbox) == []


def test_what_somebody_else_changed_is_asked_and_either_can_stay(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    opened = asking.fields(owner_client.get(ADDRESS))
    asking.fill(manager_client, ADDRESS, name="theirs")
    sandbox.clear_journal()
    conflict = owner_client.post(ADDRESS, opened | {"name": "mine"})
    assert conflict.status_code == 409
    assert "theirs" in asking.text(conflict)
    again = asking.fields(conflict)
    theirs = owner_client.post(ADDRESS, again | {"choice_name": "theirs"})
    assert theirs.status_code == 302
    assert asking.sent(sandbox) == []
    assert owner_client.post(ADDRESS, again | {"choice_name": "mine"}).status_code == 302
    assert group().name == "mine"


def test_it_was_deleted_elsewhere_while_the_form_was_open(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    opened = asking.fields(owner_client.get(ADDRESS))
    asking.deleted_elsewhere(manager_client, sandbox)
    response = owner_client.post(ADDRESS, opened | {"name": "x"})
    assert response.status_code == 404
    assert 'href="/groups"' in asking.text(response)
    assert asking.sent(sandbox) == []


def test_an_upstream_that_wants_all_fields_is_said_to_refuse(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.assume(group_change_body="full")
    response = asking.fill(owner_client, ADDRESS, name="夜班")
    assert response.status_code == 422
    assert "Weila refused this" in asking.text(response)


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, name="x")


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert asking.fill(owner_client, ADDRESS, name="夜班").status_code == 302
    assert asking.sent(sandbox) == ["group-change"]


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = asking.fill(owner_client, ADDRESS, name="夜班")
    assert response.status_code == 504
    assert "The group “测试群3” was to be changed." in asking.text(response)
