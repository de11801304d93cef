"""How many members have which value: counted when the mirror changes, read by every page.

``{"dept": {"6": 12, …}, "devices": {"6": 3, …}, "type": …, "state": …, "tts": …, "loc_share": …, "track": …,
"phone": {"none": 9, "shared": 4}, "joined": {"2026-10": 5, …}}``, where ``devices`` counts a department's devices,
and ``phone`` the people without one (devices have none as a rule) and all who have one that somebody else has too.
A value that was not told counts as ``none``; a track of our own number of seconds as ``custom``.

A mirror that an older version has counted lacks the later fields. What is missing is not known, rather than
nothing, and the mirror is due for a new count (``whole``).
"""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from orgs import months
from orgs.models import MemberType, Track
from orgs.rows import Row

NONE, CUSTOM, SHARED = "none", "custom", "shared"
FIELDS = ("dept", "devices", "type", "state", "tts", "loc_share", "track", "phone", "joined")

Facets = dict[str, dict[str, int]]


def key(field: str, value: int | None) -> str:
    """Under which word a value is counted."""
    if value is None or (field == "joined" and not value):
        return NONE
    if field == "joined":
        return months.of(value)
    if field == "track" and value > max(Track):
        return CUSTOM
    return str(value)


def counted(rows: Collection[Row], *, shared: int = 0) -> Facets:
    """The facets of all members; ``shared`` is what ``orgs.phones`` has counted."""
    columns: dict[str, Iterable[int | None]] = {
        "dept": (row.dept_id for row in rows),
        "devices": (row.dept_id for row in rows if row.type == MemberType.DEVICE),
        "type": (row.type for row in rows),
        "state": (row.state for row in rows),
        "tts": (row.tts for row in rows),
        "loc_share": (row.loc_share for row in rows),
        "track": (row.track for row in rows),
        "phone": (None for row in rows if not row.phone and row.type != MemberType.DEVICE),
        "joined": (row.created for row in rows),
    }
    facets: Facets = {}
    for field, values in columns.items():
        words = facets[field] = {}
        # Counted as numbers first: there are far fewer different ones than rows.
        for value, count in Counter(values).items():
            word = key(field, value)
            words[word] = words.get(word, 0) + count
    if shared:
        facets["phone"][SHARED] = shared
    return facets


def moved(facets: dict[str, Any], *, before: Collection[Row], after: Collection[Row], shared: int) -> Facets:
    """The facets after rows were replaced, added (no before) or removed (no after); see ``counted``."""
    result: Facets = {}
    gone, come = counted(before), counted(after, shared=shared)
    gone["phone"][SHARED] = count(facets, "phone", SHARED)
    for field in FIELDS:
        if field not in facets:
            continue  # changing an unknown number would make it look known
        total = Counter(facets[field])
        total.update(come[field])
        total.subtract(gone[field])
        result[field] = {word: count for word, count in total.items() if count > 0}
    return result


def whole(facets: dict[str, Any]) -> bool:
    """Whether everything is counted that this version counts."""
    return all(field in facets for field in FIELDS)


def count(facets: dict[str, Any], field: str, word: str) -> int:
    """How many members have this value."""
    return int(facets.get(field, {}).get(word, 0))
