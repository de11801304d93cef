"""What is done with a set: confirm, discard, stop, resume, undo; the rest is in ``test_retrying`` and
``test_giving_up``."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event
from changes.apply import apply_set
from changes.models import ChangeSet, Pause, SetState, State
from tests.changes.views.making import a_set, session
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import MANAGER, sign_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
DEEDS = ["confirm", "discard", "stop", "resume", "give-up", "retry", "undo"]
Started = list[int]


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Which sets were given to the queue; what the job does is tested elsewhere."""
    given: Started = []
    monkeypatch.setattr(type(apply_set), "enqueue", lambda _task, set_id: given.append(set_id))
    return given


@pytest.fixture(autouse=True)
def proven(monkeypatch: pytest.MonkeyPatch) -> list[HttpResponse | None]:
    """What asking for the password again leads to; nothing, at first."""
    answers: list[HttpResponse | None] = [None]
    monkeypatch.setattr("accounts.access.prove_again", lambda *_: answers[-1])
    return answers


def post(client: Client, change_set: ChangeSet, deed: str, **typed: object) -> "Answer":
    return client.post(f"/changes/{change_set.pk}/{deed}", typed)


def state(change_set: ChangeSet) -> str:
    change_set.refresh_from_db()
    return change_set.state


def recorded(operation: str) -> int:
    return Event.objects.filter(operation=f"changes.{operation}", stage="done").count()


# --- confirm


def test_a_confirmed_set_is_given_to_the_queue(owner_client: Client, started: Started) -> None:
    change_set = a_set(changes=[{}])
    response = post(owner_client, change_set, "confirm")
    assert response["Location"] == f"/changes/{change_set.pk}"
    assert state(change_set) == SetState.APPLYING
    assert started == [change_set.pk] and recorded("confirm") == 1


def test_it_belongs_to_whoever_confirms_it(owner_client: Client) -> None:
    change_set = a_set(changes=[{}])
    colleague = Client()
    sign_in(colleague, MANAGER)
    post(colleague, change_set, "confirm")
    change_set.refresh_from_db()
    assert (change_set.session_id, change_set.user_num) == (session().pk, "70016001")


def test_rows_with_problems_are_left_out_only_by_saying_so(owner_client: Client, started: Started) -> None:
    change_set = a_set(changes=[{}], problems=[{"code": "no_such", "params": {"name": "X"}, "line": 2}])
    response = post(owner_client, change_set, "confirm")
    assert response.status_code == 422 and "leave_out" in response.context["form"].errors
    assert (state(change_set), started) == (SetState.PLANNED, [])
    assert f'href="/changes/{change_set.pk}"' in response.content.decode()
    post(owner_client, change_set, "confirm", leave_out="on")
    assert state(change_set) == SetState.APPLYING


@pytest.mark.parametrize("typed", ["", "2", "33", "three", "3\x00"])
def test_many_destructive_changes_need_their_number(
    owner_client: Client, settings: Settings, started: Started, typed: str
) -> None:
    settings.CHANGES_DESTRUCTIVE_CAP = 2
    change_set = a_set(changes=[{"kind": "test.delete"}] * 3)
    response = post(owner_client, change_set, "confirm", allow=typed)
    assert response.status_code == 422 and "allow" in response.context["form"].errors
    assert (state(change_set), started) == (SetState.PLANNED, [])


def test_many_destructive_changes_need_a_fresh_proof(
    owner_client: Client, settings: Settings, started: Started, proven: list[HttpResponse | None]
) -> None:
    settings.CHANGES_DESTRUCTIVE_CAP = 2
    change_set = a_set(changes=[{"kind": "test.delete"}] * 3)
    proven.append(HttpResponseRedirect("/prove"))
    assert post(owner_client, change_set, "confirm", allow="3")["Location"] == "/prove"
    assert (state(change_set), started) == (SetState.PLANNED, [])
    proven.append(None)
    post(owner_client, change_set, "confirm", allow=" 3 ")
    assert state(change_set) == SetState.APPLYING


