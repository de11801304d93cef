"""Giving up the rest of a set that has stopped: what was not sent, what nobody knows, and what was done."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import sessions
from audit.models import Event
from changes import kinds, plan
from changes.kinds import Draft
from changes.models import Call, Change, ChangeSet, Pause, SetState, State
from tests.changes.support import DRAFTS, System
from tests.changes.views.making import a_set, session, with_passwords
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db(transaction=True)
NOT_SENT = "Given up before it was done."


def post(client: Client, change_set: ChangeSet, deed: str, **typed: object) -> "Answer":
    return client.post(f"/changes/{change_set.pk}/{deed}", typed)


def page(client: Client, change_set: ChangeSet, query: str = "") -> str:
    return asking.text(client.get(f"/changes/{change_set.pk}{query}"))


def ends(change_set: ChangeSet) -> list[tuple[str, str]]:
    return list(change_set.changes.order_by("position").values_list("state", "reason"))


def recorded() -> int:
    return Event.objects.filter(operation="changes.give-up", stage="done").count()


@pytest.fixture
def slow(settings: Settings) -> None:
    """One call at a time, and what got lost is looked up much later."""
    settings.CHANGES_AT_ONCE = 1
    settings.CHANGES_MARGIN = 60


def stopped(client: Client, system: System, *drafts: Draft, faults: list[str]) -> ChangeSet:
    """A set that was confirmed, and stopped when the session was over."""
    DRAFTS[:] = drafts
    actor = sessions.actor_for(session(), address="127.0.0.1", request_id="test")
    change_set = plan.start(actor, "test", {"title": "A test"})
    system.faults = [*faults, "session"]
    post(client, change_set, "confirm")
    change_set.refresh_from_db()
    assert (change_set.state, change_set.reason) == (SetState.PAUSED, Pause.SESSION_OVER)
    return change_set


def creating(*names: str) -> list[Draft]:
    return [Draft(kind="test.create", target_text=name, after={"color": "red"}) for name in names]


# --- what becomes of it


def test_what_was_not_sent_is_not_sent_any_more(owner_client: Client, system: System, slow: None) -> None:
    change_set = stopped(owner_client, system, *creating("Ada", "Bo", "Cy"), faults=[""])
    journal = list(system.journal)
    response = post(owner_client, change_set, "give-up")
    assert response["Location"] == f"/changes/{change_set.pk}"
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done, change_set.failed) == (SetState.FINISHED, 1, 2)
    assert change_set.finished_at and change_set.reason == ""
    assert ends(change_set) == [(State.DONE, ""), *[(State.FAILED, "given_up")] * 2]
    assert page(owner_client, change_set, "?state=failed").count(NOT_SENT) == 2
    assert system.journal == journal and recorded() == 1
    assert "gave up the rest of a change set" in asking.text(owner_client.get("/audit"))


def test_what_was_sent_and_is_not_known_stays_unknown(
    owner_client: Client, system: System, slow: None
) -> None:
    change_set = stopped(owner_client, system, *creating("Ada", "Bo", "Cy"), faults=["", "drop-after"])
    assert [state for state, _reason in ends(change_set)] == [State.DONE, State.LOST, State.WAITING]
    post(owner_client, change_set, "give-up")
    assert ends(change_set) == [
        (State.DONE, ""),
        (State.UNKNOWN, "not_looked_up"),
        (State.FAILED, "given_up"),
    ]
    change_set.refresh_from_db()
    assert (change_set.done, change_set.unknown, change_set.failed) == (1, 1, 1)
    shown = page(owner_client, change_set, "?state=unknown")
    assert "It was given up before it was known what came of it." in shown and NOT_SENT not in shown
    ended = Event.objects.filter(operation="test.thing", target_text="Bo").exclude(stage="attempted")
    assert [one.stage for one in ended] == ["unknown"]


def test_what_a_dead_worker_has_left_stays_unknown(owner_client: Client) -> None:
    change_set = a_set(SetState.PAUSED, [{}, {"kind": "test.password"}, {}], reason=Pause.FAILED)
    call = Call.objects.create(change_set=change_set, operation="test.thing", attempted_at=timezone.now())
    change_set.changes.exclude(position=2).update(state=State.ATTEMPTED, call=call)
    post(owner_client, change_set, "give-up")
    assert [state for state, _reason in ends(change_set)] == [State.UNKNOWN, State.UNKNOWN, State.FAILED]
    call.refresh_from_db()
    assert (call.outcome, call.closed_at is None) == ("unknown", False)
    change_set.refresh_from_db()
    assert (change_set.unknown, change_set.failed, change_set.ended) == (2, 1, 3)


def test_passwords_of_what_was_done_stay_and_the_others_go(owner_client: Client) -> None:
    change_set = with_passwords(3, SetState.PAUSED)
    change_set.changes.filter(position=0).update(state=State.WAITING)
    ChangeSet.objects.filter(pk=change_set.pk).update(done=1, secrets=2)
    post(owner_client, change_set, "give-up")
    assert list(change_set.changes.exclude(secret="").values_list("position", flat=True)) == [1, 2]
    assert "Take 2 passwords" in page(owner_client, change_set)
    slips = asking.text(post(owner_client, change_set, "passwords", form="slips"))
    assert "pass-1" in slips and "pass-0" not in slips


def test_what_was_done_can_be_undone(owner_client: Client, system: System, slow: None) -> None:
    change_set = stopped(owner_client, system, *creating("Ada", "Bo", "Cy"), faults=["", "drop"])
    post(owner_client, change_set, "give-up")
    undo = ChangeSet.objects.get(pk=re.findall(r"\d+", post(owner_client, change_set, "undo")["Location"])[0])
    assert [one.target_text for one in undo.changes.all()] == ["Ada"]
    assert [(one.code, one.target_text) for one in undo.found.all()] == [("undo_unknown", "Bo")]
    post(owner_client, undo, "confirm", leave_out="on")
    assert system.things == {}


def test_it_can_be_tried_again_but_not_without_its_secret(
    owner_client: Client, system: System, slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(kinds.kind("test.create")), "needs_secret", True)
    thing = str(system.create("thing", color=""))
    change_set = stopped(
        owner_client, system,
        Draft(kind="test.create", target_text="Ada", secret="code"),
        Draft(kind="test.create", target_text="Bo", secret="code"),
        Draft(kind="test.set", target_id=thing, target_text="thing", before={"color": ""}, after={"color": "red"}),
        Draft(kind="test.password", target_id=thing, target_text="thing"),
        faults=[""],
    )  # fmt: skip
    post(owner_client, change_set, "give-up")
    assert "Try again what failed" in page(owner_client, change_set)
    post(owner_client, change_set, "retry")
    change_set.refresh_from_db()
    assert [state for state, _reason in ends(change_set)] == [
        State.DONE,
        State.FAILED,
        State.DONE,
        State.DONE,
    ]
    assert ends(change_set)[1] == (State.FAILED, "given_up")
    assert (change_set.state, change_set.done, change_set.failed) == (SetState.FINISHED, 3, 1)
    assert system.named("Bo") == [] and Change.objects.exclude(secret="").count() == 1


# --- who is asked, and when it is possible


def test_it_is_asked_about_where_it_is_stopped(owner_client: Client) -> None:
    change_set = a_set(SetState.PAUSED, [{"state": State.DONE}, {}, {}], reason=Pause.CANCELED)
    resuming, _, giving_up = page(owner_client, change_set).partition('<details class="asked"')
    assert "/resume" in resuming and "/give-up" not in resuming
    assert "2 changes have not ended." in giving_up
    assert re.search(r'/give-up".*?class="btn btn-danger"', giving_up, re.DOTALL)


@pytest.mark.parametrize("state", [one for one in SetState if one is not SetState.PAUSED])
def test_it_is_not_offered_where_nothing_has_stopped(owner_client: Client, state: SetState) -> None:
    assert "/give-up" not in page(owner_client, a_set(state, [{}]))


def test_where_everything_has_ended_there_is_nothing_to_give_up(owner_client: Client) -> None:
    assert "/give-up" not in page(owner_client, a_set(SetState.PAUSED, [{"state": State.FAILED}]))


@pytest.mark.parametrize("state", [one for one in SetState if one is not SetState.PAUSED])
def test_what_has_not_stopped_is_left_alone(owner_client: Client, state: SetState) -> None:
    change_set = a_set(state, [{"secret": "sealed"}])
    assert post(owner_client, change_set, "give-up")["Location"] == f"/changes/{change_set.pk}"
    change_set.refresh_from_db()
    assert (change_set.state, recorded(), ends(change_set)) == (state, 0, [(State.WAITING, "")])
    assert f"is now: {state.label}" in asking.text(owner_client.get("/audit"))


def test_what_a_job_is_still_at_is_left_alone(owner_client: Client) -> None:
    until = timezone.now() + timedelta(minutes=1)
    change_set = a_set(SetState.PAUSED, [{}], lease_until=until)
    post(owner_client, change_set, "give-up")
    change_set.refresh_from_db()
    assert (change_set.state, recorded(), ends(change_set)) == (SetState.PAUSED, 0, [(State.WAITING, "")])


def test_the_second_of_two_is_told(owner_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    change_set = a_set(SetState.PAUSED, [{}])
    stale = ChangeSet.objects.get(pk=change_set.pk)
    post(owner_client, change_set, "give-up")
    monkeypatch.setattr("changes.control.get", lambda _actor, _set_id: stale)
    post(owner_client, change_set, "give-up")
    change_set.refresh_from_db()
    assert (change_set.failed, recorded()) == (1, 1)
    assert "is now: Finished" in asking.text(owner_client.get("/audit"))


def test_whoever_resumes_it_later_is_told(owner_client: Client) -> None:
    change_set = a_set(SetState.PAUSED, [{}])
    post(owner_client, change_set, "give-up")
    post(owner_client, change_set, "resume")
    change_set.refresh_from_db()
    assert change_set.state == SetState.FINISHED


def test_it_can_be_given_up_while_weila_does_not_answer(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    change_set = a_set(SetState.PAUSED, [{}])
    owner_client.get("/changes")
    sandbox.fault("*", "status", 503)
    assert post(owner_client, change_set, "give-up").status_code == 302
    assert asking.sent(sandbox) == []
    change_set.refresh_from_db()
    assert change_set.state == SetState.FINISHED


def test_it_stays_with_whom_it_belongs(owner_client: Client, manager_client: Client) -> None:
    """Who gives up the rest does not get the passwords of what somebody else has applied."""
    change_set = with_passwords(2, SetState.PAUSED, user_id=7, user_name="王芳")
    change_set.changes.filter(position=0).update(state=State.WAITING)
    ChangeSet.objects.filter(pk=change_set.pk).update(done=0)
    post(manager_client, change_set, "give-up")
    change_set.refresh_from_db()
    assert (change_set.state, change_set.user_id) == (SetState.FINISHED, 7)
    assert post(manager_client, change_set, "passwords", form="slips").status_code == 403
