"""How rows get into the mirror: only what differs, in short transactions, search index and totals with them.

SQLite has one write lock for the whole database, so a list of 100,000 is written in slices of time, with a
pause after each in which everybody else gets their turn.
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max
from django.db.models.functions import Now

from common import lease
from orgs import facets, search
from orgs.models import Department, Member, Organization, OwnWrite
from orgs.rows import COLUMNS, DepartmentRow, Row

T = TypeVar("T")

SLICE = 0.07  # seconds after which a transaction takes nothing more on
PAUSE = 0.01  # seconds between two of them, at least
BATCH = 250  # rows that are written without a look at the clock
WRITING_LEASE = 30  # seconds; renewed with every slice
_SEARCHED = ("name", "phone", "user_num", "job_num")


class LeaseLost(Exception):
    """Somebody else holds the lease by now: what this one has read is not written any further."""


class Change(NamedTuple):
    """One member that differs: new without ``before``, gone without ``after``."""

    user_id: int
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Directory:
    """An organization's directory as the upstream told it at one moment.

    Attributes:
        members: by user id.
        complete: False when rows could not be read: then nobody who is missing is taken for removed.
        own_writes: the last of our own writes that the list is certain to contain.
        version: the version that the upstream told before the list was asked for.
        settled: no later change can have that version.
    """

    members: Mapping[int, Row]
    departments: Mapping[int, DepartmentRow]
    complete: bool
    own_writes: int
    version: int
    settled: bool
    read_at: datetime


@dataclass(slots=True)
class Difference:
    """What has to be written to turn the mirror into the directory."""

    changes: list[Change] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)  # not listed, but the list was not complete


def last_own_write(org_num: int) -> int:
    """The newest of our own writes; a list that is asked for after this contains it."""
    newest: int | None = OwnWrite.objects.filter(organization=org_num).aggregate(newest=Max("id"))["newest"]
    return newest or 0


def row_of(member: Member) -> Row:
    """The tuple of a stored member."""
    return Row._make(getattr(member, column) for column in COLUMNS)


def compare(org_num: int, directory: Directory) -> Difference:
    """Compare with what is stored, in one streaming read and without any lock."""
    difference = Difference()
    seen = set()
    for before in _stored(org_num):
        after = directory.members.get(before.user_id)
        seen.add(before.user_id)
        if after is None and not directory.complete:
            difference.kept.append(before)
        elif after != before:
            difference.changes.append(Change(before.user_id, before, after))
    new = (row for user_id, row in directory.members.items() if user_id not in seen)
    # In the order of their ids, which is the order of three of the indexes: much cheaper to insert.
    difference.changes.extend(Change(row.user_id, None, row) for row in sorted(new))
    return difference


def _stored(org_num: int) -> Iterator[Row]:
    columns = ", ".join(COLUMNS)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM orgs_member WHERE organization_id = %s", [org_num])  # noqa: S608  # constants
        while rows := cursor.fetchmany(2000):
            yield from map(Row._make, rows)


def write(
    org_num: int,
    directory: Directory,
    difference: Difference,
    fence: int,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Turn the mirror into ``directory``.

    Each transaction checks and renews the lease, and leaves alone what a write of ours has changed since the
    list was asked for. The last one sets totals, version and time, so a first load is visible only when it is
    whole, and a small difference is written in one piece.

    Raises:
        LeaseLost: somebody else took over; what was written so far stays, and they finish it.
    """
    rows = chain(directory.members.values(), difference.kept)
    counted = facets.counted(tuple(rows))
    batches = deque[list[_Prepared]]()
    unprepared = _prepared(difference.changes)
    done, ahead = 0, 2
    while True:
        batches.extend(islice(unprepared, max(ahead - len(batches), 0)))
        if len(batches) <= 1:
            break
        until = time.monotonic() + SLICE
        written = 0
        with transaction.atomic():
            _hold(org_num, fence, progress_done=done)
            own = _own_writes(org_num, directory.own_writes)
            with connection.cursor() as cursor:
                while len(batches) > 1 and time.monotonic() < until:
                    batch = batches.popleft()
                    _apply(cursor, org_num, [one for one in batch if one.change.user_id not in own])
                    written += 1
                    done += len(batch)
        ahead = written + 2
        pause(PAUSE)
    _finish(org_num, directory, counted, fence, batches.popleft() if batches else [], len(difference.kept))


