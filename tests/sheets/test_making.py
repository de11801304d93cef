"""Files in the making: one worker at a time, again after a worker died, and not for ever."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import IO, Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone, translation
from django_stubs_ext import StrOrPromise
from pytest_django.fixtures import Settings

from common import lease
from common.actor import Actor, Role
from common.throttle import Throttled
from console import housekeeping
from sheets import making, storage
from sheets.models import Making, MakingState, StoredFile

pytestmark = pytest.mark.django_db
ACTOR = Actor(uuid4(), 7, "70015325", "所有者", Role.OWNER, 100073, "127.0.0.1", "test")


class Kitchen:
    """Makes the files of these tests, and notes what happened."""

    def __init__(self) -> None:
        self.made: list[tuple[Actor, StrOrPromise]] = []
        self.queued: list[str] = []
        self.before_progress: Callable[[], object] = lambda: None

    def make(self, actor: Actor, wanted: dict[str, Any], file: IO[bytes], progress: making.Progress) -> None:
        self.made.append((actor, translation.get_language()))
        file.write(wanted["what"].encode())
        self.before_progress()
        progress(1000)


@pytest.fixture(autouse=True)
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Kitchen:
    kitchen = Kitchen()
    monkeypatch.setitem(making._recipes, "test", kitchen.make)
    monkeypatch.setattr(making, "make_file", SimpleNamespace(enqueue=kitchen.queued.append))
    return kitchen


def started() -> Making:
    """One that its worker has not begun."""
    with translation.override("zh-hans"):
        return making.start(ACTOR, "test", {"what": "内容"}, "x.xlsx", expected=5)


def test_a_job_makes_it_once_as_whoever_asked_in_their_language(kitchen: Kitchen) -> None:
    waiting = started()
    assert kitchen.queued == [str(waiting.pk)]
    making.work(waiting.pk)
    making.work(waiting.pk)
    ((actor, language),) = kitchen.made
    assert (actor.user_id, actor.organization, actor.role, language) == (7, 100073, Role.OWNER, "zh-hans")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.progress, waiting.expected) == (MakingState.READY, 1000, 5)
    assert waiting.file is not None
    assert b"".join(storage.pieces(waiting.file)) == "内容".encode()


def test_what_is_asked_for_twice_is_made_once(kitchen: Kitchen) -> None:
    """Somebody is impatient, or holds the key down."""
    first = started()
    assert started() == first
    assert kitchen.queued == [str(first.pk)]
    making.work(first.pk)
    assert started() != first  # a new one has what is new


def test_nobody_keeps_all_workers_busy_with_files(kitchen: Kitchen) -> None:
    for number in range(making.MOST):
        making.start(ACTOR, "test", {"what": str(number)}, "x.xlsx")
    with pytest.raises(Throttled):
        making.start(ACTOR, "test", {"what": "more"}, "x.xlsx")
    assert len(kitchen.queued) == Making.objects.count() == making.MOST
    making.start(replace(ACTOR, user_id=8), "test", {"what": "more"}, "x.xlsx")


def test_nobody_else_makes_it_at_the_same_time(kitchen: Kitchen) -> None:
    waiting = started()
    kitchen.before_progress = lambda: making.work(waiting.pk)
    making.work(waiting.pk)
    assert len(kitchen.made) == 1


def test_who_lost_the_lease_writes_nothing(kitchen: Kitchen) -> None:
    waiting = started()

    def taken_over() -> None:
        Making.objects.update(lease_until=None)
        lease.take(Making.objects.all(), waiting.pk, seconds=60)

    kitchen.before_progress = taken_over
    making.work(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.file) == (MakingState.MAKING, None)
    assert not StoredFile.objects.exists()


def test_what_a_dead_worker_left_behind_is_begun_anew(settings: Settings, kitchen: Kitchen) -> None:
    waiting = started()
    assert making.revive() == 0  # it may still begin
    long_ago = timezone.now() - timedelta(seconds=settings.SHEETS_LEASE + 1)
    Making.objects.update(queued_at=long_ago, tries=1, lease_until=long_ago)
    housekeeping.run()
    assert kitchen.queued == [str(waiting.pk)] * 2
    making.work(UUID(kitchen.queued[1]))
    waiting.refresh_from_db()
    assert waiting.state == MakingState.READY


def test_one_that_somebody_is_at_is_left_alone(settings: Settings, kitchen: Kitchen) -> None:
    waiting = started()
    Making.objects.update(queued_at=timezone.now() - timedelta(days=1))
    lease.take(Making.objects.all(), waiting.pk, seconds=60)
    assert making.revive() == 0


def test_what_ends_every_worker_is_given_up(settings: Settings) -> None:
    waiting = started()
    Making.objects.update(queued_at=timezone.now() - timedelta(days=1), tries=3)
    assert making.revive() == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (MakingState.FAILED, making.FAILED)


def test_what_is_over_is_purged(settings: Settings) -> None:
    waiting = started()
    making.work(waiting.pk)
    StoredFile.objects.update(expires_at=timezone.now())
    housekeeping.run()
    assert not StoredFile.objects.exists()
    assert Making.objects.exists()
    Making.objects.update(created_at=timezone.now() - 3 * settings.SHEETS_KEPT)
    housekeeping.run()
    assert not Making.objects.exists()
