"""The groups that somebody is in: recorded when they are deleted, and given back when that is undone."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from changes.kinds import Draft, Item, Ref, Trouble
from common.actor import Actor
from groups.kinds.groups import ADD
from groups.models import Membership
from groups.words import names
from orgs.kinds.belongings import Belonging


def _before(
    org_num: int, user_ids: Collection[int]
) -> Mapping[int, tuple[Mapping[str, Any], Mapping[str, str]]]:
    rows = Membership.objects.filter(org_num=org_num, user_id__in=user_ids).order_by("group__group_id")
    groups: dict[int, list[list[Any]]] = {}
    for user_id, group_id, name in rows.values_list("user_id", "group__group_id", "group__name"):
        groups.setdefault(user_id, []).append([group_id, name])
    return {
        user_id: ({"groups": theirs}, {"groups": names([name for _number, name in theirs])})
        for user_id, theirs in groups.items()
    }


def _back(actor: Actor, deletion: Item, person: Ref) -> Sequence[Draft | Trouble]:
    return [
        Draft(
            kind=ADD,
            target_id=str(group_id),
            target_text=name,
            refs={"user_id": person},
            said={"user_id": ("", deletion.target.text)},
        )
        for group_id, name in deletion.before.get("groups", ())
    ]


GROUPS = Belonging(_before, _back)
