"""manage.py changes: for whoever looks after the installation."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import sessions
from accounts.sessions import Why
from changes import plan
from changes.apply import apply_set
from changes.models import ChangeSet, Pause, SetState, State
from tests.changes import support
from tests.changes.views import making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def started(db: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    making.register()
    support.an_actor()
    given: list[int] = []
    monkeypatch.setattr(type(apply_set), "enqueue", lambda _task, set_id: given.append(set_id))
    assert type(plan.plan_set) is type(apply_set)
    return given


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("changes", *arguments, stdout=out)
    return out.getvalue()


def test_it_lists_what_is_not_through() -> None:
    running = making.being_applied(making.a_set(SetState.APPLYING, [{"state": State.DONE}, {}]))
    stopped = making.a_set(SetState.PAUSED, [{}], reason=Pause.UNREACHABLE)
    finished = making.a_set(SetState.FINISHED, [{}])
    head, *lines = run("list").splitlines()
    assert head.split()[:3] == ["id", "organization", "state"]
    assert [int(line.split()[0]) for line in lines] == [running.pk, stopped.pk]
    assert "s more" in lines[0] and "unreachable" in lines[1] and "nobody is at it" in lines[1]
    assert str(finished.pk) not in [line.split()[0] for line in lines]


def test_a_dead_worker_can_be_told_by_its_age() -> None:
    change_set = making.being_applied(making.a_set(SetState.APPLYING, [{}]))
    ChangeSet.objects.filter(pk=change_set.pk).update(lease_until=timezone.now() - timedelta(seconds=90))
    assert "for 90 s nobody" in run("list")


def test_what_should_run_is_given_to_the_queue_again(started: list[int]) -> None:
    forgotten = making.a_set(SetState.APPLYING, [{}], queued_at=None)
    making.being_applied(making.a_set(SetState.APPLYING, [{}], queued_at=None))
    making.a_set(SetState.PAUSED, [{}])
    assert "1 given" in run("resume")
    assert started == [forgotten.pk]


def test_one_that_stopped_goes_on_in_its_own_session(started: list[int]) -> None:
    change_set = making.a_set(SetState.PAUSED, [{}], reason=Pause.UNREACHABLE)
    run("resume", str(change_set.pk))
    change_set.refresh_from_db()
    assert (change_set.state, started) == (SetState.APPLYING, [change_set.pk])


def test_nobody_acts_in_a_session_that_has_ended(started: list[int]) -> None:
    change_set = making.a_set(SetState.PAUSED, [{}])
    sessions.end(change_set.session_id, Why.SIGNED_OUT)
    with pytest.raises(CommandError, match=r"session of change set \d+ has ended"):
        run("resume", str(change_set.pk))
    change_set.refresh_from_db()
    assert (change_set.state, started) == (SetState.PAUSED, [])


def test_what_is_not_stopped_is_left_alone() -> None:
    change_set = making.a_set(SetState.FINISHED, [{}])
    with pytest.raises(CommandError, match="not stopped but finished"):
        run("resume", str(change_set.pk))
    with pytest.raises(CommandError, match="no change set 999"):
        run("resume", "999")
