"""Applying a set: everything is sent once, in its order, and each change has its result."""

import threading
import time
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event, Stage
from changes import apply, control
from changes.kinds import Draft, Ref, Trouble
from changes.models import Call, Change, ChangeSet, Pause, SetState, State
from common.actor import Actor
from tests.changes.support import System, planned


def create(name: str, **values: object) -> Draft:
    return Draft(kind="test.create", target_text=name, **values)  # type: ignore[arg-type]


def applied(actor: Actor, *drafts: Draft | Trouble) -> ChangeSet:
    change_set = planned(actor, *drafts)
    assert change_set.state == SetState.PLANNED
    control.confirm(actor, change_set)
    change_set.refresh_from_db()
    return change_set


def states(change_set: ChangeSet) -> list[str]:
    return list(change_set.changes.order_by("position").values_list("state", flat=True))


def test_a_plan_sends_nothing(actor: Actor, system: System) -> None:
    change_set = planned(actor, create("a"), Trouble(code="x", line=3, column="Name", value="?"))
    assert (change_set.total, change_set.problems, change_set.rows_left_out) == (1, 1, 1)
    assert change_set.kinds == {"test.create": 1}
    assert system.journal == [] and not Event.objects.filter(operation="test.thing").exists()


def test_every_change_is_sent_once_and_recorded(actor: Actor, system: System) -> None:
    change_set = applied(actor, *(create(f"thing {n}") for n in range(50)))
    assert change_set.state == SetState.FINISHED and change_set.done == 50
    assert sorted(system.sent("create")) == sorted(f"thing {n}" for n in range(50))
    assert states(change_set) == [State.DONE] * 50
    assert Call.objects.filter(outcome="done").count() == 50
    events = Event.objects.filter(request_id=change_set.request_id, operation="test.thing")
    assert events.filter(stage=Stage.ATTEMPTED).count() == events.filter(stage=Stage.DONE).count() == 50
    assert set(events.filter(stage=Stage.DONE).values_list("target_id", flat=True)) == {
        str(number) for number in system.things
    }


def test_no_more_calls_at_once_than_allowed(actor: Actor, system: System) -> None:
    system.before_call = lambda: time.sleep(0.01)
    applied(actor, *(create(f"thing {n}") for n in range(40)))
    assert 1 < system.most_at_once <= 4


def test_what_needs_another_is_sent_after_it_with_its_id(actor: Actor, system: System) -> None:
    change_set = applied(
        actor,
        create("parent", key="p"),
        create("child", refs={"parent": Ref("p")}),
        create("alone"),
    )
    assert change_set.done == 3
    (parent,), (child,) = system.named("parent"), system.named("child")
    assert system.things[child]["parent"] == parent
    assert system.sent("create")[-1] == "child"


def test_what_needs_a_failed_one_is_blocked_and_not_sent(actor: Actor, system: System) -> None:
    system.faults = ["refused"]
    change_set = applied(
        actor,
        create("parent", key="p"),
        create("child", refs={"parent": Ref("p")}, key="c"),
        create("grandchild", refs={"parent": Ref("c")}),
    )
    assert states(change_set) == [State.FAILED, State.BLOCKED, State.BLOCKED]
    failed, blocked, further = change_set.changes.order_by("position")
    assert (failed.reason, failed.reason_text) == ("40001", "不行")
    assert (blocked.result, further.result) == ({"by": 0, "root": 0}, {"by": 1, "root": 0})
    assert blocked.reason_text == "parent"
    assert system.journal == []
    assert (change_set.failed, change_set.blocked) == (1, 2)


def test_a_batch_carries_several_and_answers_for_each(actor: Actor, system: System) -> None:
    numbers = [system.create(f"thing {n}", color="red") for n in range(7)]
    change_set = applied(
        actor,
        *(
            Draft(
                kind="test.set",
                target_id=str(number),
                target_text=f"thing {number}",
                before={"color": "red"},
                after={"color": "refused" if number == 2 else "blue"},
            )
            for number in numbers
        ),
    )
    assert len(system.journal) == 3 and all(len(names) <= 3 for _what, names in system.journal)
    assert states(change_set) == [State.DONE, State.FAILED, *[State.DONE] * 5]


def test_what_changed_since_the_preview_is_refused_with_both_values(actor: Actor, system: System) -> None:
    number = system.create("thing", color="red")
    draft = Draft(kind="test.set", target_id=str(number), before={"color": "red"}, after={"color": "blue"})
    change_set = planned(actor, draft)
    system.things[number]["color"] = "green"
    control.confirm(actor, change_set)
    change = change_set.changes.get()
    assert (change.state, change.reason) == (State.FAILED, "conflict")
    assert change.result == {"now": {"color": ["red", "green"]}}
    assert system.journal == [] and system.things[number]["color"] == "green"
    assert Event.objects.get(operation="test.thing").stage == Stage.REFUSED