def _finish(
    org_num: int,
    directory: Directory,
    counted: facets.Facets,
    fence: int,
    rest: "list[_Prepared]",
    kept: int,
) -> None:
    with transaction.atomic():
        _hold(org_num, fence)
        own = _own_writes(org_num, directory.own_writes)
        with connection.cursor() as cursor:
            _apply(cursor, org_num, [one for one in rest if one.change.user_id not in own])
        _write_departments(org_num, directory)
        listed = [directory.members[user_id] for user_id in own if user_id in directory.members]
        present = [row_of(member) for member in Member.objects.filter(organization=org_num, user_id__in=own)]
        _hold(
            org_num,
            fence,
            total=len(directory.members) + kept - len(listed) + len(present),
            facets=facets.moved(counted, before=listed, after=present),
            mirrored_ver=directory.version,
            mirrored_settled=directory.settled,
            mirrored_at=directory.read_at,
            progress_done=0,
            progress_total=0,
            failure="",
            failed_at=None,
        )
        OwnWrite.objects.filter(organization=org_num, id__lte=directory.own_writes).delete()


def _hold(org_num: int, fence: int, **values: object) -> None:
    """Prolong the lease and write to the head, as its holder only. Locks the head for this transaction."""
    until = Now() + timedelta(seconds=WRITING_LEASE)
    if not lease.held(Organization.objects.all(), org_num, fence).update(lease_until=until, **values):
        raise LeaseLost


def _own_writes(org_num: int, since: int) -> set[int]:
    newer = OwnWrite.objects.filter(organization=org_num, id__gt=since, user_id__isnull=False)
    return {user_id for user_id in newer.values_list("user_id", flat=True) if user_id is not None}


def _write_departments(org_num: int, directory: Directory) -> None:
    own = set(
        OwnWrite.objects.filter(organization=org_num, id__gt=directory.own_writes, dept_id__isnull=False)
        .values_list("dept_id", flat=True)
    )  # fmt: skip
    present = {
        row.dept_id: row
        for row in (
            DepartmentRow(*values)
            for values in Department.objects.filter(organization=org_num).values_list(*DepartmentRow._fields)
        )
    }
    for dept_id, row in directory.departments.items():
        if dept_id not in own and row != present.get(dept_id):
            put_department(org_num, row)
    if directory.complete:
        gone = present.keys() - directory.departments.keys() - own
        Department.objects.filter(organization=org_num, dept_id__in=gone).delete()


def put_department(org_num: int, row: DepartmentRow) -> None:
    """Add a department, or bring it up to date."""
    values = {"name": row.name, "user_count": row.user_count}
    Department.objects.update_or_create(organization_id=org_num, dept_id=row.dept_id, defaults=values)


# --- our own writes


def patch(org_num: int, rows: Mapping[int, Row | None]) -> None:
    """Bring single members up to date after a write of ours; None removes one.

    Does nothing to a mirror that was never loaded: its first load will bring the rows.
    """
    for user_ids in _batched(sorted(rows), BATCH):
        with transaction.atomic():
            head = Organization.objects.select_for_update().filter(num=org_num).first()
            if head is None:
                return
            OwnWrite.objects.bulk_create(OwnWrite(organization=head, user_id=user_id) for user_id in user_ids)
            if not head.loaded:
                continue
            present = {
                member.user_id: row_of(member)
                for member in Member.objects.filter(organization=head, user_id__in=user_ids)
            }
            changes = [Change(user_id, present.get(user_id), rows[user_id]) for user_id in user_ids]
            with connection.cursor() as cursor:
                _apply(cursor, org_num, list(chain.from_iterable(_prepared(changes))))
            before = list(present.values())
            after = [row for user_id in user_ids if (row := rows[user_id]) is not None]
            head.facets = facets.moved(head.facets, before=before, after=after)
            head.total += len(after) - len(before)
            head.save(update_fields=["facets", "total"])


