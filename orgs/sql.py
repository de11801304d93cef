"""Rows of members on their way into the database, in statements that carry many, and the search index with them."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from common.batches import batched
from orgs import database, search
from orgs.models import Member
from orgs.rows import COLUMNS, Row

BATCH = 250  # rows that are written without a look at the clock
_SEARCHED = ("name", "phone", "user_num", "job_num")
_AT_ONCE = 50  # rows a statement: a statement of its own costs a row as much again
_VALUES = f"({', '.join(['%s'] * (len(COLUMNS) + 4))})"
_INTO = f"INTO orgs_member (organization_id, {', '.join(COLUMNS)}, search, indexed, seen_at) VALUES "
# A failure ends our transaction in any case. Told so, SQLite keeps no journal of the statement: a third less time.
_INSERT = {"sqlite": f"INSERT OR ROLLBACK {_INTO}", "postgresql": f"INSERT {_INTO}"}
_INTO_INDEX = (
    f"INSERT INTO {search.INDEX} (rowid, search)"  # noqa: S608  # constants
    f" SELECT id, {search.INDEXED_SQL.format('')} FROM orgs_member WHERE "
)
# The plus keeps SQLite from taking the organization's index and sorting it anew for each batch.
_REST = "+organization_id = %s AND id > %s AND NOT indexed"
_NEXT_REST = f"SELECT id FROM orgs_member WHERE {_REST} ORDER BY id LIMIT %s"  # noqa: S608  # constants


class Change(NamedTuple):
    """One member that differs: new without ``before``, gone without ``after``."""

    user_id: int
    before: Row | None
    after: Row | None


class Prepared(NamedTuple):
    change: Change
    search: str  # of the row to be


def prepared(changes: Iterable[Change]) -> Iterator[list[Prepared]]:
    """Batches that are ready to write: what costs time is done here, outside of any transaction."""
    for batch in batched(changes, BATCH):
        yield [
            Prepared(change, search.text_of(_searched(change.after)) if _moves_search(change) else "")
            for change in batch
        ]


def _searched(row: Row | None) -> tuple[str | None, ...]:
    return () if row is None else (row.name, row.phone, row.user_num, row.job_num)


def _moves_search(change: Change) -> bool:
    return _searched(change.before) != _searched(change.after)


def apply(
    cursor: CursorWrapper, org_num: int, batch: Collection[Prepared], *, index_later: bool = False
) -> None:
    """Write one batch, inside the transaction of the caller.

    Args:
        index_later: leave new rows out of the search index; ``index_rest`` adds them.
    """
    new = [one for one in batch if one.change.before is None and one.change.after]
    _insert(cursor, org_num, new, indexed=not index_later)
    _update(cursor, org_num, [one for one in batch if one.change.before and one.change.after])
    gone = [one.change.user_id for one in batch if one.change.after is None]
    if gone:
        Member.objects.filter(organization=org_num, user_id__in=gone).delete()


def index_rest(cursor: CursorWrapper, org_num: int, after: int) -> int | None:
    """Add the next ``BATCH`` of the rows that were left out to the search index.

    Args:
        after: the id up to which all are in it.

    Returns:
        The id up to which all are in it now; None when none was left.
    """
    cursor.execute(_NEXT_REST, [org_num, after, BATCH])
    ids = [int(row[0]) for row in cursor.fetchall()]
    if not ids:
        return None
    span = [org_num, after, ids[-1]]
    cursor.execute(f"{_INTO_INDEX}{_REST} AND id <= %s", span)
    # Only now: a change of one of these rows would be passed on to the index, which has to know the row.
    cursor.execute(f"UPDATE orgs_member SET indexed = TRUE WHERE {_REST} AND id <= %s", span)  # noqa: S608  # constants
    return ids[-1]


def _insert(cursor: CursorWrapper, org_num: int, batch: list[Prepared], *, indexed: bool) -> None:
    if not batch:
        return
    newest = 0
    into_index = indexed and database.connection().vendor == "sqlite"
    if into_index:
        cursor.execute("SELECT coalesce(max(id), 0) FROM orgs_member")
        newest = cursor.fetchone()[0]
    now = database.connection().ops.adapt_datetimefield_value(timezone.now())
    rows = [(org_num, *(one.change.after or ()), one.search, indexed, now) for one in batch]
    whole = len(rows) - len(rows) % _AT_ONCE
    statements = [tuple(chain.from_iterable(rows[at : at + _AT_ONCE])) for at in range(0, whole, _AT_ONCE)]
    insert = _INSERT[database.connection().vendor]
    cursor.executemany(insert + ", ".join([_VALUES] * _AT_ONCE), statements)
    cursor.executemany(insert + _VALUES, rows[whole:])
    if into_index:
        # Ids only grow and the write lock is ours, so these are the rows just added.
        cursor.execute(_INTO_INDEX + "id > %s", [newest])


def _update(cursor: CursorWrapper, org_num: int, batch: list[Prepared]) -> None:
    """Write the columns that differ, so that no other index is touched."""
    alike: dict[tuple[str, ...], list[list[int | str | None]]] = {}
    for (user_id, before, after), text in batch:
        old, new = before or (), after or ()
        differs = [at for at, value in enumerate(new) if value != old[at]]
        names = [COLUMNS[at] for at in differs]
        values: list[int | str | None] = [new[at] for at in differs]
        if text or any(name in _SEARCHED for name in names):
            names.append("search")
            values.append(text)
        if names:
            alike.setdefault(tuple(names), []).append([*values, org_num, user_id])
    for columns, parameters in alike.items():
        assignments = ", ".join(f"{column} = %s" for column in columns)
        cursor.executemany(
            f"UPDATE orgs_member SET {assignments} WHERE organization_id = %s AND user_id = %s",  # noqa: S608  # constants
            parameters,
        )
