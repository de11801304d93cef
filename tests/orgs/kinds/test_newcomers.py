"""New members and devices: what comes of a lost answer, and when it is not known."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.tokens import anonymous_weila, weila
from audit.models import Event
from changes import control
from changes.control import TooLate
from changes.kinds import Draft, Ref
from changes.models import Change, SetState, State
from common.actor import Actor
from orgs import mirror
from orgs.kinds import departments
from orgs.kinds.base import directory_of_job
from orgs.kinds.members import ADD_DEVICE, CHANGE, CREATE
from orgs.models import Department, Member
from tests.orgs.kinds.support import API, applied, changes, confirmed, ends, planned, problems, undone, writes
from tests.support.sandbox import ORG, SandboxProcess
from upstream.secret import Password

DONE = (State.DONE, "")
PERSON = 1253446
PATH = "member-create"


def new(name: str = "新来的", phone: str = "13900000001", **more: Any) -> Draft:
    after = {"name": name, "phone": phone, "dept_id": 6, "tts": 1, **more}
    return Draft(kind=CREATE, target_text=name, after=after)


def rows(name: str = "新来的") -> list[Member]:
    return list(Member.objects.filter(organization=ORG, name=name).order_by("user_id"))


def somebody_else_creates(actor: Actor, name: str = "新来的", phone: str = "13900000001") -> int:
    created = weila(actor).member_create(ORG, name, Password("somebody else"), phone=phone, dept_id=6)
    return created.user_id


def device_code(sandbox: SandboxProcess) -> str:
    code: str = next(one["code"] for one in sandbox.inbox() if one["kind"] == "device")
    return code


# --- done and refused


def test_create(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, new())
    assert ends(made) == [DONE]
    (change,), (row,) = changes(made), rows()
    assert change.result == {"id": row.user_id, "number": row.user_num}
    assert (change.target_id, row.phone, row.dept_id, row.tts, row.type) == (
        str(row.user_id), "13900000001", 6, 1, 0,
    )  # fmt: skip
    assert change.secret
    assert made.secrets == 1
    assert writes(sandbox) == [PATH]


def test_given_password_is_the_one_that_works(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, Draft(kind=CREATE, target_text="甲", after={"name": "甲"}, secret="a given one"))
    reply = anonymous_weila("").login_by_name(changes(made)[0].result["number"], Password("a given one"))
    assert str(reply.user.id) == changes(made)[0].target_id


def test_refused(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, new(phone="no number"))
    assert ends(made) == [(State.FAILED, "40001")]
    assert (rows(), made.secrets, changes(made)[0].secret) == ([], 0, "")


def test_department_that_is_gone(actor: Actor, sandbox: SandboxProcess) -> None:
    assert ends(applied(actor, new(dept_id=4711))) == [(State.FAILED, "department_gone")]
    assert writes(sandbox) == []


def test_device(actor: Actor, sandbox: SandboxProcess) -> None:
    code = device_code(sandbox)
    after = {"name": "对讲机", "dept_id": 6, "track": 60}
    change_set = planned(actor, Draft(kind=ADD_DEVICE, target_text="对讲机", after=after, secret=code))
    assert code not in changes(change_set)[0].secret != ""
    made = confirmed(actor, change_set)
    assert ends(made) == [DONE]
    (row,) = rows("对讲机")
    assert (row.type, row.track) == (1, 60)
    assert (changes(made)[0].secret, made.secrets) == ("", 0)  # a code is of no use any more
    assert code not in str(Change.objects.values()) + str(Event.objects.values())


def test_device_with_a_wrong_code(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, Draft(kind=ADD_DEVICE, target_text="x", after={"name": "x"}, secret="000000"))
    assert ends(made) == [(State.FAILED, "45008")]
    assert changes(made)[0].secret == ""
    sandbox.clear_journal()
    with pytest.raises(TooLate):  # without its code it can't be sent, and the reason has to stay
        control.retry(actor, made)
    assert (ends(made), writes(sandbox)) == ([(State.FAILED, "45008")], [])


# --- lost answers


@pytest.mark.parametrize(("fault", "sent"), [("drop-after", 1), ("drop", 2), ("late", 1)])
def test_lost_answer(actor: Actor, sandbox: SandboxProcess, fault: str, sent: int) -> None:
    sandbox.fault(API + PATH, fault, 0.4 if fault == "late" else None, times=1)
    made = applied(actor, new())
    assert ends(made) == [DONE]
    assert writes(sandbox) == [PATH] * sent
    (row,) = rows()
    assert changes(made)[0].result == {"id": row.user_id, "number": row.user_num}
    assert len(mirror.read(weila(actor), ORG).members) == Member.objects.filter(organization=ORG).count()


def test_somebody_reads_the_directory_while_an_answer_is_missed(
    actor: Actor, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is in the mirror by then has not been there before."""
    sandbox.fault(API + PATH, "drop-after", times=1)
    read = mirror.read

    def after_somebody_else(*args: Any) -> Any:
        monkeypatch.setattr(mirror, "read", read)
        assert mirror.refresh(ORG, actor.session_id)
        assert len(rows()) == 1
        return read(*args)

    change_set = planned(actor, new())
    monkeypatch.setattr(directory_of_job, "ensure", lambda _actor: None)
    monkeypatch.setattr(mirror, "read", after_somebody_else)
    assert ends(confirmed(actor, change_set)) == [DONE]
    assert writes(sandbox) == [PATH]