@pytest.mark.parametrize(("deed", "before"), [("resume", SetState.PAUSED), ("retry", SetState.FINISHED)])
def test_going_on_with_many_destructive_changes_needs_a_fresh_proof(
    owner_client: Client,
    settings: Settings,
    started: Started,
    proven: list[HttpResponse | None],
    deed: str,
    before: SetState,
) -> None:
    """Also by a colleague, or with somebody's cookie, after its person has stopped it."""
    settings.CHANGES_DESTRUCTIVE_CAP = 2
    change_set = a_set(before, [{"kind": "test.delete", "state": State.FAILED}] * 3)
    proven.append(HttpResponseRedirect("/prove"))
    assert post(owner_client, change_set, deed)["Location"] == "/prove"
    assert (state(change_set), started) == (before, [])
    proven.append(None)
    post(owner_client, change_set, deed)
    assert state(change_set) == SetState.APPLYING


def test_a_few_need_neither(owner_client: Client, proven: list[HttpResponse | None]) -> None:
    proven.append(HttpResponseRedirect("/prove"))
    change_set = a_set(changes=[{"kind": "test.delete"}])
    post(owner_client, change_set, "confirm")
    assert state(change_set) == SetState.APPLYING


@pytest.mark.parametrize("now", [one for one in SetState if one is not SetState.PLANNED])
def test_too_late_says_what_it_is_now(owner_client: Client, started: Started, now: SetState) -> None:
    change_set = a_set(now, [{}])
    response = post(owner_client, change_set, "confirm")
    assert response.status_code == 409
    assert str(now.label) in asking.text(response)
    assert (state(change_set), started) == (now, [])


def test_the_second_of_two_is_told(
    owner_client: Client, monkeypatch: pytest.MonkeyPatch, started: Started
) -> None:
    """Both have seen the preview; what counts is what the database says at the moment of writing."""
    change_set = a_set(changes=[{}])
    stale = ChangeSet.objects.get(pk=change_set.pk)
    post(owner_client, change_set, "confirm")
    monkeypatch.setattr("changes.control.get", lambda _actor, _set_id: stale)
    response = post(owner_client, change_set, "confirm")
    assert response.status_code == 409 and "Applying" in asking.text(response)
    assert started == [change_set.pk] and recorded("confirm") == 1


def test_nothing_is_not_applied(owner_client: Client, started: Started) -> None:
    change_set = a_set()
    assert post(owner_client, change_set, "confirm").status_code == 409
    assert (state(change_set), started) == (SetState.PLANNED, [])


# --- the others


@pytest.mark.parametrize("now", [SetState.PLANNING, SetState.FAILED, SetState.PLANNED])
def test_what_is_not_confirmed_can_be_discarded(owner_client: Client, now: SetState) -> None:
    change_set = a_set(now, [{"secret": "sealed"}])
    post(owner_client, change_set, "discard")
    assert state(change_set) == SetState.DISCARDED
    assert change_set.changes.get().secret == "" and recorded("discard") == 1


def test_a_running_set_is_asked_to_stop(owner_client: Client) -> None:
    change_set = a_set(SetState.APPLYING, [{}], lease_until=timezone.now() + timedelta(minutes=1))
    post(owner_client, change_set, "stop")
    change_set.refresh_from_db()
    assert change_set.stop and recorded("stop") == 1


def test_it_can_be_stopped_while_weila_does_not_answer(owner_client: Client, sandbox: SandboxProcess) -> None:
    change_set = a_set(SetState.APPLYING, [{}], lease_until=timezone.now() + timedelta(minutes=1))
    owner_client.get("/changes")
    sandbox.fault("*", "status", 503)
    assert post(owner_client, change_set, "stop").status_code == 302
    assert post(owner_client, a_set(SetState.PAUSED, [{}]), "resume").status_code == 503
    change_set.refresh_from_db()
    assert change_set.stop


def test_a_stopped_set_goes_on_in_the_session_of_whoever_resumes_it(
    owner_client: Client, started: Started
) -> None:
    change_set = a_set(SetState.PAUSED, [{}], reason=Pause.SESSION_OVER, stop=True)
    colleague = Client()
    sign_in(colleague, MANAGER)
    post(colleague, change_set, "resume")
    assert state(change_set) == SetState.APPLYING
    assert (change_set.session_id, change_set.reason, change_set.stop) == (session().pk, "", False)
    assert started == [change_set.pk] and recorded("resume") == 1


@pytest.mark.parametrize("now", [SetState.FINISHED, SetState.PAUSED])
def test_undoing_is_planned_as_a_set_of_its_own(owner_client: Client, now: SetState) -> None:
    change_set = a_set(now, [{"state": State.DONE, "before": {}, "after": {"color": "red"}}])
    response = post(owner_client, change_set, "undo")
    undo = ChangeSet.objects.get(undoes=change_set)
    assert response["Location"] == f"/changes/{undo.pk}"
    assert recorded("undo") == 1


