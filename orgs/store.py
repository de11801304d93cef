"""How rows get into the mirror: only what differs, in short transactions, search index and totals with them.

SQLite has one write lock for a whole database, so a list of 100,000 is written in slices of time, with a pause after
each in which everybody else gets their turn. The mirror has a database of its own there, so these are only those
who change a directory. Longer slices make a faster load: each writes the same pages of the indexes anew.
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from django.db.models import Max
from django.utils import timezone

from common import lease
from common.batches import batched
from orgs import database, facets, phones, search, sql
from orgs.models import Department, Member, Organization, OwnWrite
from orgs.rows import COLUMNS, DepartmentRow, Row
from orgs.sql import Change

HOLD = 0.12  # seconds for which one transaction is to hold the write lock
PAUSE = 0.01  # seconds between two of them, at least
INDEXED_AT_ONCE = 5000  # more new rows than this get into the search index after everything else
WRITING_LEASE = 30  # seconds; renewed by every transaction


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


def present(org_num: int, user_ids: Collection[int]) -> dict[int, Row]:
    """These members as the mirror has them; whoever is not in it is left out."""
    found = Member.objects.filter(organization=org_num, user_id__in=user_ids).values_list(*COLUMNS)
    return {row.user_id: row for row in map(Row._make, found)}


def numbers(org_num: int, user_ids: Collection[int]) -> dict[int, str]:
    """The Weila numbers of these members; whoever is not in the mirror is left out."""
    found = Member.objects.filter(organization=org_num, user_id__in=user_ids)
    return dict(found.values_list("user_id", "user_num"))


def compare(org_num: int, directory: Directory) -> Difference:
    """Compare with what is stored, in one streaming read and without any lock."""
    difference = Difference()
    seen = set()
    for before in stored(org_num):
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


def stored(org_num: int) -> Iterator[Row]:
    """All members of the mirror, one at a time and in no order."""
    columns = ", ".join(COLUMNS)
    with database.connection().chunked_cursor() as cursor:
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
    index_later = database.connection().vendor == "sqlite" and len(difference.changes) > INDEXED_AT_ONCE
    if index_later:
        _hold(org_num, fence, indexed=False)
    rows = chain(directory.members.values(), difference.kept)
    counted = facets.counted(tuple(rows))
    batches = deque[list[sql.Prepared]]()
    unprepared = sql.prepared(difference.changes)
    done, ahead, share = 0, 2, HOLD / 2
    while True:
        batches.extend(islice(unprepared, max(ahead - len(batches), 0)))
        if len(batches) <= 1:
            break
        written = 0
        with database.atomic():
            began = time.monotonic()
            _hold(org_num, fence, progress_done=done)
            own = _own_writes(org_num, directory.own_writes)
            with database.connection().cursor() as cursor:
                while len(batches) > 1 and (not written or time.monotonic() - began < share):
                    batch = batches.popleft()
                    kept = [one for one in batch if one.change.user_id not in own]
                    sql.apply(cursor, org_num, kept, index_later=index_later)
                    written += 1
                    done += len(batch)
        # Committing takes its time too, and how much depends on the machine. A little at a time: now and then
        # SQLite copies its log after a commit, which takes long and holds no lock.
        share *= min(max(HOLD / (time.monotonic() - began), 0.7), 1.3)
        share = min(max(share, HOLD / 4), HOLD)
        ahead = written + 2
        pause(PAUSE)
    rest = batches.popleft() if batches else []
    _finish(org_num, directory, counted, fence, rest, len(difference.kept), index_later=index_later)


def index_rest(org_num: int, fence: int, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Add to SQLite's search index what a large load has left out, a little at a time.

    Until that is done a search reads the rows themselves (orgs/listing.py), which is slower and finds the same.

    Raises:
        LeaseLost: somebody else took over, and goes on with it.
    """
    after: int | None = 0
    while after is not None:
        with database.atomic(), database.connection().cursor() as cursor:
            began = time.monotonic()
            _hold(org_num, fence)
            while after is not None and time.monotonic() - began < HOLD / 2:
                after = sql.index_rest(cursor, org_num, after)
            if after is None:
                _hold(org_num, fence, indexed=True)
        pause(PAUSE)


