"""Writing departments."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.models import Event, Stage
from common.actor import Actor
from common.outcome import Outcome
from orgs import directory, listing
from orgs.directory import Conflict, NotHere, Written
from orgs.models import Department, Member
from tests.support.sandbox import ORG, SandboxProcess

PATH = "/v1/corp/web/"
DEPT = 6


@pytest.fixture(autouse=True)
def _quiet_start(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.clear_journal()


def names() -> dict[int, str]:
    return dict(Department.objects.filter(organization=ORG).values_list("dept_id", "name"))


def end() -> Event:
    event = Event.objects.order_by("-id").first()
    assert event is not None
    return event


def inside() -> list[int]:
    return list(Member.objects.filter(organization=ORG, dept_id=DEPT).values_list("user_id", flat=True))


def test_create(actor: Actor) -> None:
    written = directory.create_department(actor, "新部门")
    assert written.outcome is Outcome.DONE
    assert written.value is not None
    assert names()[written.value.dept_id] == "新部门"
    assert (end().stage, end().target_id) == (Stage.DONE, str(written.value.dept_id))


def test_rename(actor: Actor) -> None:
    assert directory.rename_department(actor, DEPT, "研发部2", "研发部").outcome is Outcome.DONE
    assert names()[DEPT] == "研发部"
    assert (end().before, end().after) == ({"name": "研发部2"}, {"name": "研发部"})


def test_delete_says_where_everybody_is_now(actor: Actor) -> None:
    before = inside()
    assert before
    written = directory.delete_department(actor, DEPT)
    assert written.value == {0: len(before)}
    assert DEPT not in names()
    assert inside() == []
    assert listing.departments(ORG)[0].dept_id != DEPT


def test_delete_with_everybody_inside(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.assume(dept_delete="deletes")
    before = inside()
    assert directory.delete_department(actor, DEPT).value == {None: len(before)}
    assert not Member.objects.filter(organization=ORG, user_id__in=before).exists()


def test_deleted_but_nobody_can_say_where_they_are(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(PATH + "get-address-list", "drop", times=9)
    written = directory.delete_department(actor, DEPT)
    assert (written.outcome, written.value) == (Outcome.DONE, None)


def test_an_empty_department_leaves_nobody_behind(actor: Actor) -> None:
    made = directory.create_department(actor, "空").value
    assert made is not None
    assert directory.delete_department(actor, made.dept_id).value == {}


@pytest.mark.parametrize(
    "write",
    [
        lambda actor: directory.rename_department(actor, 999, "a", "b"),
        lambda actor: directory.delete_department(actor, 999),
        lambda actor: directory.delete_department(actor, 0),
        lambda actor: directory.department(actor, 999),
    ],
    ids=["rename", "delete", "zero", "open"],
)
def test_a_foreign_department_is_not_here(actor: Actor, sandbox: SandboxProcess, write: Any) -> None:
    with pytest.raises(NotHere):
        write(actor)
    assert sandbox.journal() == []
    assert (end().stage, end().reason) == (Stage.REFUSED, "not_here")


def test_a_changed_name_is_a_conflict(actor: Actor, sandbox: SandboxProcess) -> None:
    with pytest.raises(Conflict) as caught:
        directory.rename_department(actor, DEPT, "旧", "新")
    assert caught.value.fields == {"name": ("旧", "研发部2")}
    assert sandbox.journal() == []


LOST: dict[str, tuple[str, Callable[[Actor], Written[Any]]]] = {
    "create": ("dept-create", lambda actor: directory.create_department(actor, "新部门")),
    "rename": ("dept-change", lambda actor: directory.rename_department(actor, DEPT, "研发部2", "新部门")),
    "delete": ("dept-delete", lambda actor: directory.delete_department(actor, DEPT)),
}


@pytest.mark.parametrize("name", LOST)
@pytest.mark.parametrize(
    ("fault", "value", "outcome"),
    [
        ("drop-after", None, Outcome.DONE),
        ("malformed", "empty", Outcome.DONE),
        ("status", 500, Outcome.NOT_DONE),
        ("drop", None, Outcome.UNKNOWN),
        ("late", 1, Outcome.UNKNOWN),
    ],
    ids=["drop-after", "empty", "500", "drop", "late"],
)
def test_a_lost_answer(
    actor: Actor, sandbox: SandboxProcess, name: str, fault: str, value: object, outcome: Outcome
) -> None:
    operation, write = LOST[name]
    sandbox.fault(PATH + operation, fault, value, times=1)
    assert write(actor).outcome is outcome
    assert len(sandbox.wait_for(PATH + operation)) == 1
    assert end().stage == {"done": "done", "not_done": "refused", "unknown": "unknown"}[outcome]
    happened = outcome is Outcome.DONE
    assert ((DEPT not in names()) if name == "delete" else ("新部门" in names().values())) is happened


def test_two_departments_that_fit_are_none(actor: Actor, sandbox: SandboxProcess) -> None:
    directory.create_department(actor, "新部门")
    Department.objects.filter(name="新部门").delete()  # as if the mirror had not seen it yet
    sandbox.fault(PATH + "dept-create", "drop-after", times=1)
    assert directory.create_department(actor, "新部门").outcome is Outcome.UNKNOWN