@pytest.mark.parametrize(
    ("deed", "now"),
    [
        ("discard", SetState.APPLYING),
        ("discard", SetState.FINISHED),
        ("stop", SetState.FINISHED),
        ("stop", SetState.PAUSED),
        ("resume", SetState.FINISHED),
        ("resume", SetState.APPLYING),
        ("retry", SetState.APPLYING),
        ("undo", SetState.APPLYING),
        ("undo", SetState.PLANNED),
    ],
)
def test_what_is_not_possible_any_more_changes_nothing(
    owner_client: Client, started: Started, deed: str, now: SetState
) -> None:
    change_set = a_set(now, [{"state": State.FAILED}], reason=Pause.CANCELED)
    assert post(owner_client, change_set, deed)["Location"] == f"/changes/{change_set.pk}"
    assert (state(change_set), started, recorded(deed)) == (now, [], 0)
    assert ChangeSet.objects.count() == 1
    assert f"is now: {now.label}" in asking.text(owner_client.get("/audit"))


# --- the questions that each is asked


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("now", [SetState.PLANNED, SetState.PAUSED, SetState.FINISHED])
def test_opening_its_address_leads_to_the_page_and_does_nothing(
    owner_client: Client, sandbox: SandboxProcess, started: Started, deed: str, now: SetState
) -> None:
    change_set = a_set(now, [{"state": State.DONE}, {"state": State.FAILED}])
    response = owner_client.get(f"/changes/{change_set.pk}/{deed}")
    assert response.status_code == 302 and response["Location"] == f"/changes/{change_set.pk}"
    assert owner_client.head(f"/changes/{change_set.pk}/{deed}").status_code == 302
    assert (state(change_set), started, asking.sent(sandbox)) == (now, [], [])
    assert ChangeSet.objects.count() == 1
    assert owner_client.put(f"/changes/{change_set.pk}/{deed}").status_code == 405


def test_the_language_is_switched_on_a_confirmation_that_was_not_accepted(
    owner_client: Client, started: Started
) -> None:
    change_set = a_set(changes=[{}], problems=[{"code": "no_such", "params": {"name": "X"}, "line": 2}])
    refused = post(owner_client, change_set, "confirm")
    assert refused.status_code == 422
    (back,) = set(re.findall('name="next" value="([^"]+)"', refused.content.decode()))
    switched = owner_client.post("/language", {"language": "zh-hans", "next": back}, follow=True)
    assert switched.status_code == 200
    assert switched.redirect_chain[-1][0] == f"/changes/{change_set.pk}"
    assert (state(change_set), started) == (SetState.PLANNED, [])


@pytest.mark.parametrize(("deed", "now"), [("resume", SetState.PAUSED), ("confirm", SetState.PLANNED)])
def test_an_error_leads_back_to_the_set(
    owner_client: Client, sandbox: SandboxProcess, started: Started, deed: str, now: SetState
) -> None:
    change_set = a_set(now, [{}])
    sandbox.fault("*", "status", 503)
    response = post(owner_client, change_set, deed)
    assert response.status_code == 503
    assert f'<a class="btn btn-primary" href="/changes/{change_set.pk}">' in response.content.decode()
    assert (state(change_set), started) == (now, [])


@pytest.mark.parametrize("deed", DEEDS)
def test_it_needs_a_session_and_the_role(
    visitor: Client, ordinary_client: Client, sandbox: SandboxProcess, started: Started, deed: str
) -> None:
    change_set = a_set(SetState.PLANNED, [{}])
    assert visitor.post(f"/changes/{change_set.pk}/{deed}")["Location"].startswith("/sign-in")
    asking.closed_to_members(ordinary_client, sandbox, f"/changes/{change_set.pk}/{deed}", x="y")
    assert (state(change_set), started) == (SetState.PLANNED, [])


@pytest.mark.parametrize("deed", DEEDS)
def test_a_set_of_another_organization_is_not_found(
    owner_client: Client, sandbox: SandboxProcess, started: Started, deed: str
) -> None:
    foreign = a_set(SetState.PLANNED, [{}], org_num=100080)
    assert post(owner_client, foreign, deed).status_code == 404
    assert (state(foreign), started, asking.sent(sandbox)) == (SetState.PLANNED, [], [])
    assert Event.objects.filter(operation="changes.open", reason="not_here").count() == 1
