"""Whether something new is there: after its answer got lost, or before it is sent, because somebody else was quicker.

By its marks, by what was there before, by count. Never on a guess: what could be somebody else's is unknown.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from changes.kinds import NOT_DONE, Item, Refusal, Result, unknown
from changes.models import Change, ChangeSet, State
from common.actor import Actor


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may have come of a lost change.

    ``ids`` carry its marks. ``exact`` is how many marks it has: who has more is matched first.
    """

    item: Item
    ids: Sequence[int]
    exact: int = 1


def created_since(
    code: str, items: Sequence[Item], reason: str, *, copies: QuerySet[Any], key: str, mark: str
) -> dict[int, Refusal]:
    """Refuse to create what has appeared since the preview, by the id of the item.

    What was there when the set was planned, and what the set itself has made, refuses nothing. Of two sets with equal
    changes only one has them in flight (``Kind.marks``), and its end is in our copy before the other goes on. Two that
    share the phone alone may still pass each other at the same instant.

    Args:
        code: the kind of the changes, which are of one set.
        copies: as for ``find_made``; those that come into question.
        mark: the field that tells that it is the same.
    """
    set_id = items[0].change_set if items else None
    if set_id is None:
        return {}
    planned_as_of = ChangeSet.objects.values_list("planned_as_of", flat=True).get(pk=set_id)
    wanted = {item.after[mark] for item in items}
    alike = copies.filter(seen_at__gt=planned_as_of, **{f"{mark}__in": wanted})
    appeared = {str(number): value for number, value in alike.values_list(key, mark)}
    made = Change.objects.filter(
        change_set=set_id, kind=code, state=State.DONE, target_id__in=appeared.keys()
    )
    own = set(made.values_list("target_id", flat=True)) if appeared else set()
    others = {value for number, value in appeared.items() if number not in own}
    return {item.id: Refusal(reason) for item in items if item.after[mark] in others}


def find_made(
    actor: Actor,
    code: str,
    lost: Sequence[Candidates],
    made: Callable[[Item, int], Result],
    *,
    copies: QuerySet[Any],
    key: str,
) -> dict[int, Result]:
    """What became of each, by the id of the item: what ``made`` says, or that it was not done, or is unknown.

    Args:
        code: the kind of the changes.
        made: takes over what a change has made, by the change and the id.
        copies: our own copy of what there is; ``key`` is the field with the id.
    """
    numbers = {one for candidates in lost for one in candidates.ids}
    seen = dict(copies.filter(**{f"{key}__in": numbers}).values_list(key, "seen_at"))
    taken = _taken(actor, code, set(map(str, numbers)))
    rivals = _with_unknown_rivals([candidates.item.id for candidates in lost])
    results: dict[int, Result] = {}
    for candidates in sorted(lost, key=lambda one: -one.exact):
        item = candidates.item
        fresh = [one for one in candidates.ids if one not in taken and not _was_there(item, one, seen)]
        if len(fresh) == 1 and item.id not in rivals:
            taken.add(fresh[0])
            results[item.id] = made(item, fresh[0])
        else:
            results[item.id] = unknown("not_told_apart") if fresh else NOT_DONE
    return results


def _was_there(item: Item, number: int, seen: Mapping[int, datetime | None]) -> bool:
    """Whether our copy had it before the change was sent. It may have been read anew since.

    ``seen`` says when our copy first had which; None: long ago.
    """
    if number not in seen:
        return False
    first = seen[number]
    return first is None or item.attempted_at is None or first < item.attempted_at


def _taken(actor: Actor, code: str, candidates: Collection[str]) -> set[int]:
    """Those that another change is known to have made."""
    if not candidates:
        return set()
    made = Change.objects.filter(
        change_set__org_num=actor.organization, kind=code, state=State.DONE, target_id__in=candidates
    )
    return {int(target_id) for target_id in made.values_list("target_id", flat=True)}


def _with_unknown_rivals(changes: Collection[int]) -> set[int]:
    """Those with an equal one in the same set of which nobody knows whether it was done."""
    rows = list(Change.objects.filter(pk__in=changes).values_list("pk", "change_set_id", "kind", "marks"))
    unknown_ones = set(
        Change.objects.filter(
            change_set_id__in={row[1] for row in rows},
            kind__in={row[2] for row in rows},
            state=State.UNKNOWN,
            marks__in={row[3] for row in rows if row[3]},
        ).values_list("change_set_id", "marks")
    )
    return {pk for pk, change_set, _kind, marks in rows if (change_set, marks) in unknown_ones}