def patch_department(org_num: int, dept_id: int, row: DepartmentRow | None) -> None:
    """Bring one department up to date after a write of ours; None removes it."""
    with transaction.atomic():
        head = Organization.objects.select_for_update().filter(num=org_num).first()
        if head is None:
            return
        OwnWrite.objects.create(organization=head, dept_id=dept_id)
        if row is None:
            Department.objects.filter(organization=head, dept_id=dept_id).delete()
        elif head.loaded:
            put_department(org_num, row)


# --- erasing


def erase(org_num: int, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Remove an organization's mirror, a little at a time."""
    # Without its time of loading nobody reads it any more, even while rows are left.
    Organization.objects.filter(num=org_num).update(mirrored_at=None, mirrored_ver=None)
    while ids := list(Member.objects.filter(organization=org_num).values_list("id", flat=True)[:BATCH]):
        with transaction.atomic():
            Member.objects.filter(id__in=ids).delete()
        pause(PAUSE)
    Organization.objects.filter(num=org_num).delete()


# --- SQL


class _Prepared(NamedTuple):
    change: Change
    search: str  # of the row to be


def _prepared(changes: Iterable[Change]) -> Iterator[list[_Prepared]]:
    """Batches that are ready to write: what costs time is done here, outside of any transaction."""
    for batch in _batched(changes, BATCH):
        yield [
            _Prepared(change, search.text_of(_searched(change.after)) if _moves_search(change) else "")
            for change in batch
        ]


def _searched(row: Row | None) -> tuple[str | None, ...]:
    return () if row is None else (row.name, row.phone, row.user_num, row.job_num)


def _moves_search(change: Change) -> bool:
    return _searched(change.before) != _searched(change.after)


def _apply(cursor: CursorWrapper, org_num: int, batch: Collection[_Prepared]) -> None:
    _insert(cursor, org_num, [one for one in batch if one.change.before is None and one.change.after])
    _update(cursor, org_num, [one for one in batch if one.change.before and one.change.after])
    gone = [one.change.user_id for one in batch if one.change.after is None]
    if gone:
        Member.objects.filter(organization=org_num, user_id__in=gone).delete()


_INSERT = (
    f"INSERT INTO orgs_member (organization_id, {', '.join(COLUMNS)}, search)"  # noqa: S608  # constants
    f" VALUES ({', '.join(['%s'] * (len(COLUMNS) + 2))})"
)
_INDEX_NEW = (
    f"INSERT INTO {search.INDEX} (rowid, search)"  # noqa: S608  # constants
    f" SELECT id, {search.INDEXED_SQL.format('')} FROM orgs_member WHERE id > %s"
)


def _insert(cursor: CursorWrapper, org_num: int, batch: list[_Prepared]) -> None:
    if not batch:
        return
    newest = 0
    if connection.vendor == "sqlite":
        cursor.execute("SELECT coalesce(max(id), 0) FROM orgs_member")
        newest = cursor.fetchone()[0]
    cursor.executemany(_INSERT, [(org_num, *(one.change.after or ()), one.search) for one in batch])
    if connection.vendor == "sqlite":
        # Ids only grow and the write lock is ours, so these are the rows just added.
        cursor.execute(_INDEX_NEW, [newest])


def _update(cursor: CursorWrapper, org_num: int, batch: list[_Prepared]) -> None:
    """Write the columns that differ, so that no other index is touched."""
    alike: dict[tuple[str, ...], list[list[object]]] = {}
    for (user_id, before, after), text in batch:
        old, new = before or (), after or ()
        differs = [at for at, value in enumerate(new) if value != old[at]]
        names = [COLUMNS[at] for at in differs]
        values: list[object] = [new[at] for at in differs]
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


def _batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
