"""Two jobs that claim equal changes at the same moment: one gets them, the other waits its turn."""

import threading

import pytest
from django.conf import settings
from django.db import connections

from changes import kinds
from changes.kinds import Item, Refusal
from changes.ledger import Claimed, Ledger
from changes.models import Change, ChangeSet, SetState, State
from common import lease
from common.actor import Actor
from tests.changes.support import System, planned
from tests.changes.test_apply import create

PATIENCE = 20
NAMES = [f"thing {number}" for number in range(20)]


class Job:
    """A worker's hold on a set that is confirmed."""

    def __init__(self, actor: Actor, *names: str) -> None:
        self.set = planned(actor, *(create(name) for name in names))
        rows = ChangeSet.objects.filter(pk=self.set.pk)
        rows.update(state=SetState.APPLYING)
        fence = lease.take(rows, self.set.pk, seconds=settings.CHANGES_LEASE)
        assert fence is not None
        self.ledger = Ledger(self.set, actor, fence)
        self.claimed = Claimed()
        self._thread = threading.Thread(target=self._claim)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> Claimed:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self.claimed

    def _claim(self) -> None:
        try:
            self.claimed = self.ledger.claim(self.ledger.waiting(100))
        finally:
            connections.close_all()


def test_one_of_two_gets_them(actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Job(actor, *NAMES), Job(actor, *reversed(NAMES))
    inside, go_on = threading.Event(), threading.Event()
    kind = kinds.kind("test.create")

    def check(actor: Actor, items: list[Item]) -> dict[int, Refusal]:
        if not inside.is_set():  # the first one, in the middle of its transaction
            inside.set()
            go_on.wait(PATIENCE)
        return {}

    monkeypatch.setattr(kind, "check", check)
    first.start()
    assert inside.wait(PATIENCE)
    second.start()
    go_on.wait(0.3)  # the second one gets as far as it can
    go_on.set()
    calls, held = first.end().calls, second.end().held
    assert (len(calls), len(held)) == (len(NAMES), len(NAMES))
    assert second.claimed.calls == []
    states = Change.objects.filter(change_set=second.set).values_list("state", flat=True)
    assert set(states) == {State.WAITING}


def test_both_at_once_never_wait_for_each_other(actor: Actor, system: System) -> None:
    jobs = [Job(actor, *names) for names in (NAMES, reversed(NAMES), NAMES, reversed(NAMES))]
    for job in jobs:
        job.start()
    got = sorted(len(job.end().calls) for job in jobs)
    assert got == [0, 0, 0, len(NAMES)]
    assert Change.objects.filter(state=State.ATTEMPTED).count() == len(NAMES)
