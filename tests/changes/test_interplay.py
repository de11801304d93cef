"""Sets that get into each other's way, and people who press buttons meanwhile: every set comes to its end."""

import time
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.utils import timezone

from accounts import jobs
from changes import apply, control, kinds, run, secrets
from changes.kinds import Failure
from changes.models import Call, Change, ChangeSet, Pause, SetState, State
from common import stopping
from common.actor import Actor
from common.outcome import Outcome
from tests.changes.support import System, planned
from tests.changes.test_apply import applied, create, states


def left_behind(actor: Actor, *names: str, state: State = State.ATTEMPTED, **values: Any) -> ChangeSet:
    """A set that is confirmed, whose worker died when its first change was under way."""
    change_set = planned(actor, *(create(name) for name in names))
    long_ago = timezone.now() - timedelta(minutes=1)
    call = Call.objects.create(change_set=change_set, operation="test", attempted_at=long_ago)
    change_set.changes.filter(position=0).update(state=state, call=call, due_at=long_ago)
    values = {"state": SetState.APPLYING, "confirmed_at": long_ago} | values
    ChangeSet.objects.filter(pk=change_set.pk).update(**values)
    change_set.refresh_from_db()
    return change_set


def test_sets_that_wait_do_not_wake_each_other(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = (planned(actor, create(name)) for name in "abc")
    begun: list[int] = []

    def work(set_id: int) -> None:
        begun.append(set_id)
        if len(begun) < 20:
            original(set_id)

    original = apply.work
    monkeypatch.setattr(apply, "work", work)

    def confirm_the_others() -> None:
        system.before_call = lambda: None
        for one in others:
            control.confirm(actor, one)

    system.before_call = confirm_the_others
    control.confirm(actor, first)
    assert begun == [one.pk for one in (first, *others, *others)]
    assert set(ChangeSet.objects.values_list("state", flat=True)) == {SetState.FINISHED}


def test_what_a_stopped_set_has_not_settled_keeps_nobody_waiting(actor: Actor, system: System) -> None:
    stopped = left_behind(actor, "a", state=State.LOST, reason=Pause.SESSION_OVER)
    ChangeSet.objects.filter(pk=stopped.pk).update(state=SetState.PAUSED)
    change_set = applied(actor, create("a"), create("b"))
    assert states(change_set) == [State.FAILED, State.DONE]
    refused = change_set.changes.get(position=0)
    assert (refused.reason, refused.reason_text) == ("unsettled", f"#{stopped.pk}")
    assert system.sent("create") == ["b"]
    stopped.refresh_from_db()
    control.resume(actor, stopped)
    assert control.retry(actor, change_set) == 1
    assert states(stopped) == [State.DONE] and system.sent("create") == ["b", "a", "a"]


def test_the_set_that_another_waits_for_gets_the_credential_first(actor: Actor, system: System) -> None:
    died = left_behind(actor, "a", "x")
    change_set = applied(actor, create("b"), create("a"))
    died.refresh_from_db()
    change_set.refresh_from_db()
    assert [died.state, change_set.state] == [SetState.FINISHED] * 2
    assert died.done == change_set.done == 2


def test_a_set_that_waits_for_another_stops_at_once(actor: Actor, system: System) -> None:
    first, second = planned(actor, create("a")), planned(actor, create("b"))

    def confirm_and_stop() -> None:
        system.before_call = lambda: None
        control.confirm(actor, second)
        control.stop(actor, second)
        second.refresh_from_db()
        seen.append((second.state, jobs.running(actor.session_id)[1:]))

    seen: list[tuple[str, list[jobs.Job]]] = []
    system.before_call = confirm_and_stop
    control.confirm(actor, first)
    assert seen == [(SetState.PAUSED, [])]
    second.refresh_from_db()
    assert (second.state, second.reason, second.stop) == (SetState.PAUSED, Pause.CANCELED, False)
    assert system.sent("create") == ["a"]


def test_a_stop_does_not_pass_over_what_a_dead_worker_has_left(actor: Actor, system: System) -> None:
    died = left_behind(actor, "a", "b")
    control.stop(actor, died)
    died.refresh_from_db()
    assert (died.state, died.stop) == (SetState.APPLYING, True)
    apply.work(died.pk)
    died.refresh_from_db()
    assert (died.state, died.reason) == (SetState.PAUSED, Pause.CANCELED)
    assert states(died) == [State.WAITING] * 2 and system.journal == []


def test_who_does_not_want_to_go_on_says_so(actor: Actor, system: System) -> None:
    system.faults = ["session"]
    change_set = applied(actor, create("a"))
    control.stop(actor, change_set)
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.CANCELED)
    assert states(change_set) == [State.WAITING]


@pytest.mark.parametrize("why", ["session over", "unreachable", "worker ends"])
def test_a_stop_does_not_wait_for_a_look_up_that_never_comes(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    change_set = planned(actor, create("a"))
    tries: list[str] = []

    def find(*_arguments: object) -> None:
        tries.append(why)
        assert len(tries) < 5, "it tries for ever"
        if why == "unreachable":
            clock.monotonic.side_effect = lambda: time.monotonic() + 10**6
        if why == "worker ends":
            monkeypatch.setattr(stopping, "requested", lambda: True)
        raise Failure(Outcome.NOT_DONE, why, session_over=why == "session over")

    clock = Mock(monotonic=Mock(side_effect=time.monotonic))
    monkeypatch.setattr(kinds.kind("test.create"), "find", find)
    monkeypatch.setattr(run, "time", clock)
    for module in (apply, control):
        monkeypatch.setattr(module, "apply_set", Mock())
    system.faults = ["drop-after"]
    system.before_call = lambda: ChangeSet.objects.filter(pk=change_set.pk).update(stop=True)
    control.confirm(actor, change_set)
    apply.work(change_set.pk)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.CANCELED)
    assert states(change_set) == [State.LOST]


def test_who_signs_out_when_it_has_just_ended_is_signed_out(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_behind(actor, "a")

    def ended(actor: Actor, change_set: ChangeSet) -> None:
        raise control.TooLate(SetState.FINISHED)

    monkeypatch.setattr(control, "stop", ended)
    jobs.stop(actor, actor.session_id)


def test_resuming_is_done_whole_or_not_at_all(
    actor: Actor, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a job would make passwords that count as handed over."""
    system.faults = ["session"]
    change_set = applied(actor, create("a"))

    def dies(_change_set: ChangeSet) -> None:
        raise SystemExit

    monkeypatch.setattr(secrets, "begin_anew", dies)
    with pytest.raises(SystemExit):
        control.resume(actor, change_set)
    change_set.refresh_from_db()
    assert change_set.state == SetState.PAUSED


def test_a_password_that_no_key_opens_is_the_trouble_of_its_change_alone(
    actor: Actor, system: System
) -> None:
    number = system.create("thing")
    change_set = planned(actor, create("a"), kinds.Draft(kind="test.password", target_id=str(number)))
    Change.objects.filter(change_set=change_set, position=1).update(secret="of a key that is gone")
    control.confirm(actor, change_set)
    assert states(change_set) == [State.DONE, State.DONE]
