"""Rows that are selected in a table, and how a selection is carried from page to page.

What is done has to be what was shown: a selection is read on the server each time, and compared with how many it
was, and which ones, when it was last shown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core import signing
from django.http import QueryDict

from common.actor import Actor

EVERYTHING = (
    "everything"  # the value of the button that takes all rows that match, on whichever page they are
)
MOST = 50  # rows that can be ticked: those of one page
_LONGEST_QUERY = 1500  # characters; sealed, it has to fit into an address of 4,094
_DIGITS = 18  # of an id; more do not fit into a column


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What a table needs so that its rows can be selected.

    Attributes:
        url: the page that takes the selection, by POST.
        id_of: the id of a row.
        name_of: what a row is called by those who only hear its box.
    """

    url: str
    id_of: Callable[[Any], int]
    name_of: Callable[[Any], str]


class Unreadable(Exception):
    """What was sent is no selection, or was shown to somebody else, or in another session."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected in a table.

    Attributes:
        ids: the rows that were ticked; None: all that ``query`` matches.
        query: filters and sort of the table.
    """

    ids: tuple[int, ...] | None
    query: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A selection as it was last shown: how many, and which ones (a table says no more than how many)."""

    selection: Selection
    count: int
    fingerprint: str = ""

    @classmethod
    def of(cls, selection: Selection, ids: Iterable[int]) -> "Shown":
        """A selection that means these rows."""
        found = sorted(ids)
        return cls(selection, len(found), _fingerprint(found))

    def is_still(self, now: "Shown") -> bool:
        """Whether what was shown is what there is now."""
        return self.count == now.count and self.fingerprint in ("", now.fingerprint)


def from_table(data: QueryDict) -> Shown:
    """What a table sends (components/table/bulk.html).

    Raises:
        Unreadable: no table of ours sends this.
    """
    query = data.get("query", "")
    if len(query) > _LONGEST_QUERY:
        raise Unreadable
    if data.get("take") == EVERYTHING:
        return Shown(Selection(None, query), _number(data.get("matching", "")))
    ids = tuple(dict.fromkeys(map(_number, data.getlist("ids"))))
    if len(ids) > MOST:
        raise Unreadable
    return Shown(Selection(ids, query), len(ids))


def seal(actor: Actor, kind: str, shown: Shown) -> str:
    """What was shown, for an address: good for this kind of rows, organization and session only, and unchanged."""
    selection = shown.selection
    values = [selection.ids, selection.query, shown.count, shown.fingerprint]
    return signing.dumps(values, salt=_salt(actor, kind), compress=True)


def unseal(actor: Actor, kind: str, text: str) -> Shown:
    """The counterpart of ``seal``.

    Raises:
        Unreadable: see there.
    """
    try:
        ids, query, count, which = signing.loads(text, salt=_salt(actor, kind))
    except signing.BadSignature:
        raise Unreadable from None
    return Shown(Selection(None if ids is None else tuple(ids), query), count, which)


def _fingerprint(ids: Iterable[int]) -> str:
    return sha256(",".join(map(str, ids)).encode()).hexdigest()


def _salt(actor: Actor, kind: str) -> str:
    return f"common.selection:{kind}:{actor.organization}:{actor.session_id}"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Unreadable
    return int(text)
