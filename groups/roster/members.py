"""Who is in a group (weila.md, 添加群成员, 删除群成员, 修改群成员).

The answers are no list to rely on: the example of an addition lists somebody who was not asked for, that of a
removal still lists the removed one. So who is inside is read before, and read again after.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit import trail
from audit.trail import Action, Target
from common.actor import Actor
from common.outcome import Outcome
from groups import mirror
from groups.models import Group
from groups.roster.reading import KIND, for_writing
from groups.rows import Settings
from orgs.directory.written import NotHere, Written, carry_out, deny, weila, weila_to_look
from orgs.models import Member
from upstream.errors import UpstreamError

logger = logging.getLogger(__name__)

ADD, REMOVE, CHANGE = "weila.group-member-add", "weila.group-member-delete", "weila.group-member-change"

Inside = Mapping[int, Settings]
Named = list[tuple[int, str]]  # how people are recorded: user id and name


@dataclass(frozen=True, slots=True)
class Added:
    """What became of those who were to be added, by user id.

    Attributes:
        added: they are inside now, and were not before.
        already: they were inside before: somebody else had added them.
        missing: they are not inside, whatever the answer said.
        checked: False when nobody could be read afterwards; then ``added`` is what the answer allows to hope.
    """

    added: Sequence[int]
    already: Sequence[int]
    missing: Sequence[int] = field(default_factory=list)
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of those who were to be removed; the counterpart of ``Added``.

    ``gone`` had left before, ``remaining`` are inside still.
    """

    removed: Sequence[int]
    gone: Sequence[int]
    remaining: Sequence[int] = field(default_factory=list)
    checked: bool = True


def add_members(actor: Actor, group_id: int, user_ids: Collection[int]) -> Written[Added]:
    """Add members and devices to a group; those who are inside already are not sent.

    Raises:
        GroupNotHere, NotHere: the group, or somebody who is to be added, is not in the actor's organization;
            nothing was sent.
        UpstreamError: refused, or who is inside could not be read before; nothing was changed.
    """
    people = _people(actor, group_id, user_ids, ADD)
    group = for_writing(actor, group_id, ADD)
    before = _inside(actor, group)
    already = [user_id for user_id in user_ids if user_id in before]
    wanted = [user_id for user_id in user_ids if user_id not in before]
    if not wanted:
        return Written(Outcome.DONE, Added([], already))

    def sorted_out(inside: Inside | None) -> tuple[Added, Collection[int]]:
        if inside is None:
            return Added(wanted, already, checked=False), wanted
        added = [user_id for user_id in wanted if user_id in inside]
        return Added(added, already, [one for one in wanted if one not in inside]), added

    names = _named(people, wanted)
    with trail.action(actor, ADD, _target(group), after={"added": names}) as action:
        return _carried_out(
            actor,
            group,
            action,
            lambda: weila(actor).group_member_add(group_id, wanted),
            sorted_out,
            lambda done: action.done(after={"added": _named(people, done)}),
        )


def remove_members(actor: Actor, group_id: int, user_ids: Collection[int]) -> Written[Removed]:
    """Take members out of a group; those who have left already are not sent, and the upstream would refuse all.

    Raises:
        GroupNotHere: nothing was sent.
        NotHere: somebody is neither in the group nor in the directory; nothing was sent.
        UpstreamError: refused, or who is inside could not be read before; nothing was changed.
    """
    group = for_writing(actor, group_id, REMOVE)
    before = _inside(actor, group)
    people = _people(actor, group_id, user_ids, REMOVE, known=before)
    gone = [user_id for user_id in user_ids if user_id not in before]
    wanted = [user_id for user_id in user_ids if user_id in before]
    if not wanted:
        return Written(Outcome.DONE, Removed([], gone))

    def sorted_out(inside: Inside | None) -> tuple[Removed, Collection[int]]:
        if inside is None:
            return Removed(wanted, gone, checked=False), wanted
        removed = [user_id for user_id in wanted if user_id not in inside]
        return Removed(removed, gone, [one for one in wanted if one in inside]), removed

    names = _named(people, wanted)
    with trail.action(actor, REMOVE, _target(group), before={"removed": names}) as action:
        return _carried_out(
            actor,
            group,
            action,
            lambda: weila(actor).group_member_delete(group_id, wanted),
            sorted_out,
            lambda _done: action.done(),
        )


