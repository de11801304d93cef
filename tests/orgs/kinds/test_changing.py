"""Changes of somebody who is there: what is sent, what comes of a lost answer, and what takes it back."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils.translation import override

from accounts.tokens import weila
from audit import vocabulary
from audit.models import Event
from changes import kinds, reading, secrets, undo
from changes.items import item_of
from changes.kinds import DONE as DONE_RESULT
from changes.kinds import LOOK_UP, Draft, Item
from changes.models import ChangeSet, SetState, State
from common.actor import Actor
from orgs import mirror, store
from orgs.kinds.members import CHANGE, DELETE, PASSWORD, SUSPEND, recorded
from orgs.models import Department, Member
from tests.orgs.kinds.support import (
    API,
    applied,
    changes,
    confirmed,
    ends,
    planned,
    problems,
    said,
    undone,
    writes,
)
from tests.support.queries import Queries
from tests.support.sandbox import ORG, SandboxProcess
from upstream.weila.types import Member as Told

PERSON, OWNER, DEVICE = 1253446, 1253444, 1253448
PATHS = {CHANGE: "member-change", SUSPEND: "member-change-state", DELETE: "member-delete"}
DONE = (State.DONE, "")


def row(user_id: int = PERSON) -> Member:
    return Member.objects.get(organization=ORG, user_id=user_id)


def draft(kind: str, user_id: int = PERSON, **after: Any) -> Draft:
    """A change as a plan makes it of what is there."""
    present = store.row_of(row(user_id))
    before = recorded(present) if kind == DELETE else {name: getattr(present, name) for name in after}
    return Draft(kind=kind, target_id=str(user_id), target_text=present.name, before=before, after=after)


def name_of(dept_id: int) -> str:
    return Department.objects.get(organization=ORG, dept_id=dept_id).name


def one(kind: str) -> Draft:
    """A change of each kind that can be repeated or looked up."""
    after: dict[str, dict[str, Any]] = {
        CHANGE: {"name": "改名", "tts": 1},
        SUSPEND: {"state": 1},
        DELETE: {},
    }
    return draft(kind, **after[kind])


def is_done(kind: str) -> bool:
    if kind == DELETE:
        return not Member.objects.filter(organization=ORG, user_id=PERSON).exists()
    return row().name == "改名" if kind == CHANGE else row().state == 1


KINDS = pytest.mark.parametrize("kind", [CHANGE, SUSPEND, DELETE])


# --- done, refused, conflict


@KINDS
def test_done(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    made = applied(actor, one(kind))
    assert (made.state, ends(made)) == (SetState.FINISHED, [DONE])
    assert writes(sandbox) == [PATHS[kind]]
    assert is_done(kind)
    assert [
        event.stage for event in Event.objects.filter(operation=f"weila.{PATHS[kind]}").order_by("id")
    ] == [
        "attempted",
        "done",
    ]


@KINDS
def test_refused(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "errcode", 40001)
    made = applied(actor, one(kind))
    assert ends(made) == [(State.FAILED, "40001")]
    assert writes(sandbox) == [PATHS[kind]]
    assert not is_done(kind)


@KINDS
def test_unknown_operation_is_not_tried_for_ever(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "status", 404)
    assert ends(applied(actor, one(kind))) == [(State.FAILED, "Malformed")]
    assert writes(sandbox) == [PATHS[kind]]


@KINDS
def test_not_sent_is_sent_later(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "status", 429, times=1)
    assert ends(applied(actor, one(kind))) == [DONE]
    assert writes(sandbox) == [PATHS[kind]] * 2


@KINDS
def test_changed_by_somebody_else_since(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    change_set = planned(actor, one(kind))
    fields = {"state": 1} if kind == SUSPEND else {"name": "别人改的"}
    if kind == SUSPEND:
        Member.objects.filter(user_id=PERSON).update(state=0)
        fields = {"state": 3}
    sandbox.control("POST", f"weila/members/{PERSON}", fields)
    made = confirmed(actor, change_set)
    assert ends(made) == [(State.FAILED, "conflict")]
    name, value = next(iter(fields.items()))
    assert changes(made)[0].result["now"][name][1] == value
    assert writes(sandbox) == []


def test_conflict_calls_departments_by_name(actor: Actor, sandbox: SandboxProcess) -> None:
    change_set = planned(actor, draft(CHANGE, dept_id=8))
    sandbox.control("POST", f"weila/members/{PERSON}", {"dept_id": 9})
    refused = changes(confirmed(actor, change_set))
    with Queries() as queries:
        [line] = reading.lines(ORG, refused, {})
    told = [(one.expected, one.present) for one in line.conflicts]
    assert told == [(name_of(6), name_of(9))]
    assert len(queries) == 1


@KINDS
def test_gone_since(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    change_set = planned(actor, one(kind))
    sandbox.control("DELETE", f"weila/members/{PERSON}")
    assert ends(confirmed(actor, change_set)) == [(State.FAILED, "not_here")]
    assert writes(sandbox) == []


@pytest.mark.parametrize(("kind", "after"), [(SUSPEND, {"state": 1}), (DELETE, {})])
def test_owner_is_spared(actor: Actor, sandbox: SandboxProcess, kind: str, after: dict[str, int]) -> None:
    assert ends(applied(actor, draft(kind, OWNER, **after))) == [(State.FAILED, "owner")]
    assert writes(sandbox) == []


def test_the_directory_is_read_once_for_all_kinds(actor: Actor, sandbox: SandboxProcess) -> None:
    change_set = planned(actor, draft(CHANGE, tts=1), draft(SUSPEND, DEVICE, state=1))
    sandbox.clear_journal()
    assert ends(confirmed(actor, change_set)) == [DONE, DONE]
    assert len(sandbox.journal(API + "org-my-org")) == 1


# --- lost answers


@KINDS
@pytest.mark.parametrize(("fault", "sent"), [("drop-after", 1), ("drop", 2)])
def test_lost_answer(actor: Actor, sandbox: SandboxProcess, kind: str, fault: str, sent: int) -> None:
    sandbox.fault(API + PATHS[kind], fault, times=1)
    made = applied(actor, one(kind))
    assert ends(made) == [DONE]
    assert writes(sandbox) == [PATHS[kind]] * sent
    assert is_done(kind)


@KINDS
def test_late_request(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "late", 0.4, times=1)
    made = applied(actor, one(kind))
    assert ends(made) == [DONE]
    assert writes(sandbox) == [PATHS[kind]]


def items_of(change_set: ChangeSet) -> list[Item]:
    return [item_of(change_set, change, {}) for change in changes(change_set)]


@KINDS
def test_lost_answers_are_looked_up_in_one_reading(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    people = Member.objects.filter(organization=ORG, type=0, state=0, tts=0).values_list("user_id", flat=True)
    after = {CHANGE: {"tts": 1}, SUSPEND: {"state": 1}, DELETE: {}}[kind]
    items = items_of(planned(actor, *(draft(kind, user_id, **after) for user_id in people[:3])))
    kinds.kind(kind).send(actor, items[:1])
    sandbox.clear_journal()
    results = kinds.kind(kind).find(actor, [[item] for item in items])
    assert [results[item.id].outcome for item in items] == ["done", "not_done", "not_done"]
    assert len(sandbox.journal()) == 1


def test_rows_that_can_not_be_read_leave_a_deletion_unknown(
    actor: Actor, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = items_of(planned(actor, draft(DELETE)))
    listed = mirror.read(weila(actor), ORG)
    members = {user_id: one for user_id, one in listed.members.items() if user_id != PERSON}
    monkeypatch.setattr(mirror, "read", lambda *_: replace(listed, members=members, complete=False))
    assert kinds.kind(DELETE).find(actor, [[item]])[item.id].outcome == "unknown"
    assert row().user_id == PERSON


def test_reply_that_contradicts_is_looked_up(actor: Actor, sandbox: SandboxProcess) -> None:
    """weila.md, 修改企业成员状态: the example asks for state 0 and shows 1."""
    (item,) = items_of(planned(actor, draft(SUSPEND, state=1)))
    contradiction = [([item], Told(user_id=PERSON, state=0))]
    assert kinds.kind(SUSPEND).settle(actor, contradiction)[item.id] is LOOK_UP
    assert row().state == 0


def test_reply_that_names_somebody_else_tells_nothing(actor: Actor, sandbox: SandboxProcess) -> None:
    """weila.md, 修改企业成员信息: the example asks for one member and shows another."""
    (item,) = items_of(planned(actor, draft(SUSPEND, state=1)))
    stranger = [([item], Told(user_id=OWNER, state=0))]
    assert kinds.kind(SUSPEND).settle(actor, stranger)[item.id] is DONE_RESULT
    assert row().state == 1


@KINDS
def test_session_over(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "errcode", 31)
    made = applied(actor, one(kind))
    assert (made.state, made.reason) == (SetState.PAUSED, "session_over")
    assert [state for state, _reason in ends(made)] == [State.WAITING]
    assert not is_done(kind)


def test_who_may_not_read_the_directory_can_not_go_on(actor: Actor, sandbox: SandboxProcess) -> None:
    change_set = planned(actor, one(CHANGE))
    sandbox.control("POST", f"weila/members/{PERSON}", {"tts": 1})  # so that it has to be read
    sandbox.fault(API + "get-address-list", "errcode", 32)
    made = confirmed(actor, change_set)
    assert (made.state, made.reason) == (SetState.PAUSED, "session_over")
    assert writes(sandbox) == []


# --- passwords


def test_password(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, draft(PASSWORD))
    assert ends(made) == [DONE]
    (change,) = changes(made)
    assert change.result == {"number": row().user_num}
    assert change.secret
    assert made.secrets == 1
    assert not undo.can_take_back(made, [])
    back = undone(actor, made)
    assert problems(back) == [("password_undo", row().name)]
    assert writes(sandbox) == ["member-reset-password"]


@pytest.mark.parametrize("fault", ["drop", "drop-after"])
def test_lost_password_is_never_sent_again(actor: Actor, sandbox: SandboxProcess, fault: str) -> None:
    sandbox.fault(API + "member-reset-password", fault)
    made = applied(actor, draft(PASSWORD))
    assert ends(made) == [(State.UNKNOWN, "password_unsure")]
    with override("en"):
        said = str(vocabulary.reasons["password_unsure"])
    assert "can't be looked up" in said and "Reset it once more" in said
    assert writes(sandbox) == ["member-reset-password"]
    (handed,) = secrets.hand_over(actor, made, secrets.Form.SHEET)
    assert (handed.number, handed.unknown) == (row().user_num, True)  # whose it is, is known all the same
    assert handed.number


# --- undo


def test_undo_of_a_change(actor: Actor, sandbox: SandboxProcess) -> None:
    was = store.row_of(row())
    made = applied(actor, draft(CHANGE, name="改名", tts=1 - (was.tts or 0), dept_id=0))
    assert ends(made) == [DONE]
    assert ends(undone(actor, made)) == [DONE]
    assert store.row_of(row()) == was


def test_undo_of_what_somebody_else_has_changed_since(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, draft(CHANGE, name="改名"))
    Member.objects.filter(user_id=PERSON).update(name="又改了")
    back = undone(actor, made)
    assert [code for code, _name in problems(back)] == ["undo_conflict"]
    assert writes(sandbox) == ["member-change"]


def test_undo_of_a_suspension_and_back_again(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, one(SUSPEND))
    back = undone(actor, made)
    assert (ends(back), row().state, back.destructive) == ([DONE], 0, 0)
    again = undone(actor, back)
    assert (ends(again), row().state, again.destructive) == ([DONE], 1, 1)


def test_undo_of_a_picture_compares_with_where_it_is_now(actor: Actor, sandbox: SandboxProcess) -> None:
    was = row().avatar
    made = applied(actor, draft(CHANGE, avatar="http://media.weila.example/new.png"))
    assert ends(made) == [DONE]
    assert changes(made)[0].result == {"avatar": row().avatar}
    assert row().avatar != was
    assert ends(undone(actor, made)) == [DONE]


def test_value_that_was_never_told_stays(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", f"weila/members/{PERSON}", {"tts": 1})
    Member.objects.filter(user_id=PERSON).update(tts=None)
    made = applied(actor, draft(CHANGE, tts=1))
    assert ends(made) == [DONE]
    [(code, text)] = said(undone(actor, made))
    assert code == "value_not_known"
    assert text.endswith("can't be set back: Read messages aloud.")


def test_undo_of_a_deletion(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", f"weila/members/{PERSON}", {"state": 1, "tts": 1})
    assert ends(applied(actor, draft(CHANGE, loc_share=1))) == [DONE]  # has the directory read
    was = row()
    back = undone(actor, applied(actor, draft(DELETE)))
    assert ends(back) == [DONE, DONE]
    new = Member.objects.get(user_id=changes(back)[0].result["id"])
    assert new.user_id != PERSON
    assert changes(back)[0].note == "new_number"
    for name in ("name", "phone", "dept_id", "sex", "tts", "loc_share", "state"):
        assert getattr(new, name) == getattr(was, name), name
    assert back.secrets == 1


def test_undo_of_a_device_needs_its_code(actor: Actor, sandbox: SandboxProcess) -> None:
    made = applied(actor, draft(DELETE, DEVICE))
    assert ends(made) == [DONE]
    assert [code for code, _ in problems(undone(actor, made))] == ["device_code"]
