"""How many members have which value: counted when the mirror changes, read by every page.

``{"dept": {"6": 12, …}, "devices": {"6": 3, …}, "type": …, "state": …, "tts": …, "loc_share": …, "track": …}``,
where ``devices`` counts a department's devices. A value that was not told counts as ``none``; a track of our
own number of seconds as ``custom``.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from orgs.models import MemberType, Track
from orgs.rows import Row

NONE, CUSTOM = "none", "custom"
FIELDS = ("dept", "devices", "type", "state", "tts", "loc_share", "track")

Facets = dict[str, dict[str, int]]


def key(field: str, value: int | None) -> str:
    """Under which word a value is counted."""
    if value is None:
        return NONE
    if field == "track" and value > max(Track):
        return CUSTOM
    return str(value)


def counted(rows: Collection[Row]) -> Facets:
    """The facets of all members."""
    columns: dict[str, Iterable[int | None]] = {
        "dept": (row.dept_id for row in rows),
        "devices": (row.dept_id for row in rows if row.type == MemberType.DEVICE),
        "type": (row.type for row in rows),
        "state": (row.state for row in rows),
        "tts": (row.tts for row in rows),
        "loc_share": (row.loc_share for row in rows),
        "track": (row.track for row in rows),
    }
    facets: Facets = {}
    for field, values in columns.items():
        words = facets[field] = {}
        # Counted as numbers first: there are far fewer different ones than rows.
        for value, count in Counter(values).items():
            word = key(field, value)
            words[word] = words.get(word, 0) + count
    return facets


def moved(facets: dict[str, Any], *, before: Collection[Row], after: Collection[Row]) -> Facets:
    """The facets after rows were replaced, added (no before) or removed (no after)."""
    result: Facets = {}
    gone, come = counted(before), counted(after)
    for field in FIELDS:
        total = Counter(facets.get(field, {}))
        total.update(come[field])
        total.subtract(gone[field])
        result[field] = {word: count for word, count in total.items() if count > 0}
    return result


def count(facets: dict[str, Any], field: str, word: str) -> int:
    """How many members have this value."""
    return int(facets.get(field, {}).get(word, 0))
