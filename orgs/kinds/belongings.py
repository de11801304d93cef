"""What rooms above know of a member that is lost when the member is deleted, such as the groups they are in.

They add it to what a deletion records, and give it back when the deletion is undone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from changes.kinds import Draft, Item, Ref, Trouble
from common.actor import Actor


@dataclass(frozen=True, slots=True)
class Belonging:
    """One such thing.

    Attributes:
        before: what is to be recorded, by user id: values by name, none of which is a field of the member; and
            the same in words.
        back: the changes that give it back to a member who is created anew, from the deletion.
    """

    before: Callable[[int, Collection[int]], Mapping[int, tuple[Mapping[str, Any], Mapping[str, str]]]]
    back: Callable[[Actor, Item, Ref], Sequence[Draft | Trouble]]


registered: list[Belonging] = []


def of(
    org_num: int, user_ids: Collection[int]
) -> dict[int, tuple[dict[str, Any], dict[str, tuple[str, str]]]]:
    """Everything that members will lose: values for ``before`` and words for ``said`` of the deletion."""
    found: dict[int, tuple[dict[str, Any], dict[str, tuple[str, str]]]] = {}
    for one in registered:
        for user_id, (values, words) in one.before(org_num, user_ids).items():
            before, said = found.setdefault(user_id, ({}, {}))
            before |= values
            said |= {name: (text, "") for name, text in words.items()}
    return found


def back(actor: Actor, deletion: Item, person: Ref) -> list[Draft | Trouble]:
    """The changes that give it back."""
    return [draft for one in registered for draft in one.back(actor, deletion, person)]
