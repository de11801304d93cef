"""Planning: one at a time, however long it takes, and nothing of what was discarded."""

import time
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from changes import apply, control, origins, plan
from changes.kinds import Draft, Trouble
from changes.models import Change, ChangeSet, SetState
from changes.origins import Origin
from common.actor import Actor
from tests.changes.support import System
from tests.changes.test_apply import create


def test_a_plan_that_finds_nothing_for_long_is_not_taken_over(
    actor: Actor, system: System, settings: Settings
) -> None:
    settings.CHANGES_LEASE = 0.4
    begun: list[int] = []

    def compare(_actor: Actor, change_set: ChangeSet) -> Iterator[Draft | Trouble]:
        begun.append(change_set.pk)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            plan.work(change_set.pk)  # another worker that gets the same job
            apply.revive()
            time.sleep(0.05)
        yield create("a")

    origins.register("test.slow", Origin(compare, lambda _arguments: "Slow"))
    change_set = plan.start(actor, "test.slow", {})
    change_set.refresh_from_db()
    assert begun == [change_set.pk]
    assert (change_set.state, change_set.total) == (SetState.PLANNED, 1)


@pytest.mark.parametrize("number", [1, 1200])
def test_what_is_discarded_meanwhile_stays_discarded(actor: Actor, system: System, number: int) -> None:
    def discard_and_go_on(_actor: Actor, change_set: ChangeSet) -> Iterator[Draft | Trouble]:
        yield from (create(f"before {n}", secret="x") for n in range(number))
        control.discard(actor, ChangeSet.objects.get(pk=change_set.pk))
        yield from (create(f"after {n}", secret="x") for n in range(number))

    origins.register("test.discarded", Origin(discard_and_go_on, lambda _arguments: "Discarded"))
    change_set = plan.start(actor, "test.discarded", {})
    change_set.refresh_from_db()
    assert change_set.state == SetState.DISCARDED
    assert not Change.objects.exclude(secret="").exists()
