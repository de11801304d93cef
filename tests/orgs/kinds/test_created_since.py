"""What has appeared since the preview is not created once more; what was there, or is its own, hinders nothing."""

from typing import Any

import pytest

from accounts.tokens import weila
from changes import control
from changes.kinds import Draft, Ref
from changes.models import ChangeSet, State
from common.actor import Actor
from orgs.kinds import departments
from orgs.kinds.members import ADD_DEVICE, CREATE, DELETE
from orgs.models import Department, Member
from tests.orgs.kinds.support import applied, changes, confirmed, ends, planned, undone, writes
from tests.support.sandbox import ORG, SandboxProcess
from upstream.secret import Password

DONE = (State.DONE, "")
REFUSED = (State.FAILED, "member_created_since")


def new(name: str = "新来的", phone: str | None = None, **more: Any) -> Draft:
    after = {"name": name, "dept_id": 6} | ({"phone": phone} if phone else {})
    return Draft(kind=CREATE, target_text=name, after=after | more)


def workbook() -> list[Draft]:
    return [
        Draft(kind=departments.CREATE, key="d", target_text="新部门", after={"name": "新部门"}),
        Draft(kind=CREATE, target_text="某甲", after={"name": "某甲"}, refs={"dept_id": Ref("d")}),
        new("某乙"),
        new("某丙", "13900000001"),
    ]


def test_the_same_is_planned_twice(actor: Actor, sandbox: SandboxProcess) -> None:
    """Two admins import the same workbook; the second confirms what the first has carried out."""
    first, second = planned(actor, *workbook()), planned(actor, *workbook())
    assert ends(confirmed(actor, first)) == [DONE] * 4
    sandbox.clear_journal()
    assert ends(confirmed(actor, second)) == [
        (State.FAILED, "department_created_since"),
        (State.BLOCKED, "blocked"),
        REFUSED,
        REFUSED,
    ]
    assert writes(sandbox) == []
    assert Department.objects.filter(organization=ORG, name="新部门").count() == 1
    assert Member.objects.filter(organization=ORG, name__in=["某甲", "某乙", "某丙"]).count() == 3


def test_what_failed_is_tried_again_and_imported_again(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault("/v1/corp/web/member-create", "errcode", 40001, times=2)
    drafts = [new("某乙"), new("某丙", "13900000001")]
    old = applied(actor, *drafts)
    anew = planned(actor, *drafts)
    assert [state for state, _reason in ends(old)] == [State.FAILED] * 2
    control.retry(actor, old)
    assert ends(old) == [DONE] * 2
    sandbox.clear_journal()
    assert ends(confirmed(actor, anew)) == [REFUSED] * 2
    assert writes(sandbox) == []


@pytest.mark.parametrize(
    ("theirs", "ours", "end"),
    [
        (new("张新"), new("张新"), REFUSED),
        (new("张新", "13900000001"), new("张新", "13900000001"), REFUSED),
        (new("张新", "13900000001"), new("张三新", "13900000001"), REFUSED),  # the phone says who it is
        (new("张新", "13900000001"), new("张新", "13900000002"), DONE),
        (new("张新", "13900000001"), new("张新"), DONE),
        (new("张新"), new("张新", "13900000001"), DONE),
    ],
)
def test_who_counts_as_the_same(
    actor: Actor, sandbox: SandboxProcess, theirs: Draft, ours: Draft, end: tuple[str, str]
) -> None:
    change_set = planned(actor, ours)
    applied(actor, theirs)
    assert ends(confirmed(actor, change_set)) == [end]


def test_somebody_has_created_them_in_weila_itself(actor: Actor, sandbox: SandboxProcess) -> None:
    change_set = planned(actor, new("某乙"))
    weila(actor).member_create(ORG, "某乙", Password("somebody else"), dept_id=6)
    sandbox.clear_journal()
    assert ends(confirmed(actor, change_set)) == [REFUSED]
    assert writes(sandbox) == []


def test_device_of_the_same_name_is_somebody_else(actor: Actor, sandbox: SandboxProcess) -> None:
    change_set = planned(actor, new("某乙"))
    code = next(one["code"] for one in sandbox.inbox() if one["kind"] == "device")
    applied(actor, Draft(kind=ADD_DEVICE, target_text="某乙", after={"name": "某乙"}, secret=code))
    assert ends(confirmed(actor, change_set)) == [DONE]


def test_who_was_there_when_it_was_planned_hinders_nothing(actor: Actor, sandbox: SandboxProcess) -> None:
    applied(actor, *workbook())
    assert ends(applied(actor, *workbook())) == [DONE] * 4  # the preview has shown them


def test_equal_ones_of_a_set(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, new(), new(), new(), *workbook()[:1], *workbook()[:1])
    assert ends(made) == [DONE] * 5


def test_lost_answer_of_its_own(actor: Actor, sandbox: SandboxProcess) -> None:
    """One is found, the other is sent: the set does not take its own for somebody else's."""
    sandbox.fault("/v1/corp/web/member-create", "drop-after", times=1)
    assert ends(applied(actor, new(), new())) == [DONE] * 2
    assert len(writes(sandbox)) == 2


def test_somebody_deleted_comes_back(actor: Actor, sandbox: SandboxProcess) -> None:
    (made,) = changes(applied(actor, new("某乙")))
    before = {"name": "某乙", "phone": "", "dept_id": 6, "type": 0}
    gone = applied(actor, Draft(kind=DELETE, target_id=made.target_id, target_text="某乙", before=before))
    back = undone(actor, gone)
    assert ends(back) == [DONE]
    assert Member.objects.filter(organization=ORG, name="某乙").count() == 1
    assert ChangeSet.objects.count() == 3
