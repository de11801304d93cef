"""Adding to groups and removing from them in a set: in one call a group, told person by person."""

from collections.abc import Sequence

import pytest

from accounts.tokens import weila
from audit.models import Event
from changes.kinds import Draft
from changes.models import SetState, State
from common.actor import Actor
from common.outcome import Outcome
from groups import mirror
from groups.kinds.groups import ADD
from groups.kinds.memberships import REMOVE
from groups.models import Group
from groups.store import Members
from orgs.models import Member
from tests.groups.domain.conftest import EMPTY, FOREIGNER, GROUP, group, inside
from tests.orgs.kinds.support import API, applied, changes, confirmed, ends, planned, problems, undone, writes
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import Timeout
from upstream.weila.client import Weila

DONE = (State.DONE, "")
PATHS = {ADD: "group-member-add", REMOVE: "group-member-delete"}
KINDS = pytest.mark.parametrize("kind", [ADD, REMOVE])


def drafts(kind: str, people: Sequence[int], group_id: int = GROUP) -> list[Draft]:
    names = dict(Member.objects.filter(organization=ORG).values_list("user_id", "name"))
    return [
        Draft(
            kind=kind,
            target_id=str(group_id),
            target_text=group(group_id).name,
            after={"user_id": user_id},
            said={"user_id": ("", names.get(user_id, "")) if kind == ADD else (names.get(user_id, ""), "")},
        )
        for user_id in people
    ]


def people(kind: str, number: int = 3) -> list[int]:
    """Members who are not in the group, or are, as the kind wants them."""
    if kind == REMOVE:
        return sorted(inside())[:number]
    outside = Member.objects.filter(organization=ORG).exclude(user_id__in=inside()).order_by("user_id")
    return list(outside.values_list("user_id", flat=True)[:number])


def are_where_they_should(kind: str, wanted: Sequence[int]) -> bool:
    return set(wanted) <= inside() if kind == ADD else not set(wanted) & inside()


@KINDS
def test_all_of_a_group_travel_in_one_call(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    wanted = people(kind)
    assert len(wanted) > 1
    made = applied(reader, *drafts(kind, wanted))
    assert set(ends(made)) == {DONE}
    assert writes(sandbox) == [PATHS[kind]]
    assert are_where_they_should(kind, wanted)
    end = Event.objects.filter(operation=f"weila.{PATHS[kind]}", stage="done").order_by("id")[0]
    told = end.after["added"] if kind == ADD else end.before["removed"]
    assert told[0][0] in wanted


@KINDS
def test_refused(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "errcode", 45012)
    wanted = people(kind)
    made = applied(reader, *drafts(kind, wanted))
    assert set(ends(made)) == {(State.FAILED, "45012")}
    assert writes(sandbox) == [PATHS[kind]]


@KINDS
def test_who_is_there_already_is_not_sent_and_stays_with_an_undo(
    reader: Actor, sandbox: SandboxProcess, kind: str
) -> None:
    wanted = people(kind)
    change_set = planned(reader, *drafts(kind, wanted))
    elsewhere = weila(reader)
    (elsewhere.group_member_add if kind == ADD else elsewhere.group_member_delete)(GROUP, wanted[:1])
    made = confirmed(reader, change_set)
    reason = "already_inside" if kind == ADD else "left_before"
    assert ends(made) == [(State.DONE, reason)] + [DONE] * (len(wanted) - 1)
    assert len(changes(undone(reader, made))) == len(wanted) - 1
    assert are_where_they_should(kind, wanted[:1])
    assert not are_where_they_should(kind, wanted[1:])


@KINDS
@pytest.mark.parametrize(("fault", "sent"), [("drop-after", 1), ("drop", 2)])
def test_lost_answer(reader: Actor, sandbox: SandboxProcess, kind: str, fault: str, sent: int) -> None:
    sandbox.fault(API + PATHS[kind], fault, times=1)
    wanted = people(kind)
    made = applied(reader, *drafts(kind, wanted))
    assert set(ends(made)) == {DONE}
    assert writes(sandbox) == [PATHS[kind]] * sent
    assert are_where_they_should(kind, wanted)


@KINDS
def test_late_request(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "late", 0.4, times=1)
    wanted = people(kind)
    assert set(ends(applied(reader, *drafts(kind, wanted)))) == {DONE}
    assert writes(sandbox) == [PATHS[kind]]


@KINDS
def test_session_over(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(API + PATHS[kind], "errcode", 31)
    made = applied(reader, *drafts(kind, people(kind)))
    assert (made.state, made.reason) == (SetState.PAUSED, "session_over")


@KINDS
def test_nobody_can_be_read_afterwards(
    reader: Actor, sandbox: SandboxProcess, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is looked up, as if the answer had been lost."""
    wanted = people(kind)
    change_set = planned(reader, *drafts(kind, wanted))
    read, readings = mirror.read_members, []

    def second_fails(weila: Weila, group: Group) -> Members:
        readings.append(group)
        if len(readings) == 2:
            raise Timeout(operation="group_member_getall", outcome=Outcome.NOT_DONE)
        return read(weila, group)

    monkeypatch.setattr(mirror, "read_members", second_fails)
    assert set(ends(confirmed(reader, change_set))) == {DONE}
    assert len(readings) >= 3
    assert writes(sandbox) == [PATHS[kind]]
    assert are_where_they_should(kind, wanted)


def test_strangers_are_never_sent(reader: Actor, sandbox: SandboxProcess) -> None:
    wanted = people(ADD, 1)
    made = applied(reader, *drafts(ADD, [FOREIGNER, *wanted]))
    assert ends(made) == [(State.FAILED, "member_not_here"), DONE]
    assert FOREIGNER not in inside()


@KINDS
def test_group_that_is_gone(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    change_set = planned(reader, *drafts(kind, people(kind)))
    weila(reader).group_delete(GROUP)
    sandbox.clear_journal()
    assert set(ends(confirmed(reader, change_set))) == {(State.FAILED, "not_here")}
    assert writes(sandbox) == []


@KINDS
def test_undo(reader: Actor, sandbox: SandboxProcess, kind: str) -> None:
    was = inside()
    made = applied(reader, *drafts(kind, people(kind)))
    back = undone(reader, made)
    assert problems(back) == []
    assert inside() == was
    assert writes(sandbox) == [PATHS[kind], PATHS[REMOVE if kind == ADD else ADD]]


def test_two_groups_are_two_calls(reader: Actor, sandbox: SandboxProcess) -> None:
    wanted = people(ADD, 2)
    made = applied(reader, *drafts(ADD, wanted), *drafts(ADD, wanted, EMPTY))
    assert set(ends(made)) == {DONE}
    assert writes(sandbox) == [PATHS[ADD]] * 2
    assert inside(EMPTY) == set(wanted)
