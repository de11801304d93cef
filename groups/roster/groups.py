"""The groups themselves (weila.md, 创建群组, 修改群组, 删除群组)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit import trail
from audit.trail import Target
from common.actor import Actor
from common.outcome import Outcome
from groups import mirror, store
from groups.models import Group
from groups.roster.reading import KIND, for_writing
from groups.rows import told
from orgs.directory.replies import arrived
from orgs.directory.written import Written, carry_out, compare, weila, weila_to_look
from upstream.weila.types import Group as Told


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group to be created. What is None is not sent, and the upstream decides."""

    name: str
    avatar: str | None = None
    burst_mode: int | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What is sent."""
        values = {"name": self.name, "avatar": self.avatar, "burst_mode": self.burst_mode}
        return {name: value for name, value in values.items() if value is not None}


def create_group(actor: Actor, new: NewGroup) -> Written[Group]:
    """Create a group; the upstream allows a name twice (weila.md, 获取所有群组).

    Raises:
        UpstreamError: refused, or the groups could not be read before; nothing was changed.
    """
    org_num, given = actor.organization, new.given
    # What is there already can't be the new one, if its answer gets lost.
    known = mirror.read_list(weila_to_look(actor), org_num).groups.keys()

    def settle(answer: Told) -> Written[Group]:
        row = store.put(org_num, answer.id, given | told(answer))
        action.done(target=Target(KIND, str(row.group_id), row.name))
        return Written(Outcome.DONE, row)

    def look_up() -> Written[Group]:
        listed = weila_to_look(actor).group_getall(org_num)
        found = [one for one in listed.groups if one.name == new.name and one.id not in known]
        if len(found) == 1:
            return settle(found[0])
        return Written(Outcome.UNKNOWN if found or listed.skipped else Outcome.NOT_DONE)

    with trail.action(actor, "weila.group-create", Target(KIND, "", new.name), after=given) as action:
        return carry_out(action, lambda: weila(actor).group_create(org_num, **given), settle, look_up)


def change_group(
    actor: Actor, group_id: int, before: Mapping[str, Any], changes: Mapping[str, Any]
) -> Written[Group]:
    """Change name, picture address or burst mode; only what is in ``changes`` is sent (weila.md, 修改群组).

    Raises:
        GroupNotHere: nothing was sent.
        Conflict: a value of ``before`` is another one by now; nothing was sent.
        UpstreamError: refused, or the groups could not be read before; nothing was changed.
    """
    org_num, operation = actor.organization, "weila.group-change"
    present = for_writing(actor, group_id, operation)
    was = {name: getattr(present, name) for name in (*before, *changes)}
    compare(before, was)

    def settle(answer: Told | None) -> Written[Group]:
        # The document's own answer is a mixture of two groups; only what it says of this one is taken.
        said = told(answer) if answer is not None and answer.id == group_id else {}
        return Written(Outcome.DONE, store.put(org_num, group_id, dict(changes) | said))

    def look_up() -> Written[Group]:
        listed = weila_to_look(actor).group_getall(org_num)
        now = next((one for one in listed.groups if one.id == group_id), None)
        if now is None:
            return Written(Outcome.UNKNOWN)
        done = [arrived(name, was[name], wanted, getattr(now, name)) for name, wanted in changes.items()]
        if all(done):
            return settle(now)
        return Written(Outcome.UNKNOWN if any(done) else Outcome.NOT_DONE)

    target = Target(KIND, str(group_id), present.name)
    recorded = {name: was[name] for name in changes}
    with trail.action(actor, operation, target, before=recorded, after=changes) as action:
        return carry_out(
            action, lambda: weila(actor).group_change(org_num, group_id, **changes), settle, look_up
        )


def delete_group(actor: Actor, group_id: int) -> Written[None]:
    """Delete a group, with everybody inside (weila.md, 删除群组).

    Raises:
        GroupNotHere: nothing was sent; ``GroupGone`` if somebody else was faster.
        UpstreamError: refused, or the groups could not be read before; nothing was changed.
    """
    org_num, operation = actor.organization, "weila.group-delete"
    present = for_writing(actor, group_id, operation)

    def settle(_answer: object) -> Written[None]:
        store.remove(org_num, group_id)
        return Written(Outcome.DONE)

    def look_up() -> Written[None]:
        listed = weila_to_look(actor).group_getall(org_num)
        if group_id in {one.id for one in listed.groups}:
            return Written(Outcome.NOT_DONE)
        return Written(Outcome.UNKNOWN) if listed.skipped else settle(None)

    was = {"name": present.name, "burst_mode": present.burst_mode}
    target = Target(KIND, str(group_id), present.name)
    with trail.action(actor, operation, target, before=was) as action:
        return carry_out(action, lambda: weila(actor).group_delete(group_id), settle, look_up)
