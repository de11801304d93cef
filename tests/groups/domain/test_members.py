"""Who is in a group: what the answers say is read again, and what is there is said."""

from typing import Any

import pytest

from audit.models import Event, Stage
from common.actor import Actor
from common.outcome import Outcome
from groups import mirror, roster
from groups.models import Membership
from groups.roster import Added, Removed
from orgs.directory import NotHere
from orgs.directory.written import weila
from orgs.models import Member
from tests.groups.domain.conftest import (
    API,
    DEVICE,
    FOREIGNER,
    GROUP,
    OWNER_ID,
    PERSON,
    calls,
    group,
    inside,
)
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import Rejected
from upstream.weila.types import GroupMember, GroupMemberList

ADD, REMOVE, CHANGE = "group-member-add", "group-member-delete", "group-member-change"


def end() -> Event:
    event = Event.objects.order_by("-id").first()
    assert event is not None
    return event


def others(count: int) -> list[int]:
    found = Member.objects.filter(organization=ORG).exclude(user_id__in=[PERSON, DEVICE, OWNER_ID])
    return list(found.order_by("user_id").values_list("user_id", flat=True)[:count])


@pytest.mark.parametrize("reply", ["added", "all"])
def test_add_several_at_once(reader: Actor, sandbox: SandboxProcess, reply: str) -> None:
    sandbox.assume(group_add_reply=reply)
    wanted = [OWNER_ID, *others(2)]
    written = roster.add_members(reader, GROUP, wanted)
    assert (written.outcome, written.value) == (Outcome.DONE, Added(wanted, []))
    assert inside() == {PERSON, DEVICE, *wanted}
    assert calls(sandbox).count(ADD) == 1
    assert end().stage == Stage.DONE
    assert [user_id for user_id, _name in end().after["added"]] == wanted


def test_whoever_another_admin_added_meanwhile_is_said_and_not_sent(
    reader: Actor, sandbox: SandboxProcess
) -> None:
    weila(reader).group_member_add(GROUP, [OWNER_ID])
    (other,) = others(1)
    assert roster.add_members(reader, GROUP, [OWNER_ID, other]).value == Added([other], [OWNER_ID])
    assert [user_id for user_id, _name in end().after["added"]] == [other]


def test_if_all_are_inside_already_nothing_is_sent(reader: Actor, sandbox: SandboxProcess) -> None:
    assert roster.add_members(reader, GROUP, [PERSON]).value == Added([], [PERSON])
    assert ADD not in calls(sandbox)
    assert not Event.objects.filter(operation="weila.group-member-add").exists()


