"""Creating, changing and deleting groups in a set: done, refused, conflict, lost answers, undo."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.tokens import weila
from changes import kinds
from changes.items import item_of
from changes.kinds import LOOK_UP, Draft, Ref
from changes.models import SetState, State
from common.actor import Actor
from groups import mirror
from groups.kinds.groups import ADD, CHANGE, CREATE, DELETE, recorded
from groups.models import Group
from orgs import store
from orgs.kinds import belongings
from orgs.kinds.members import DELETE as DELETE_MEMBER
from orgs.kinds.members import recorded as of_member
from orgs.models import Member
from tests.groups.domain.conftest import GROUP, PERSON, group, inside
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
from tests.support.sandbox import ORG, SandboxProcess
from upstream.weila.types import Group as Told

DONE = (State.DONE, "")
PATHS = {CREATE: "group-create", CHANGE: "group-change", DELETE: "group-delete"}
KINDS = pytest.mark.parametrize("kind", [CREATE, CHANGE, DELETE])


def draft(kind: str) -> Draft:
    present = group()
    if kind == CREATE:
        return Draft(kind=kind, target_text="新群", after={"name": "新群", "burst_mode": 2})
    before: dict[str, Any] = {"name": present.name, "burst_mode": present.burst_mode}
    after = {"name": "改名群", "burst_mode": 2} if kind == CHANGE else {}
    if kind == DELETE:
        names = dict(Member.objects.values_list("user_id", "name"))
        before = recorded(present, [(user_id, names[user_id]) for user_id in sorted(inside())])
    return Draft(kind=kind, target_id=str(GROUP), target_text=present.name, before=before, after=after)


def is_done(kind: str) -> bool:
    if kind == DELETE:
        return not Group.objects.filter(group_id=GROUP).exists()
    name = "新群" if kind == CREATE else "改名群"
    return [one.burst_mode for one in Group.objects.filter(organization=ORG, name=name)] == [2]


@KINDS
def test_done(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    made = applied(reader, draft(kind))
    assert ends(made) == [DONE]
    assert writes(sandbox) == [PATHS[kind]]
    assert is_done(kind)


@KINDS
def test_refused(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "errcode", 40001)
    assert ends(applied(reader, draft(kind))) == [(State.FAILED, "40001")]
    assert writes(sandbox) == [PATHS[kind]]
    assert not is_done(kind)


@KINDS
@pytest.mark.parametrize(("fault", "sent"), [("drop-after", 1), ("drop", 2), ("late", 1)])
def test_lost_answer(reader: Actor, sandbox: SandboxProcess, kind: str, fault: str, sent: int) -> None:
    sandbox.fault(API + PATHS[kind], fault, 0.4 if fault == "late" else None, times=1)
    assert ends(applied(reader, draft(kind))) == [DONE]
    assert writes(sandbox) == [PATHS[kind]] * sent
    assert is_done(kind)


@KINDS
def test_session_over(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "errcode", 31)
    made = applied(reader, draft(kind))
    assert (made.state, made.reason) == (SetState.PAUSED, "session_over")
    assert not is_done(kind)


@pytest.mark.parametrize("kind", [CHANGE, DELETE])
def test_changed_by_somebody_else_since(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    was = group().name
    change_set = planned(reader, draft(kind))
    weila(reader).group_change(ORG, GROUP, name="别人改的")
    sandbox.clear_journal()
    made = confirmed(reader, change_set)
    assert ends(made) == [(State.FAILED, "conflict")]
    assert changes(made)[0].result["now"]["name"] == [was, "别人改的"]
    assert writes(sandbox) == []


@pytest.mark.parametrize("kind", [CHANGE, DELETE])
def test_gone_since(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    change_set = planned(reader, draft(kind))
    weila(reader).group_delete(GROUP)
    sandbox.clear_journal()
    assert ends(confirmed(reader, change_set)) == [(State.FAILED, "not_here")]
    assert writes(sandbox) == []


def test_group_of_another_organization_is_never_named(reader: Actor, sandbox: SandboxProcess) -> None:
    made = applied(reader, Draft(kind=DELETE, target_id="80099999", target_text="x"))
    assert ends(made) == [(State.FAILED, "not_here")]
    assert writes(sandbox) == []


def test_who_has_come_since_is_not_lost_with_the_group(reader: Actor, sandbox: SandboxProcess) -> None:
    change_set = planned(reader, draft(DELETE))
    newcomer = Member.objects.exclude(user_id__in=inside()).filter(organization=ORG)[0].user_id
    weila(reader).group_member_add(GROUP, [newcomer])
    mirror.read_list(weila(reader), ORG)
    mirror.read_members(weila(reader), group())
    assert ends(confirmed(reader, change_set)) == [(State.FAILED, "conflict")]


def test_reply_that_mixes_two_groups(reader: Actor, sandbox: SandboxProcess) -> None:
    """weila.md, 修改群组: only what a reply says of this one is taken; what contradicts is looked up."""
    change_set = planned(reader, draft(CHANGE))
    item = item_of(change_set, changes(change_set)[0], {})
    settle = kinds.kind(CHANGE).settle
    assert settle(reader, [([item], Told(id=GROUP, name="另一个"))])[item.id] is LOOK_UP
    assert settle(reader, [([item], Told(id=1, name="另一个"))])[item.id].outcome == "done"
    assert group().name == "改名群"


def test_group_with_the_name_of_another_one(reader: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(API + "group-create", "drop", times=1)
    made = applied(reader, Draft(kind=CREATE, target_text="测试群3", after={"name": "测试群3"}))
    assert ends(made) == [DONE]
    assert writes(sandbox) == ["group-create"] * 2
    assert changes(made)[0].result["id"] != GROUP


# --- undo


def test_undo_of_a_new_group(reader: Actor, sandbox: SandboxProcess) -> None:
    made = applied(reader, draft(CREATE))
    assert ends(undone(reader, made)) == [DONE]
    assert not Group.objects.filter(name="新群").exists()


def test_undo_of_a_change(reader: Actor, sandbox: SandboxProcess) -> None:
    was = (group().name, group().burst_mode)
    made = applied(reader, draft(CHANGE))
    assert ends(undone(reader, made)) == [DONE]
    assert (group().name, group().burst_mode) == was


def test_picture_that_was_never_told_stays(reader: Actor, sandbox: SandboxProcess) -> None:
    picture = {"avatar": "http://media.weila.example/new.png"}
    made = applied(reader, replace(draft(CHANGE), before={}, after=picture))
    assert ends(made) == [DONE]
    [(code, text)] = said(undone(reader, made))
    assert code == "value_not_known"
    assert text.endswith("can't be set back: Picture.")


def test_undo_of_a_deletion_brings_everybody_back(reader: Actor, sandbox: SandboxProcess) -> None:
    was, name = inside(), group().name
    made = applied(reader, draft(DELETE))
    back = undone(reader, made)
    assert problems(back) == []
    assert ends(back) == [DONE] * (1 + len(was))
    new = changes(back)[0]
    assert (new.note, new.target_text) == ("new_group", name)
    assert inside(new.result["id"]) == was
    assert writes(sandbox) == ["group-delete", "group-create", "group-member-add"]  # all of them in one call


def test_who_comes_back_is_in_their_groups_again(reader: Actor, sandbox: SandboxProcess) -> None:
    more, said = belongings.of(ORG, [PERSON])[PERSON]
    assert more["groups"]
    row = store.present(ORG, [PERSON])[PERSON]
    made = applied(
        reader,
        Draft(
            kind=DELETE_MEMBER,
            target_id=str(PERSON),
            target_text=row.name,
            before=of_member(row) | more,
            said=said,
        ),
    )
    assert ends(made) == [DONE]
    back = undone(reader, made)
    assert problems(back) == []
    assert set(ends(back)) == {DONE}
    new = changes(back)[0].result["id"]
    for group_id, _name in more["groups"]:
        assert new in inside(group_id)


def test_group_that_somebody_has_created_since_the_preview(reader: Actor, sandbox: SandboxProcess) -> None:
    """Whoever was to be in it stays out of it, and nothing is sent."""
    person = Draft(
        kind=ADD,
        target_ref=Ref("g"),
        target_text="新群",
        after={"user_id": PERSON},
        said={"user_id": ("", "张三")},
    )
    second = planned(reader, replace(draft(CREATE), key="g"), person)
    assert ends(applied(reader, replace(draft(CREATE), key="g"), person)) == [DONE, DONE]
    sandbox.clear_journal()
    refused = [(State.FAILED, "group_created_since"), (State.BLOCKED, "blocked")]
    assert ends(confirmed(reader, second)) == refused
    assert writes(sandbox) == []
    assert Group.objects.filter(organization=ORG, name="新群").count() == 1


def test_groups_of_one_name_in_a_set(reader: Actor, sandbox: SandboxProcess) -> None:
    assert ends(applied(reader, draft(CREATE), draft(CREATE))) == [DONE, DONE]
    assert ends(applied(reader, draft(CREATE))) == [DONE]  # the preview has shown them
