"""Trying again what failed: what is sent once more, and what is left alone."""

import pytest
from django.test import Client

from changes import kinds
from changes.models import Pause, SetState, State
from tests.changes.views.making import a_set
from tests.changes.views.test_actions import Started, post, recorded, state
from tests.changes.views.test_actions import started as started
from tests.orgs.views import asking

pytestmark = pytest.mark.django_db


def test_what_failed_is_tried_again_and_nothing_else(owner_client: Client, started: Started) -> None:
    states = [State.DONE, State.FAILED, State.BLOCKED, State.UNKNOWN]
    change_set = a_set(SetState.FINISHED, [{"state": one} for one in states])
    assert post(owner_client, change_set, "retry").status_code == 302
    now = list(change_set.changes.order_by("position").values_list("state", flat=True))
    assert now == [State.DONE, State.WAITING, State.WAITING, State.UNKNOWN]
    assert started == [change_set.pk] and recorded("retry") == 1
    assert "2 changes are tried again" in asking.text(owner_client.get("/changes"))


def test_what_was_stopped_before_its_end_is_resumed_and_not_tried_again(
    owner_client: Client, started: Started
) -> None:
    """What somebody has stopped is not sent because something else is tried again."""
    states = [State.DONE, State.FAILED, State.WAITING]
    change_set = a_set(SetState.PAUSED, [{"state": one} for one in states], reason=Pause.CANCELED)
    page = owner_client.get(f"/changes/{change_set.pk}").content.decode()
    assert f"/changes/{change_set.pk}/retry" not in page and f"/changes/{change_set.pk}/resume" in page
    post(owner_client, change_set, "retry")
    assert (state(change_set), started, recorded("retry")) == (SetState.PAUSED, [], 0)
    assert list(change_set.changes.order_by("position").values_list("state", flat=True)) == states
    assert change_set.failed == 1
    assert "is now: Stopped" in asking.text(owner_client.get("/audit"))


def test_what_was_stopped_at_its_end_can_be_tried_again(owner_client: Client, started: Started) -> None:
    change_set = a_set(SetState.PAUSED, [{"state": State.FAILED}], reason=Pause.CANCELED)
    assert f"/changes/{change_set.pk}/retry" in owner_client.get(f"/changes/{change_set.pk}").content.decode()
    post(owner_client, change_set, "retry")
    assert (state(change_set), started) == (SetState.APPLYING, [change_set.pk])


@pytest.fixture
def needing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Creating a thing takes a secret that the plan has given."""
    monkeypatch.setattr(type(kinds.kind("test.create")), "needs_secret", True)


def test_what_lacks_its_secret_is_not_tried_again(
    owner_client: Client, started: Started, needing: None
) -> None:
    """It keeps the reason for which it failed, and so does what it has blocked."""
    gone = {"kind": "test.create", "state": State.FAILED, "reason": "45008"}
    blocked = {"state": State.BLOCKED, "reason": "blocked", "needs": [0], "result": {"by": 0}}
    kept = {"kind": "test.create", "state": State.FAILED, "secret": "sealed"}
    other = {"state": State.BLOCKED, "result": {"by": 2}}
    change_set = a_set(SetState.FINISHED, [gone, blocked, kept, other, {"state": State.FAILED}])
    post(owner_client, change_set, "retry")
    now = list(change_set.changes.order_by("position").values_list("state", "reason"))
    waits = (State.WAITING, "")
    assert now == [(State.FAILED, "45008"), (State.BLOCKED, "blocked"), waits, waits, waits]
    assert (state(change_set), change_set.failed, change_set.blocked) == (SetState.APPLYING, 1, 1)
    assert "3 changes are tried again" in asking.text(owner_client.get("/changes"))


def test_nothing_but_what_lacks_its_secret(owner_client: Client, started: Started, needing: None) -> None:
    gone = {"kind": "test.create", "state": State.FAILED, "reason": "45008"}
    change_set = a_set(SetState.FINISHED, [gone, {"state": State.BLOCKED, "result": {"by": 0}}])
    page = owner_client.get(f"/changes/{change_set.pk}").content.decode()
    assert f"/changes/{change_set.pk}/retry" not in page
    post(owner_client, change_set, "retry")
    assert (state(change_set), started, recorded("retry")) == (SetState.FINISHED, [], 0)
    assert "nothing to try again" in asking.text(owner_client.get("/changes"))


CONFLICT = {"state": State.FAILED, "reason": "conflict", "result": {"now": {"color": ["red", "green"]}}}


def test_what_was_changed_since_the_preview_is_not_tried_again(
    owner_client: Client, started: Started
) -> None:
    """It would be compared with the same value once more, and what needs it would wait in vain."""
    needs_it = {"state": State.BLOCKED, "reason": "blocked", "result": {"by": 0, "root": 0}}
    needs_that = {"state": State.BLOCKED, "reason": "blocked", "result": {"by": 1, "root": 0}}
    change_set = a_set(SetState.FINISHED, [CONFLICT, needs_it, needs_that, {"state": State.FAILED}])
    post(owner_client, change_set, "retry")
    now = list(change_set.changes.order_by("position").values_list("state", "reason"))
    blocked = (State.BLOCKED, "blocked")
    assert now == [(State.FAILED, "conflict"), blocked, blocked, (State.WAITING, "")]
    assert (state(change_set), change_set.failed, change_set.blocked) == (SetState.APPLYING, 1, 2)
    assert "1 change is tried again" in asking.text(owner_client.get("/changes"))


def test_nothing_but_what_was_changed_since_the_preview(owner_client: Client, started: Started) -> None:
    change_set = a_set(SetState.FINISHED, [CONFLICT | {"kind": "test.password"}])
    page = owner_client.get(f"/changes/{change_set.pk}").content.decode()
    assert f"/changes/{change_set.pk}/retry" not in page and "Trying again" not in page
    post(owner_client, change_set, "retry")
    assert (state(change_set), started, recorded("retry")) == (SetState.FINISHED, [], 0)


def test_what_needs_something_that_may_have_been_done_is_not_tried_again(
    owner_client: Client, started: Started
) -> None:
    needs_it = {"state": State.BLOCKED, "reason": "blocked", "result": {"by": 0, "root": 0}}
    change_set = a_set(SetState.FINISHED, [{"state": State.UNKNOWN}, needs_it])
    page = owner_client.get(f"/changes/{change_set.pk}").content.decode()
    assert f"/changes/{change_set.pk}/retry" not in page
    post(owner_client, change_set, "retry")
    assert (state(change_set), started, recorded("retry")) == (SetState.FINISHED, [], 0)


def test_there_may_be_nothing_to_try_again(owner_client: Client, started: Started) -> None:
    change_set = a_set(SetState.FINISHED, [{"state": State.DONE}])
    post(owner_client, change_set, "retry")
    assert (state(change_set), started) == (SetState.FINISHED, [])
    assert "nothing to try again" in asking.text(owner_client.get("/changes"))