def test_of_two_sets_that_overlap_the_later_one_is_refused(actor: Actor, system: System) -> None:
    number = system.create("thing", color="red")
    drafts = [
        Draft(kind="test.set", target_id=str(number), before={"color": "red"}, after={"color": color})
        for color in ("blue", "black")
    ]
    first, second = planned(actor, drafts[0]), planned(actor, drafts[1])
    control.confirm(actor, first)
    control.confirm(actor, second)
    assert [states(first), states(second)] == [[State.DONE], [State.FAILED]]
    assert second.changes.get().result == {"now": {"color": ["red", "blue"]}}


def test_two_workers_that_get_the_same_job_send_nothing_twice(actor: Actor, system: System) -> None:
    change_set = planned(actor, *(create(f"thing {n}") for n in range(5)))
    system.before_call = lambda: apply.work(change_set.pk)
    control.confirm(actor, change_set)
    apply.work(change_set.pk)
    assert sorted(system.sent("create")) == sorted(f"thing {n}" for n in range(5))


def test_a_stop_during_a_call_finishes_what_is_under_way_and_can_be_resumed(
    actor: Actor, system: System
) -> None:
    change_set = planned(actor, *(create(f"thing {n}") for n in range(60)))
    system.before_call = lambda: ChangeSet.objects.filter(pk=change_set.pk).update(stop=True)
    control.confirm(actor, change_set)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.CANCELED)
    sent = len(system.journal)
    assert change_set.done == sent < 60
    system.before_call = lambda: None
    control.resume(actor, change_set)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done, len(system.journal)) == (SetState.FINISHED, 60, 60)


def test_a_session_that_ends_stops_the_job_and_another_goes_on(actor: Actor, system: System) -> None:
    system.faults = ["", "session"]
    change_set = applied(actor, *(create(f"thing {n}") for n in range(30)))
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.SESSION_OVER)
    assert change_set.failed == 0
    control.resume(actor, change_set)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done) == (SetState.FINISHED, 30)
    assert sorted(system.sent("create")) == sorted(f"thing {n}" for n in range(30))


def test_failures_are_retried_and_nothing_else(actor: Actor, system: System) -> None:
    system.faults = ["refused"]
    change_set = applied(actor, create("a"), create("b", key="b"), create("c"))
    assert (change_set.done, change_set.failed) == (2, 1)
    assert control.retry(actor, change_set) == 1
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done, change_set.failed) == (SetState.FINISHED, 3, 0)
    assert len(system.journal) == 3


def test_a_set_over_two_connections_uses_both(actor: Actor, system: System) -> None:
    number = system.create("thing")
    change_set = applied(
        actor, create("other"), Draft(kind="test.password", target_id=str(number), target_text="thing")
    )
    assert change_set.done == 2 and change_set.secrets == 1
    secret = system.things[number]["password"]
    stored = change_set.changes.get(kind="test.password")
    assert secret not in stored.secret and secret not in str(stored.result)


def test_it_goes_on_when_the_other_side_is_there_again(actor: Actor, system: System) -> None:
    system.faults = ["unavailable"] * 3
    change_set = applied(actor, *(create(f"thing {n}") for n in range(8)))
    assert change_set.done == 8 and len(system.journal) == 8


def test_it_stops_when_nobody_answers_for_long(actor: Actor, system: System, settings: Settings) -> None:
    settings.CHANGES_UNREACHABLE = timedelta(seconds=0.3)
    system.faults = ["unavailable"] * 1000
    change_set = applied(actor, create("a"))
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.UNREACHABLE)
    assert states(change_set) == [State.WAITING]
    assert Change.objects.filter(state=State.FAILED).count() == 0


def test_a_worker_that_has_lost_the_set_writes_nothing_and_another_sorts_it_out(
    actor: Actor, system: System
) -> None:
    change_set = planned(actor, *(create(f"thing {n}") for n in range(6)))
    taken = threading.Event()

    def take_it_away() -> None:
        system.before_call = lambda: taken.wait(10)  # no answer comes before
        ChangeSet.objects.filter(pk=change_set.pk).update(
            lease_version=F("lease_version") + 1, lease_until=None
        )
        taken.set()

    system.before_call = take_it_away
    control.confirm(actor, change_set)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done) == (SetState.APPLYING, 0)
    Call.objects.update(attempted_at=timezone.now() - timedelta(minutes=1))
    apply.work(change_set.pk)
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done) == (SetState.FINISHED, 6)
    assert sorted(system.sent("create")) == sorted(f"thing {n}" for n in range(6))


def test_two_sets_with_one_credential_wait_for_each_other(actor: Actor, system: System) -> None:
    first, second = planned(actor, create("a")), planned(actor, create("b"))
    second.refresh_from_db()
    seen: list[str] = []

    def start_the_other() -> None:
        system.before_call = lambda: None
        control.confirm(actor, second)
        second.refresh_from_db()
        seen.append(second.state)

    system.before_call = start_the_other
    control.confirm(actor, first)
    second.refresh_from_db()
    assert seen == [SetState.APPLYING] and second.state == SetState.FINISHED
    assert system.sent("create") == ["a", "b"]
