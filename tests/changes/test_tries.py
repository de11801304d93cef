"""A set that ends every worker that takes it up is stopped after some tries; one that gets on never is."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db.models import F
from django.utils import timezone

from changes import apply, control, kinds, origins, plan
from changes.holding import TRIES
from changes.kinds import Draft
from changes.ledger import Ledger
from changes.models import ChangeSet, Pause, SetState
from changes.origins import Origin
from common import stopping
from common.actor import Actor
from tests.changes.support import System, planned
from tests.changes.test_apply import create


def die(change_set: ChangeSet) -> None:
    """Leave the set as a worker that is killed now: from here on this one writes nothing, not even that it ends."""
    ChangeSet.objects.filter(pk=change_set.pk).update(
        lease_version=F("lease_version") + 1,
        lease_until=None,
        queued_at=timezone.now() - timedelta(hours=1),
    )


def revived_until_nothing_is_left(change_set: ChangeSet) -> ChangeSet:
    for _time in range(4 * TRIES):
        apply.revive()
    assert apply.revive() == 0
    change_set.refresh_from_db()
    return change_set


@pytest.fixture
def prepare(monkeypatch: pytest.MonkeyPatch, system: System) -> Callable[[Callable[[], object]], None]:
    """Lets every worker do something before it sends anything."""
    return lambda do: monkeypatch.setattr(kinds.kind("test.create"), "prepare", lambda _actor: do())


def test_a_job_that_ends_every_worker_is_stopped_and_can_be_resumed(
    actor: Actor, system: System, prepare: Callable[[Callable[[], object]], None]
) -> None:
    change_set = planned(actor, create("a"))
    begun: list[int] = []

    def begin_and_die() -> None:
        begun.append(change_set.pk)
        die(change_set)

    prepare(begin_and_die)
    control.confirm(actor, change_set)
    stopped = revived_until_nothing_is_left(change_set)
    assert len(begun) == TRIES and system.journal == []
    assert (stopped.state, stopped.reason) == (SetState.PAUSED, Pause.FAILED)

    control.resume(actor, stopped)
    stopped = revived_until_nothing_is_left(change_set)
    assert len(begun) == 2 * TRIES, "it has all its tries again"
    prepare(lambda: None)
    control.resume(actor, stopped)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done, change_set.tries) == (SetState.FINISHED, 1, 0)


def test_a_job_that_gets_on_is_taken_up_however_often_its_worker_dies(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Ledger.close
    deaths: list[int] = []

    def close_and_die(ledger: Ledger, *arguments: Any) -> None:
        close(ledger, *arguments)
        if any(arguments):
            deaths.append(1)
            die(change_set)

    number = 2 * TRIES
    one_after_another = [
        create(f"thing {n}", key=str(n), needs=[str(n - 1)] if n else []) for n in range(number)
    ]
    change_set = planned(actor, *one_after_another)
    monkeypatch.setattr(Ledger, "close", close_and_die)
    control.confirm(actor, change_set)
    finished = revived_until_nothing_is_left(change_set)
    assert (finished.state, finished.done, finished.tries) == (SetState.FINISHED, number, 0)
    assert len(deaths) == number and len(system.sent("create")) == number


def test_a_worker_that_hands_it_on_has_not_died(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_set = planned(actor, create("a"))
    monkeypatch.setattr("changes.apply.apply_set", Mock())
    monkeypatch.setattr("changes.control.apply_set", Mock())
    control.confirm(actor, change_set)
    with monkeypatch.context() as restarting:
        restarting.setattr(stopping, "requested", lambda: True)
        for _time in range(TRIES + 1):
            apply.work(change_set.pk)
    apply.work(change_set.pk)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done) == (SetState.FINISHED, 1)


def test_a_plan_that_ends_every_worker_is_given_up(actor: Actor, system: System) -> None:
    begun: list[int] = []

    def kill(_actor: Actor, change_set: ChangeSet) -> Iterator[Draft]:
        begun.append(change_set.pk)
        die(change_set)
        yield create("a")

    origins.register("test.deadly", Origin(kill, lambda _arguments: "Deadly"))
    given_up = revived_until_nothing_is_left(plan.start(actor, "test.deadly", {}))
    assert begun == [given_up.pk] * TRIES
    assert (given_up.state, given_up.reason) == (SetState.FAILED, "unknown_error")
    assert not given_up.changes.exists()
