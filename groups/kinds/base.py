"""What the changes of groups have in common."""

from collections.abc import Mapping, Sequence
from typing import Any

from changes.kinds import Item, Refusal
from common.actor import Actor
from groups import mirror
from groups.models import Group
from orgs.directory.written import weila_to_look
from orgs.kinds.base import OncePerJob, WeilaKind, conflict, ids, reading
from orgs.models import Organization

COMPARED = ("name", "burst_mode", "avatar")


def _read_list(actor: Actor) -> None:
    mirror.read_list(weila_to_look(actor), actor.organization)


# Read in any case: the operations on a group carry no organization, so the list is what proves that a group is ours.
list_of_job = OncePerJob(_read_list)


class GroupKind(WeilaKind):
    """A change that is made in one of the organization's groups."""

    target_kind = "group"

    def prepare(self, actor: Actor) -> None:
        super().prepare(actor)
        with reading():
            list_of_job.ensure(actor)

    def finished(self, actor: Actor) -> None:
        organization = Organization.objects.filter(num=actor.organization).first()
        if organization is not None:
            mirror.fetch_later(mirror.head_of(organization), actor.session_id)

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        present = groups(actor, items)
        refusals = {}
        for item in items:
            group = present.get(int(item.target.id))
            refusal = Refusal("not_here") if group is None else conflict(item, compared(group))
            if refusal is not None:
                refusals[item.id] = refusal
        return refusals


def groups(actor: Actor, items: Sequence[Item]) -> dict[int, Group]:
    """The targets of these, as far as they are groups of the actor's organization."""
    found = Group.objects.filter(organization=actor.organization, group_id__in=set(ids(items)))
    return {group.group_id: group for group in found}


def compared(group: Group) -> dict[str, Any]:
    """The values that changes compare."""
    return {name: getattr(group, name) for name in COMPARED}