def test_an_answer_that_nobody_can_find_again_is_a_contradiction(
    reader: Actor, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = weila(reader).group_member_getall(GROUP)
    monkeypatch.setattr("upstream.weila.client.Weila.group_member_getall", lambda self, group_id: before)
    assert roster.add_members(reader, GROUP, [OWNER_ID]).value == Added([], [], [OWNER_ID])
    assert (end().stage, end().reason) == (Stage.UNKNOWN, "contradiction")


def test_added_but_nobody_can_be_read_afterwards(reader: Actor, sandbox: SandboxProcess) -> None:
    mirror.read_members(weila(reader), group())
    original = mirror.read_members
    answers = iter([None])

    def first_only(*args: Any) -> Any:
        try:
            next(answers)
        except StopIteration:
            sandbox.fault(API + "group-member-getall", "status", 503)
        return original(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mirror, "read_members", first_only)
        written = roster.add_members(reader, GROUP, [OWNER_ID])
    assert written.value == Added([OWNER_ID], [], checked=False)
    assert end().stage == Stage.DONE


@pytest.mark.parametrize("stranger", [FOREIGNER, 1, 2**63 - 1])
def test_a_member_of_another_organization_is_not_here(
    reader: Actor, sandbox: SandboxProcess, stranger: int
) -> None:
    for write in (roster.add_members, roster.remove_members):
        with pytest.raises(NotHere):
            write(reader, GROUP, [PERSON, OWNER_ID, stranger])
        assert (end().stage, end().reason) == (Stage.REFUSED, "member_not_here")
    assert not {ADD, REMOVE} & set(calls(sandbox))


def test_a_full_group_is_refused_as_a_whole(reader: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(API + ADD, "errcode", 45012, times=1)
    with pytest.raises(Rejected):
        roster.add_members(reader, GROUP, [OWNER_ID])
    assert (end().stage, end().reason) == (Stage.REFUSED, "45012")
    assert inside() == {PERSON, DEVICE}


@pytest.mark.parametrize("reply", ["before", "removed", "remaining"])
def test_remove_several_at_once_whatever_the_answer_lists(
    reader: Actor, sandbox: SandboxProcess, reply: str
) -> None:
    sandbox.assume(group_delete_reply=reply)
    written = roster.remove_members(reader, GROUP, [PERSON, DEVICE])
    assert (written.outcome, written.value) == (Outcome.DONE, Removed([PERSON, DEVICE], []))
    assert inside() == set()
    assert calls(sandbox).count(REMOVE) == 1
    assert [user_id for user_id, _name in end().before["removed"]] == [PERSON, DEVICE]


def test_whoever_has_left_already_is_not_sent(reader: Actor) -> None:
    weila(reader).group_member_delete(GROUP, [PERSON])
    assert roster.remove_members(reader, GROUP, [PERSON, DEVICE]).value == Removed([DEVICE], [PERSON])


def test_if_all_have_left_nothing_is_sent(reader: Actor, sandbox: SandboxProcess) -> None:
    assert roster.remove_members(reader, GROUP, [OWNER_ID]).value == Removed([], [OWNER_ID])
    assert REMOVE not in calls(sandbox)


def test_who_is_in_the_group_and_not_in_the_directory_can_be_removed(reader: Actor) -> None:
    Member.objects.filter(user_id=PERSON).delete()
    assert roster.remove_members(reader, GROUP, [PERSON]).value == Removed([PERSON], [])


@pytest.mark.parametrize("reply", ["changed", "all"])
def test_settings_are_sent_as_they_are_chosen(reader: Actor, sandbox: SandboxProcess, reply: str) -> None:
    sandbox.assume(group_change_reply=reply)
    written = roster.change_membership(reader, GROUP, PERSON, {"priority": 7, "loc_share": 1})
    assert written.outcome is Outcome.DONE
    answer = weila(reader).group_member_delete(GROUP, [PERSON])  # the only answer that tells them
    assert answer is not None
    row = next(one for one in answer.members if one.user_id == PERSON)
    assert (row.priority, row.loc_share) == (7, 1)
    assert end().after == {"member": [PERSON, "222222"], "priority": 7, "loc_share": 1}


def test_what_cannot_be_read_back_is_not_stored_as_a_guess(reader: Actor) -> None:
    roster.change_membership(reader, GROUP, PERSON, {"priority": 7})
    place = Membership.objects.get(group=group(), user_id=PERSON)
    assert (place.priority, place.tts, place.loc_share) == (None, None, None)
    assert roster.last_settings(ORG, group(), PERSON)["priority"] == 7
    assert roster.last_settings(ORG, group(), DEVICE) == {}


def test_later_editions_tell_the_persons_own_switches_which_are_not_taken_for_the_groups(
    reader: Actor, sandbox: SandboxProcess
) -> None:
    sandbox.assume(later_fields="on")
    mirror.read_members(weila(reader), group())
    place = Membership.objects.get(group=group(), user_id=PERSON)
    assert (place.priority, place.tts, place.loc_share) == (None, None, None)


def test_an_upstream_that_tells_the_priority_is_believed(
    reader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = GroupMemberList([GroupMember(PERSON, prority=3, tts=1, loc_share=0)])
    monkeypatch.setattr("upstream.weila.client.Weila.group_member_getall", lambda self, group_id: told)
    mirror.read_members(weila(reader), group())
    place = Membership.objects.get(group=group(), user_id=PERSON)
    assert (place.priority, place.tts, place.loc_share) == (3, 1, 0)


def test_settings_of_somebody_who_is_not_inside(reader: Actor, sandbox: SandboxProcess) -> None:
    with pytest.raises(NotHere):
        roster.change_membership(reader, GROUP, OWNER_ID, {"priority": 1})
    assert CHANGE not in calls(sandbox)
    assert end().reason == "not_inside"


LOST: dict[str, tuple[str, Any]] = {
    "add": (ADD, lambda actor: roster.add_members(actor, GROUP, [OWNER_ID])),
    "remove": (REMOVE, lambda actor: roster.remove_members(actor, GROUP, [PERSON])),
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
    reader: Actor, sandbox: SandboxProcess, name: str, fault: str, value: object, outcome: Outcome
) -> None:
    operation, write = LOST[name]
    sandbox.fault(API + operation, fault, value, times=1)
    assert write(reader).outcome is outcome
    assert len(sandbox.wait_for(API + operation)) == 1
    assert end().stage == {"done": "done", "not_done": "refused", "unknown": "unknown"}[outcome]
    happened = outcome is Outcome.DONE
    assert ((OWNER_ID in inside()) if name == "add" else (PERSON not in inside())) is happened


@pytest.mark.parametrize("fault", ["drop-after", "drop"])
def test_a_lost_answer_about_settings_stays_unknown(
    reader: Actor, sandbox: SandboxProcess, fault: str
) -> None:
    sandbox.fault(API + CHANGE, fault, times=1)
    assert roster.change_membership(reader, GROUP, PERSON, {"tts": 1}).outcome is Outcome.UNKNOWN
    assert end().stage == Stage.UNKNOWN
    assert calls(sandbox).count(CHANGE) == 1