def test_equal_one_that_was_there_before_is_not_taken_for_it(actor: Actor, sandbox: SandboxProcess) -> None:
    before = somebody_else_creates(actor)
    assert mirror.refresh(ORG, actor.session_id)  # so the preview has known of them
    sandbox.clear_journal()
    sandbox.fault(API + PATH, "drop", times=1)
    made = applied(actor, new())
    assert ends(made) == [DONE]
    assert changes(made)[0].result["id"] != before
    assert writes(sandbox) == [PATH, PATH]


def test_equal_one_that_somebody_creates_meanwhile(
    actor: Actor, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.fault(API + PATH, "drop-after", times=1)
    read = mirror.read

    def after_somebody_else(*args: Any) -> Any:
        monkeypatch.setattr(mirror, "read", read)
        somebody_else_creates(actor)
        return read(*args)

    monkeypatch.setattr(directory_of_job, "ensure", lambda _actor: None)
    change_set = planned(actor, new())
    monkeypatch.setattr(mirror, "read", after_somebody_else)
    made = confirmed(actor, change_set)
    assert ends(made) == [(State.UNKNOWN, "not_told_apart")]
    assert writes(sandbox) == [PATH, PATH]  # ours and that of somebody else


def test_equal_ones_of_a_set_are_never_in_flight_together(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(API + PATH, "drop-after", times=1)
    made = applied(actor, new(phone=""), new(phone=""))
    assert ends(made) == [DONE, DONE]
    assert {change.result["id"] for change in changes(made)} == {row.user_id for row in rows()}
    assert writes(sandbox) == [PATH, PATH]


def test_equal_to_one_that_is_not_known(actor: Actor, sandbox: SandboxProcess) -> None:
    """What is found may be the other's: nobody can tell, and nothing is sent again."""
    change_set = planned(actor, new(), new())
    first = changes(change_set)[0]
    Change.objects.filter(pk=first.pk).update(state=State.UNKNOWN)
    sandbox.fault(API + PATH, "drop-after", times=1)
    assert ends(confirmed(actor, change_set))[1] == (State.UNKNOWN, "not_told_apart")
    assert writes(sandbox) == [PATH]


def test_rows_that_can_not_be_read(
    actor: Actor, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.fault(API + PATH, "drop", times=1)
    change_set = planned(actor, new())
    listed = replace(mirror.read(weila(actor), ORG), complete=False)
    monkeypatch.setattr(directory_of_job, "ensure", lambda _actor: None)
    monkeypatch.setattr(mirror, "read", lambda *_: listed)
    monkeypatch.setattr(mirror, "fetch_later", lambda *_: True)
    assert ends(confirmed(actor, change_set)) == [(State.UNKNOWN, "lost_answer")]
    assert writes(sandbox) == [PATH]


def test_session_over(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(API + PATH, "errcode", 31)
    made = applied(actor, new())
    assert (made.state, made.reason) == (SetState.PAUSED, "session_over")
    assert rows() == []


# --- undo


def test_undo(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, new(), new("另一个", "13900000002"))
    back = undone(actor, made)
    assert (ends(back), back.destructive) == ([DONE, DONE], 2)
    assert rows() + rows("另一个") == []
    again = undone(actor, back)  # the undo of an undo
    assert ends(again) == [DONE, DONE]
    assert [row.phone for row in rows()] == ["13900000001"]


def test_undo_spares_whom_somebody_has_changed(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, new())
    Member.objects.filter(name="新来的").update(phone="13900000009")
    assert problems(undone(actor, made)) == [("undo_conflict", "新来的")]
    assert writes(sandbox) == [PATH]


# --- departments


def test_members_of_a_new_department_and_back(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(
        actor,
        Draft(kind=departments.CREATE, key="d", target_text="新部门", after={"name": "新部门"}),
        Draft(kind=CREATE, target_text="新来的", after={"name": "新来的"}, refs={"dept_id": Ref("d")}),
        Draft(
            kind=CHANGE,
            target_id=str(PERSON),
            target_text="张三",
            before={"dept_id": 6},
            after={"dept_id": None},
            refs={"dept_id": Ref("d")},
        ),
    )
    assert ends(made) == [DONE] * 3
    number = changes(made)[0].result["id"]
    assert rows()[0].dept_id == Member.objects.get(user_id=PERSON).dept_id == number
    back = undone(actor, made)
    assert problems(back) == []
    assert ends(back) == [DONE] * 3
    assert [change.kind for change in changes(back)][-1] == departments.DELETE
    assert Member.objects.get(user_id=PERSON).dept_id == 6
    assert not Department.objects.filter(dept_id=number).exists()


def create(name: str = "新部门") -> Draft:
    return Draft(kind=departments.CREATE, target_text=name, after={"name": name})


@pytest.mark.parametrize(("fault", "sent"), [("drop-after", 1), ("drop", 2), ("late", 1)])
def test_lost_answer_to_a_new_department(
    actor: Actor, sandbox: SandboxProcess, fault: str, sent: int
) -> None:
    sandbox.fault(API + "dept-create", fault, 0.4 if fault == "late" else None, times=1)
    assert ends(applied(actor, create())) == [DONE]
    assert writes(sandbox) == ["dept-create"] * sent
    assert Department.objects.filter(name="新部门").count() == 1


def test_department_with_the_name_of_another_one(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(API + "dept-create", "drop", times=1)
    made = applied(actor, create("研发部2"))
    assert ends(made) == [DONE]
    assert changes(made)[0].result["id"] != 6
    assert writes(sandbox) == ["dept-create"] * 2


@pytest.mark.parametrize(("fault", "sent"), [("", 1), ("drop-after", 1), ("drop", 2)])
def test_rename_a_department_and_back(actor: Actor, sandbox: SandboxProcess, fault: str, sent: int) -> None:
    if fault:
        sandbox.fault(API + "dept-change", fault, times=1)
    rename = Draft(
        kind=departments.RENAME, target_id="6", before={"name": "研发部2"}, after={"name": "改名部"}
    )
    made = applied(actor, rename)
    assert ends(made) == [DONE]
    assert writes(sandbox) == ["dept-change"] * sent
    assert ends(undone(actor, made)) == [DONE]
    assert Department.objects.get(dept_id=6).name == "研发部2"


@pytest.mark.parametrize(("fault", "sent"), [("", 1), ("drop-after", 1), ("drop", 2)])
def test_delete_a_department_and_back(actor: Actor, sandbox: SandboxProcess, fault: str, sent: int) -> None:
    number = changes(applied(actor, create()))[0].result["id"]
    if fault:
        sandbox.fault(API + "dept-delete", fault, times=1)
    delete = Draft(kind=departments.DELETE, target_id=str(number), before={"name": "新部门"})
    made = applied(actor, delete)
    assert ends(made) == [DONE]
    assert writes(sandbox) == ["dept-create"] + ["dept-delete"] * sent
    assert ends(undone(actor, made)) == [DONE]
    assert Department.objects.filter(name="新部门").count() == 1


def test_department_with_somebody_inside_stays(actor: Actor, sandbox: SandboxProcess) -> None:
    delete = Draft(kind=departments.DELETE, target_id="6", before={"name": "研发部2"})
    assert ends(applied(actor, delete)) == [(State.FAILED, "not_empty")]
    assert writes(sandbox) == []
