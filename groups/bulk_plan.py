"""Plans of bulk edits of groups, and of members' places in groups."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from changes import origins
from changes.kinds import Draft, Ref, Trouble
from changes.models import ChangeSet
from changes.origins import NotPlannable, Planned
from common.actor import Actor
from common.batches import batched
from groups import mirror
from groups.kinds.groups import ADD, CHANGE, CREATE, DELETE, recorded
from groups.kinds.memberships import REMOVE
from groups.models import BurstMode, Group, Membership
from groups.words import names
from orgs import bulk_plan
from orgs.bulk_plan import Some
from orgs.directory.written import weila_to_look
from orgs.models import Member
from orgs.rows import Row
from upstream.errors import UpstreamError

logger = logging.getLogger(__name__)

ORIGIN = "group.bulk"
_AT_ONCE = 100

Planner = Callable[[Actor, Sequence[Group], Mapping[str, Any]], Iterable[Draft | Trouble | int]]


def _plan(actor: Actor, change_set: ChangeSet) -> Planned:
    arguments = change_set.arguments
    planner = _actions.get(arguments["action"])
    if planner is None:
        raise NotPlannable("unknown_action")
    wanted = list(arguments["ids"])
    found = {
        group.group_id: group
        for ids in batched(wanted, _AT_ONCE)
        for group in Group.objects.filter(organization=actor.organization, group_id__in=ids)
    }
    for group_id in wanted:
        if group_id not in found:
            yield Trouble(code="group_gone", target_text=str(group_id))
    yield from planner(actor, [found[one] for one in wanted if one in found], arguments["values"])


# --- the groups themselves


def _burst_mode(_actor: Actor, groups: Sequence[Group], values: Mapping[str, Any]) -> Iterator[Draft]:
    mode = BurstMode(int(values["burst_mode"])).value
    for group in groups:
        if group.burst_mode != mode:
            yield Draft(
                kind=CHANGE,
                target_id=str(group.group_id),
                target_text=group.name,
                before={"burst_mode": group.burst_mode},
                after={"burst_mode": mode},
            )


def _delete(
    actor: Actor, groups: Sequence[Group], _values: Mapping[str, Any]
) -> Iterator[Draft | Trouble | int]:
    for looked_at, group in enumerate(groups, start=1):
        people = _inside(actor, group)
        if people is None:
            yield Trouble(code="members_not_read", target_text=group.name)
        else:
            yield Draft(
                kind=DELETE,
                target_id=str(group.group_id),
                target_text=group.name,
                before=recorded(group, people),
                said={"members": (names([name for _user_id, name in people]), "")} if people else {},
            )
        yield looked_at


def _copy(
    actor: Actor, groups: Sequence[Group], values: Mapping[str, Any]
) -> Iterator[Draft | Trouble | int]:
    """Everybody in these groups gets into one more: an existing one (``into``), or a new one (``name``)."""
    people: dict[int, str] = {}
    for looked_at, group in enumerate(groups, start=1):
        inside = _inside(actor, group)
        if inside is None:
            yield Trouble(code="members_not_read", target_text=group.name)
        people |= dict(inside or ())
        yield looked_at
    if values.get("into"):
        to = _group(actor, int(values["into"]))
        there = {user_id for user_id, _name in _inside(actor, to) or ()}
        yield from (_add(to, user_id, name) for user_id, name in people.items() if user_id not in there)
        return
    new = Ref("new")
    name = values["name"]
    given = {key: values[key] for key in ("name", "burst_mode") if values.get(key) is not None}
    yield Draft(kind=CREATE, key=new.key, target_text=name, after=given)
    for user_id, member in people.items():
        yield Draft(
            kind=ADD,
            target_ref=new,
            target_text=name,
            after={"user_id": user_id},
            said={"user_id": ("", member)},
        )


def _inside(actor: Actor, group: Group) -> list[tuple[int, str]] | None:
    """Who is in a group, read anew if the mirror may lag behind; None when that can't be had."""
    if group.members_due:
        try:
            mirror.read_members(weila_to_look(actor), group)
        except UpstreamError as error:
            logger.warning("The members of a group could not be read: %s", error)
            return None
    user_ids = list(
        Membership.objects.filter(group=group).order_by("user_id").values_list("user_id", flat=True)
    )
    known: dict[int, str] = {}
    for some in batched(user_ids, 500):
        rows = Member.objects.filter(organization=actor.organization, user_id__in=some)
        known |= dict(rows.values_list("user_id", "name"))
    # Whoever is in no directory can't be added anywhere.
    return [(user_id, known[user_id]) for user_id in user_ids if user_id in known]


def _group(actor: Actor, group_id: int) -> Group:
    group = Group.objects.filter(organization=actor.organization, group_id=group_id).first()
    if group is None:
        raise NotPlannable("group_gone")
    return group


def _add(group: Group, user_id: int, name: str) -> Draft:
    return Draft(
        kind=ADD,
        target_id=str(group.group_id),
        target_text=group.name,
        after={"user_id": user_id},
        said={"user_id": ("", name)},
    )


# --- members and their groups


def _places(actor: Actor, values: Mapping[str, Any]) -> tuple[list[Group], dict[int, set[int]]]:
    """The groups that are meant, and who is in each."""
    groups = [_group(actor, int(one)) for one in values["groups"]]
    inside = {}
    for group in groups:
        if (people := _inside(actor, group)) is None:
            raise NotPlannable("members_not_read")
        inside[group.group_id] = {user_id for user_id, _name in people}
    return groups, inside


def _add_members(actor: Actor, values: Mapping[str, Any]) -> Some:
    groups, inside = _places(actor, values)

    def some(rows: Sequence[Row]) -> Iterator[Draft]:
        for group in groups:
            there = inside[group.group_id]
            yield from (_add(group, row.user_id, row.name) for row in rows if row.user_id not in there)

    return some


def _remove_members(actor: Actor, values: Mapping[str, Any]) -> Some:
    groups, inside = _places(actor, values)

    def some(rows: Sequence[Row]) -> Iterator[Draft]:
        for group in groups:
            there = inside[group.group_id]
            for row in rows:
                if row.user_id in there:
                    yield Draft(
                        kind=REMOVE,
                        target_id=str(group.group_id),
                        target_text=group.name,
                        after={"user_id": row.user_id},
                        said={"user_id": (row.name, "")},
                    )

    return some


_actions: Mapping[str, Planner] = {"burst-mode": _burst_mode, "delete": _delete, "copy": _copy}


def register() -> None:
    """Make bulk edits of groups known, and what can be done with members and groups."""
    origins.register(ORIGIN, bulk_plan.origin(_plan))
    bulk_plan.register_actions({"groups-add": _add_members, "groups-remove": _remove_members})