def change_membership(actor: Actor, group_id: int, user_id: int, changes: Mapping[str, int]) -> Written[None]:
    """Set priority, ``tts`` or ``loc_share`` of a member inside a group; only what is in ``changes`` is sent.

    No document shows a way to read them, so an answer that got lost stays unknown, unless this upstream tells them.

    Raises:
        GroupNotHere, NotHere: nothing was sent.
        UpstreamError: refused, or who is inside could not be read before; nothing was changed.
    """
    group = for_writing(actor, group_id, CHANGE)
    before = _inside(actor, group)
    people = _people(actor, group_id, [user_id], CHANGE)
    if user_id not in before:
        deny(actor, CHANGE, _target(group), "not_inside")
        raise NotHere

    def settle(_answer: object) -> Written[None]:
        return Written(Outcome.DONE)

    def look_up() -> Written[None]:
        now = _inside(actor, group).get(user_id)
        if now is None or any(getattr(now, name) is None for name in changes):
            return Written(Outcome.UNKNOWN)
        done = [getattr(now, name) == value for name, value in changes.items()]
        if all(done):
            return Written(Outcome.DONE)
        return Written(Outcome.UNKNOWN if any(done) else Outcome.NOT_DONE)

    recorded = {"member": [user_id, people.get(user_id, "")], **changes}
    with trail.action(actor, CHANGE, _target(group), after=recorded) as action:
        return carry_out(
            action,
            lambda: weila(actor).group_member_change(group_id, user_id, **changes),
            settle,
            look_up,
        )


def last_settings(org_num: int, group: Group, user_id: int) -> dict[str, Any]:
    """What was last set here for a member inside a group, with when (``at``); empty if nothing was.

    It is what this console was told to set, not what is: somebody else may have set it elsewhere since.
    """
    events = trail.about(org_num, _target(group)).filter(
        operation=CHANGE, stage="done", after__member__0=user_id
    )
    found: dict[str, Any] = {}
    for event in events[:20]:
        for name in Settings._fields:
            if name in event.after and name not in found:
                found |= {name: event.after[name], "at": found.get("at", event.at)}
    return found


def _carried_out(
    actor: Actor,
    group: Group,
    action: Action,
    send: Callable[[], object],
    sort_out: Callable[[Inside | None], tuple[Any, Collection[int]]],
    close: Callable[[Collection[int]], None],
) -> Written[Any]:
    """Send an addition or a removal, read who is inside now, and say what that means."""

    def settle(_answer: object) -> Written[Any]:
        try:
            inside = _inside(actor, group)
        except UpstreamError as error:
            logger.warning("Who is in a group could not be read after a change: %s", error)
            value, done = sort_out(None)
            close(done)
            return Written(Outcome.DONE, value)
        value, done = sort_out(inside)
        if done:
            close(done)
        else:
            action.unknown("contradiction")
        return Written(Outcome.DONE, value)

    def look_up() -> Written[Any]:
        value, done = sort_out(_inside(actor, group))
        lacking = getattr(value, "missing", ()) or getattr(value, "remaining", ())
        if not lacking:
            close(done)
            return Written(Outcome.DONE, value)
        return Written(Outcome.UNKNOWN if done else Outcome.NOT_DONE, value)

    return carry_out(action, send, settle, look_up)


def _inside(actor: Actor, group: Group) -> Inside:
    members = mirror.read_members(weila_to_look(actor), group)
    if not members.skipped:
        return members.settings
    # Whose row could not be read has not left because of that.
    return {row.user_id: Settings(row.priority, row.tts, row.loc_share) for row in group.memberships.all()}


def _people(
    actor: Actor, group_id: int, user_ids: Iterable[int], operation: str, *, known: Collection[int] = ()
) -> dict[int, str]:
    """The names of these members of the actor's organization.

    Raises:
        NotHere: somebody is not in it, and not ``known`` to be in the group either; recorded.
    """
    names = dict(
        Member.objects.filter(organization=actor.organization, user_id__in=list(user_ids))
        .values_list("user_id", "name")
    )  # fmt: skip
    strangers = [user_id for user_id in user_ids if user_id not in names and user_id not in known]
    if strangers:
        deny(actor, operation, Target(KIND, str(group_id), ""), "member_not_here")
        raise NotHere
    return names


def _named(people: Mapping[int, str], user_ids: Iterable[int]) -> Named:
    return [(user_id, people.get(user_id, "")) for user_id in user_ids]


def _target(group: Group) -> Target:
    return Target(KIND, str(group.group_id), group.name)
