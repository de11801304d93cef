"""One worker at a time, over all processes and machines, without a transaction held open.

The holder is decided by a single UPDATE that compares before it writes, on the database's own clock, so
two machines whose clocks differ still agree. ``lease_version`` is the fence: whoever finds another number
than the one they got has lost the lease and must not write its result.
"""

from datetime import timedelta
from typing import TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

FREE = Q(lease_until=None) | Q(lease_until__lte=Now())  # rows that nobody is at


class LeaseLost(Exception):
    """Somebody else holds the lease by now: what this worker knows is not written any further."""


class Leased(models.Model):
    """The columns of a lease, for rows on which one worker at a time may act."""

    lease_until = models.DateTimeField(null=True, default=None, editable=False)
    lease_version = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


LeasedRow = TypeVar("LeasedRow", bound=Leased)


def take(rows: QuerySet[LeasedRow], pk: object, *, seconds: float) -> int | None:
    """Take the lease of one row.

    Returns:
        The fence to pass to ``held`` and ``release``, or None when somebody else holds it.
    """
    row = rows.filter(pk=pk).values_list("lease_version", flat=True).first()
    if row is None:
        return None
    taken = rows.filter(FREE, pk=pk, lease_version=row).update(
        lease_until=Now() + timedelta(seconds=seconds), lease_version=F("lease_version") + 1
    )
    return row + 1 if taken else None


def held(rows: QuerySet[LeasedRow], pk: object, fence: int) -> QuerySet[LeasedRow]:
    """The row, as long as ``fence`` is still the newest: an UPDATE of it does nothing once the lease is lost."""
    return rows.filter(pk=pk, lease_version=fence)


def write(rows: QuerySet[LeasedRow], pk: object, fence: int, **values: object) -> None:
    """Write to the row, which proves that it is still held; in a transaction nobody else can take it until the end.

    Raises:
        LeaseLost: nothing was written.
    """
    if not held(rows, pk, fence).update(**values):
        raise LeaseLost


def renew(rows: QuerySet[LeasedRow], pk: object, fence: int, *, seconds: float, **values: object) -> None:
    """Prolong a held lease, and write to the row.

    Raises:
        LeaseLost: nothing was written.
    """
    write(rows, pk, fence, lease_until=Now() + timedelta(seconds=seconds), **values)


def release(rows: QuerySet[LeasedRow], pk: object, fence: int) -> None:
    """Give the lease back; does nothing when it was lost meanwhile."""
    held(rows, pk, fence).update(lease_until=None)