def _finish(
    org_num: int,
    directory: Directory,
    counted: facets.Facets,
    fence: int,
    rest: list[sql.Prepared],
    kept: int,
    *,
    index_later: bool,
) -> None:
    with database.atomic():
        _hold(org_num, fence)
        own = _own_writes(org_num, directory.own_writes)
        with database.connection().cursor() as cursor:
            wanted = [one for one in rest if one.change.user_id not in own]
            sql.apply(cursor, org_num, wanted, index_later=index_later)
        _write_departments(org_num, directory)
        listed = [directory.members[user_id] for user_id in own if user_id in directory.members]
        kept_rows = list(present(org_num, own).values())
        _hold(
            org_num,
            fence,
            total=len(directory.members) + kept - len(listed) + len(kept_rows),
            facets=facets.moved(counted, before=listed, after=kept_rows, shared=phones.recount(org_num)),
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
    lease.renew(Organization.objects.all(), org_num, fence, seconds=WRITING_LEASE, **values)


def _own_writes(org_num: int, since: int) -> set[int]:
    newer = OwnWrite.objects.filter(organization=org_num, id__gt=since, user_id__isnull=False)
    return {user_id for user_id in newer.values_list("user_id", flat=True) if user_id is not None}


def _write_departments(org_num: int, directory: Directory) -> None:
    own = set(
        OwnWrite.objects.filter(organization=org_num, id__gt=directory.own_writes, dept_id__isnull=False)
        .values_list("dept_id", flat=True)
    )  # fmt: skip
    known = {
        row.dept_id: row
        for row in (
            DepartmentRow(*values)
            for values in Department.objects.filter(organization=org_num).values_list(*DepartmentRow._fields)
        )
    }
    differing = [
        row
        for row in directory.departments.values()
        if row.dept_id not in own and row != known.get(row.dept_id)
    ]
    now = timezone.now()
    # In one statement: a company of 100,000 has hundreds of them, and everybody else waits for this lock.
    Department.objects.bulk_create(
        (Department(organization_id=org_num, seen_at=now, **row._asdict()) for row in differing),
        update_conflicts=True,
        unique_fields=["organization", "dept_id"],
        update_fields=["name", "user_count"],
    )
    if directory.complete:
        gone = known.keys() - directory.departments.keys() - own
        Department.objects.filter(organization=org_num, dept_id__in=gone).delete()


def put_department(org_num: int, row: DepartmentRow) -> None:
    """Add a department, or bring it up to date."""
    values = {"name": row.name, "user_count": row.user_count}
    Department.objects.update_or_create(
        organization_id=org_num,
        dept_id=row.dept_id,
        defaults=values,
        create_defaults={**values, "seen_at": timezone.now()},
    )


# --- our own writes


def patch(org_num: int, rows: Mapping[int, Row | None]) -> None:
    """Bring single members up to date after a write of ours; None removes one.

    Does nothing to a mirror that was never loaded: its first load will bring the rows.
    """
    for user_ids in batched(sorted(rows), sql.BATCH):
        with database.atomic():
            head = Organization.objects.select_for_update().filter(num=org_num).first()
            if head is None:
                return
            OwnWrite.objects.bulk_create(OwnWrite(organization=head, user_id=user_id) for user_id in user_ids)
            if not head.loaded:
                continue
            known = present(org_num, user_ids)
            changes = [Change(user_id, known.get(user_id), rows[user_id]) for user_id in user_ids]
            with database.connection().cursor() as cursor:
                sql.apply(cursor, org_num, list(chain.from_iterable(sql.prepared(changes))))
            before = list(known.values())
            after = [row for user_id in user_ids if (row := rows[user_id]) is not None]
            shared = phones.recount(org_num, {row.phone for row in (*before, *after)})
            head.facets = facets.moved(head.facets, before=before, after=after, shared=shared)
            head.total += len(after) - len(before)
            head.save(update_fields=["facets", "total"])
    search.tidy(search.A_LITTLE)


def patch_department(org_num: int, dept_id: int, row: DepartmentRow | None) -> None:
    """Bring one department up to date after a write of ours; None removes it."""
    with database.atomic():
        head = Organization.objects.select_for_update().filter(num=org_num).first()
        if head is None:
            return
        OwnWrite.objects.create(organization=head, dept_id=dept_id)
        if row is None:
            Department.objects.filter(organization=head, dept_id=dept_id).delete()
        elif head.loaded:
            put_department(org_num, row)
