"""The leases of a job are kept alive, also past a moment in which the database does not answer."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError
from pytest_django.fixtures import Settings

from changes import holding
from changes.holding import Heart
from changes.models import ChangeSet
from common import lease
from common.lease import LeaseLost


class Beats:
    """A heart that beats once for each of these, without waiting: what renewing the lease raises then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *raised: Exception | None) -> None:
        self._raised = list(raised)
        self._seconds = 0.0
        self.heart = Heart(ChangeSet(pk=1), 1, {})
        monkeypatch.setattr(self.heart._closing, "wait", self._wait)
        monkeypatch.setattr(holding, "time", SimpleNamespace(monotonic=lambda: self._seconds))
        monkeypatch.setattr(holding, "connections", SimpleNamespace(close_all=lambda: None))
        monkeypatch.setattr(lease, "renew", self._renew)
        self.heart._beat()

    def _wait(self, seconds: float) -> bool:
        self._seconds += seconds
        return not self._raised

    def _renew(self, *_args: object, seconds: float) -> None:
        if error := self._raised.pop(0):
            raise error


@pytest.fixture(autouse=True)
def lease_of_ten_seconds(settings: Settings) -> None:
    settings.CHANGES_LEASE = 10.0


AWAY = OperationalError("database is locked")


def test_a_database_that_is_away_for_a_moment_does_not_end_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    Beats(monkeypatch, None, AWAY, AWAY, AWAY, None, AWAY).heart.check()


def test_one_that_is_away_for_longer_than_the_lease_does(monkeypatch: pytest.MonkeyPatch) -> None:
    beats = Beats(monkeypatch, None, AWAY, AWAY, AWAY, AWAY, None)
    with pytest.raises(LeaseLost):
        beats.heart.check()
    assert beats._raised == [None], "it does not beat any more"


def test_so_does_another_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LeaseLost):
        Beats(monkeypatch, None, LeaseLost()).heart.check()
