"""Answers that never came: looked up, repeated or unknown, by what the kind declares."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event, Stage
from changes import apply, control, kinds, recovery
from changes.kinds import Draft
from changes.ledger import Ledger
from changes.models import Call, Change, Pause, SetState, State
from common.actor import Actor
from tests.changes.support import System, planned
from tests.changes.test_apply import applied, create, states


def test_a_create_whose_answer_got_lost_is_found_and_not_sent_again(actor: Actor, system: System) -> None:
    system.faults = ["drop-after"]
    change_set = applied(actor, create("a"), create("b"))
    assert states(change_set) == [State.DONE, State.DONE]
    assert sorted(system.sent("create")) == ["a", "b"]
    assert {str(number) for number in system.things} == set(
        change_set.changes.values_list("target_id", flat=True)
    )


def test_a_create_that_did_not_arrive_is_sent_again(actor: Actor, system: System) -> None:
    system.faults = ["drop"]
    change_set = applied(actor, create("a"))
    assert states(change_set) == [State.DONE] and system.sent("create") == ["a"]


def test_a_late_request_is_waited_for(
    actor: Actor, system: System, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CHANGES_MARGIN = 1
    looked: list[bool] = []

    def look_up(ledger: Ledger) -> bool:
        done = recovery_look_up(ledger)
        looked.append(done)
        while system.late:
            system.late.pop()()  # it arrives after the first look: nothing may have been sent again by then
        return done

    recovery_look_up = recovery.look_up
    monkeypatch.setattr(recovery, "look_up", look_up)
    system.faults = ["late"]
    change_set = applied(actor, create("a"))
    assert not looked[0] and states(change_set) == [State.DONE]
    assert system.named("a") == [1] and system.sent("create") == ["a"]


def test_what_is_never_repeated_stays_unknown(actor: Actor, system: System) -> None:
    number = system.create("thing")
    system.faults = ["drop-after"]
    change_set = applied(actor, Draft(kind="test.password", target_id=str(number), target_text="thing"))
    assert states(change_set) == [State.UNKNOWN] and len(system.journal) == 1
    assert change_set.state == SetState.FINISHED and change_set.secrets == 1
    assert change_set.changes.get().reason == "no_look_up", "nothing was looked up"
    assert Event.objects.filter(operation="test.thing").last().stage == Stage.UNKNOWN  # type: ignore[union-attr]
    with pytest.raises(control.TooLate):
        control.retry(actor, change_set)
    assert len(system.journal) == 1


def test_equal_creates_are_never_in_flight_together(actor: Actor, system: System) -> None:
    system.faults = ["drop-after", "", "drop-after"]
    change_set = applied(actor, create("same"), create("same"), create("same"))
    # The first is found by being the only one. When the second is lost there are two: nobody can tell.
    assert sorted(states(change_set)) in (
        [State.DONE, State.DONE, State.UNKNOWN],
        [State.DONE, State.UNKNOWN, State.UNKNOWN],
    )
    assert len(system.sent("create")) == 3


def test_a_setting_is_repeated_until_it_is_there(actor: Actor, system: System) -> None:
    number = system.create("thing", color="red")
    system.faults = ["late", "late"]
    draft = Draft(kind="test.set", target_id=str(number), before={"color": "red"}, after={"color": "blue"})
    change_set = applied(actor, draft)
    assert states(change_set) == [State.DONE] and len(system.journal) == 3


def test_it_is_not_tried_for_ever(actor: Actor, system: System) -> None:
    system.faults = ["drop"] * 100
    change_set = applied(actor, create("a"))
    assert states(change_set) == [State.FAILED]
    assert change_set.changes.get().reason == "gave_up"
    assert len(system.faults) == 95


def test_what_a_dead_worker_has_left_behind_is_sorted_out(actor: Actor, system: System) -> None:
    number = system.create("b")
    change_set = planned(
        actor,
        create("a"),
        create("b"),
        create("c"),
        Draft(kind="test.password", target_id=str(number), target_text="b"),
    )
    long_ago = timezone.now() - timedelta(seconds=60)
    for change in change_set.changes.exclude(target_text="c"):
        call = Call.objects.create(change_set=change_set, operation="test", attempted_at=long_ago)
        Change.objects.filter(pk=change.pk).update(state=State.ATTEMPTED, call=call)
    control.confirm(actor, change_set)
    change_set.refresh_from_db()
    assert states(change_set) == [State.DONE, State.DONE, State.DONE, State.UNKNOWN]
    assert sorted(system.sent("create")) == ["a", "c"]
    assert system.sent("password") == []


def test_housekeeping_gives_a_forgotten_set_to_the_queue_again(actor: Actor, system: System) -> None:
    change_set = planned(actor, create("a"))
    long_ago = timezone.now() - timedelta(hours=1)
    change_set.__class__.objects.filter(pk=change_set.pk).update(
        state=SetState.APPLYING, queued_at=long_ago, lease_until=long_ago
    )
    assert apply.revive() == 1
    change_set.refresh_from_db()
    assert change_set.state == SetState.FINISHED and system.sent("create") == ["a"]


def test_a_full_disk_stops_it_and_nothing_is_lost(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent and could not be written down is looked up by whoever goes on."""

    def full(*_arguments: object) -> None:
        raise OperationalError("database or disk is full")

    change_set = planned(actor, *(create(name) for name in "abc"))
    monkeypatch.setattr(recovery, "take_over", lambda _ledger: monkeypatch.setattr(Ledger, "close", full))
    control.confirm(actor, change_set)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.FAILED)
    sent = sorted(system.sent("create"))
    assert sent and change_set.done == 0

    monkeypatch.undo()
    Call.objects.update(attempted_at=timezone.now() - timedelta(minutes=1))
    control.resume(actor, change_set)
    change_set.refresh_from_db()
    assert states(change_set) == [State.DONE] * 3
    assert sorted(system.sent("create")) == ["a", "b", "c"]


@pytest.mark.parametrize("step", ["close", "waiting"])
def test_what_was_answered_is_written_down_when_the_job_fails(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A password that was set is handed over, whether its answer was being written down or had just come in."""
    whole = getattr(Ledger, step)
    calls: list[str] = []
    begun = threading.Event()
    system.before_call = begun.set

    def fail_once(*arguments: Any, **named: Any) -> object:
        calls.append(step)
        if len(calls) == 2:  # the first is of the beginning
            assert begun.wait(10)
            raise OperationalError("database is locked")
        return whole(*arguments, **named)

    number = system.create("thing")
    change_set = planned(actor, Draft(kind="test.password", target_id=str(number), target_text="thing"))
    monkeypatch.setattr(Ledger, step, fail_once)
    control.confirm(actor, change_set)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.FAILED)
    assert states(change_set) == [State.DONE] and change_set.secrets == 1
    assert len(calls) >= 2 and system.sent("password") == ["thing"]


def test_an_answer_that_nobody_can_read_keeps_no_other_from_being_written_down(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_arguments: object) -> None:
        raise KeyError("id")

    number = system.create("thing")
    change_set = planned(
        actor, create("a"), Draft(kind="test.password", target_id=str(number), target_text="thing")
    )
    both = threading.Barrier(2)
    system.before_call = lambda: both.wait(10)
    monkeypatch.setattr(kinds.kind("test.create"), "settle", unreadable)
    control.confirm(actor, change_set)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.FAILED)
    assert states(change_set) == [State.ATTEMPTED, State.DONE]
