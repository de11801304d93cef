"""What is done from time to time, and the worker that does it."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event, Stage
from common.models import Throttle
from console import housekeeping

pytestmark = pytest.mark.django_db


def test_an_attempt_whose_process_died_ends_as_unknown() -> None:
    Event(operation="weila.member-change", stage=Stage.ATTEMPTED).save()
    housekeeping.run()
    assert not Event.objects.filter(stage=Stage.UNKNOWN).exists()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        call_command("housekeeping")
        housekeeping.run()
    assert Event.objects.filter(stage=Stage.UNKNOWN, reason="abandoned").count() == 1


def test_throttles_that_count_for_nothing_go() -> None:
    Throttle.objects.create(key="old", expires=timezone.now() - timedelta(days=1))
    Throttle.objects.create(key="new", expires=timezone.now() + timedelta(days=1))
    housekeeping.run()
    assert [row.key for row in Throttle.objects.all()] == ["new"]


def test_one_part_that_fails_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(older_than: timedelta) -> int:
        raise RuntimeError("broken on purpose")

    Throttle.objects.create(key="old", expires=timezone.now() - timedelta(days=1))
    monkeypatch.setattr("audit.trail.close_abandoned", broken)
    with caplog.at_level(logging.ERROR):
        housekeeping.run()
    assert "abandoned attempts" in caplog.text
    assert not Throttle.objects.exists()
