"""What a job holds while it works: its set, and the credentials that it sends with; and how often it is tried."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections
from django.db.models import F

from changes.models import ChangeSet, Lane
from common import lease
from common.lease import LeaseLost

logger = logging.getLogger(__name__)


TRIES = 5  # a set that ends its worker would otherwise end every worker


class Busy(Exception):
    """Another job sends with one of the credentials."""


class EndsWorkers(Exception):
    """As often as it is tried at most, a worker has died of it, or beside it, before anything of it had ended."""


@contextmanager
def counted(change_set: ChangeSet, fence: int) -> Iterator[None]:
    """Count a try. It is forgotten at every end but the worker's own, and when a change has got its end.

    Raises:
        EndsWorkers: there were enough of them.
    """
    if change_set.tries >= TRIES:
        raise EndsWorkers(f"{change_set.tries} workers in a row have died of it, or beside it")
    row = lease.held(ChangeSet.objects.all(), change_set.pk, fence)
    row.update(tries=F("tries") + 1)
    try:
        yield
    finally:
        row.update(tries=0)


@contextmanager
def lanes(keys: set[str]) -> Iterator[dict[str, int]]:
    """Hold these lanes, all or none, so that two jobs never wait for each other; gives their fences.

    Raises:
        Busy: one of them is held by another job.
    """
    held: dict[str, int] = {}
    try:
        for key in sorted(keys):
            Lane.objects.get_or_create(key=key)
            fence = lease.take(Lane.objects.all(), key, seconds=settings.CHANGES_LEASE)
            if fence is None:
                raise Busy
            held[key] = fence
        yield held
    finally:
        for key, fence in held.items():
            lease.release(Lane.objects.all(), key, fence)


class Heart:
    """Keeps the leases of a job alive from a thread of its own; a context manager."""

    def __init__(self, change_set: ChangeSet, fence: int, lanes: dict[str, int]) -> None:
        self._set, self._fence, self._lanes = change_set, fence, lanes
        self._closing, self._lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def check(self) -> None:
        """Go on only while everything is still held.

        Raises:
            LeaseLost: the set or a lane is somebody else's by now.
        """
        if self._lost.is_set():
            raise LeaseLost

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()

    def _beat(self) -> None:
        seconds = settings.CHANGES_LEASE
        renewed_at = time.monotonic()
        try:
            while not self._lost.is_set() and not self._closing.wait(seconds / 4):
                try:
                    self._renew(seconds)
                    renewed_at = time.monotonic()
                except LeaseLost:
                    self._lost.set()
                except Exception:
                    # The database may be away, or busy, for a moment: giving up would throw away the answers to what is
                    # under way, and until somebody else takes the lease each claim still proves that it is ours.
                    logger.exception("Change set %s: its lease could not be renewed", self._set.pk)
                    connections.close_all()
                    if time.monotonic() - renewed_at >= seconds:
                        self._lost.set()
        finally:
            connections.close_all()

    def _renew(self, seconds: float) -> None:
        lease.renew(ChangeSet.objects.all(), self._set.pk, self._fence, seconds=seconds)
        for key, fence in self._lanes.items():
            lease.renew(Lane.objects.all(), key, fence, seconds=seconds)
