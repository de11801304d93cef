"""/departments/<dept_id>/delete."""

import pytest
from django.test import Client

from orgs.models import Department, Member
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"/departments/{asking.DEPARTMENT}/delete"
CONFIRMED = {"confirm": "研发部2"}
OPERATION = asking.API + "dept-delete"


def test_it_names_what_is_inside_and_what_is_not_documented(owner_client: Client) -> None:
    body = asking.text(owner_client.get(ADDRESS))
    assert "Inside: 1 person, 1 device." in body
    assert "documentation does not say what becomes of them" in body
    assert "<kbd>研发部2</kbd>" in body


def test_it_deletes_and_says_what_became_of_them(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = owner_client.post(ADDRESS, CONFIRMED, follow=True)
    body = asking.text(response)
    assert "The department “研发部2” was deleted." in body
    assert "2 of those who were inside are in no department now." in body
    assert asking.sent(sandbox) == ["dept-delete"]
    assert not Department.objects.filter(dept_id=asking.DEPARTMENT).exists()


def test_it_says_so_if_they_were_deleted_with_it(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(dept_delete="deletes")
    response = owner_client.post(ADDRESS, CONFIRMED, follow=True)
    assert "2 of those who were inside are no longer in the organization." in asking.text(response)
    assert not Member.objects.filter(user_id=asking.PERSON).exists()


def test_it_says_so_if_that_could_not_be_read(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault(asking.API + "get-address-list", "status", 503)
    response = owner_client.post(ADDRESS, CONFIRMED)
    assert response.status_code == 302
    body = asking.text(owner_client.get("/departments"))
    assert "could not be read from Weila" in body


def test_an_empty_one_needs_no_typing(owner_client: Client) -> None:
    owner_client.post("/departments/new", {"name": "空"})
    dept_id = Department.objects.get(name="空").dept_id
    body = asking.text(owner_client.get(f"/departments/{dept_id}/delete"))
    assert "Nobody is in this department." in body
    assert "<kbd>" not in body
    assert owner_client.post(f"/departments/{dept_id}/delete").status_code == 302


@pytest.mark.parametrize("typed", ["", "研发部", "6", asking.UNREADABLE])
def test_the_wrong_text_deletes_nothing(owner_client: Client, sandbox: SandboxProcess, typed: str) -> None:
    response = owner_client.post(ADDRESS, {"confirm": typed})
    assert response.status_code == 422
    assert asking.sent(sandbox) == []


def test_a_name_that_is_hard_to_type_is_confirmed_by_its_number(owner_client: Client) -> None:
    owner_client.get(ADDRESS)
    Department.objects.filter(dept_id=asking.DEPARTMENT).update(name=asking.HOSTILE)
    assert "<kbd>6</kbd>" in asking.text(owner_client.get(ADDRESS))
    assert owner_client.post(ADDRESS, {"confirm": "6"}).status_code == 302


def test_opening_it_changes_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, **CONFIRMED)


def test_departments_of_others_do_not_exist_here(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.foreign_id_is_not_found(owner_client, sandbox, "/departments/999/delete", confirm="999")


def test_a_refusal_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(dept_delete="refused")
    response = owner_client.post(ADDRESS, CONFIRMED)
    assert response.status_code == 422
    assert "部门下还有成员" in asking.text(response)


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, **CONFIRMED)


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert owner_client.post(ADDRESS, CONFIRMED).status_code == 302
    assert asking.sent(sandbox) == ["dept-delete"]


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = owner_client.post(ADDRESS, CONFIRMED)
    assert response.status_code == 504
    assert "The department “研发部2” was to be deleted." in asking.text(response)
