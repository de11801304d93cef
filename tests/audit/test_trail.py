"""The trail: attempted before, closed after, once; found and closed when nobody did."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit import trail, vocabulary
from audit.models import Event, Stage
from audit.trail import Target
from audit.vocabulary import Kind
from common.actor import Actor, Role
from common.outcome import Outcome
from upstream.errors import Rejected, Timeout

ACTOR = Actor(uuid4(), 1253444, "70015325", "张三", Role.OWNER, 100073, "192.0.2.1", "request-1")
THING = Target("thing", "7", "Seven")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def things(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(vocabulary.kinds, "thing", Kind("Thing", {"name": "Name", "tts": "TTS"}))
    yield


def stages() -> list[str]:
    return list(Event.objects.order_by("id").values_list("stage", flat=True))


def test_an_action_is_attempted_before_and_done_after() -> None:
    with trail.action(ACTOR, "thing.change", THING, before={"name": "A"}, after={"name": "B"}) as act:
        assert stages() == [Stage.ATTEMPTED]
    assert stages() == [Stage.ATTEMPTED, Stage.DONE]
    attempt, end = Event.objects.order_by("id")
    assert attempt.action == end.action == act.id
    for event in (attempt, end):
        assert (event.org_num, event.actor_user_id, event.actor_num, event.actor_name) == (
            100073,
            1253444,
            "70015325",
            "张三",
        )
        assert (event.actor_role, event.address, event.request_id) == ("owner", "192.0.2.1", "request-1")
        assert (event.target_kind, event.target_id, event.target_text) == ("thing", "7", "Seven")
        assert (event.before, event.after) == ({"name": "A"}, {"name": "B"})


def test_an_id_from_an_address_may_be_of_any_length() -> None:
    trail.record(ACTOR, "thing.open", Target("thing", "9" * 300, ""), Outcome.NOT_DONE, reason="not_here")
    assert Event.objects.get().target_id == "9" * 64


def test_only_registered_fields_are_recorded() -> None:
    with trail.action(
        ACTOR, "thing.change", THING, before={"password": "x"}, after={"name": "B", "token": "y"}
    ):
        pass
    event = Event.objects.latest("id")
    assert (event.before, event.after) == ({}, {"name": "B"})


def test_an_unknown_kind_is_an_error_before_anything_is_done() -> None:
    with pytest.raises(KeyError), trail.action(ACTOR, "x", Target("nothing", "1", "")):
        pytest.fail("the block must not run")
    assert stages() == []


def test_an_end_can_name_what_only_now_has_an_id_and_what_came_of_it() -> None:
    with trail.action(ACTOR, "thing.create", Target("thing", "", "New"), after={"name": "asked"}) as act:
        act.done(target=Target("thing", "8", "Eight"), after={"name": "given"})
    attempt, end = Event.objects.order_by("id")
    assert (attempt.target_id, attempt.after) == ("", {"name": "asked"})
    assert (end.target_id, end.target_text, end.after) == ("8", "Eight", {"name": "given"})


@pytest.mark.parametrize(
    ("error", "stage", "reason", "text"),
    [
        (Rejected(operation="x", code=45005, text="成员不存在"), Stage.REFUSED, "45005", "成员不存在"),
        (Timeout(operation="x", outcome=Outcome.UNKNOWN), Stage.UNKNOWN, "Timeout", ""),
        (Timeout(operation="x", outcome=Outcome.NOT_DONE), Stage.REFUSED, "Timeout", ""),
        (ZeroDivisionError(), Stage.UNKNOWN, "ZeroDivisionError", ""),
        (KeyboardInterrupt(), Stage.UNKNOWN, "KeyboardInterrupt", ""),
    ],
)
def test_an_exception_closes_the_action_by_its_outcome(
    error: BaseException, stage: Stage, reason: str, text: str
) -> None:
    with pytest.raises(type(error)), trail.action(ACTOR, "thing.change", THING):
        raise error
    event = Event.objects.latest("id")
    assert (event.stage, event.reason, event.reason_text) == (stage, reason, text)


def test_whatever_ends_an_action_first_stays() -> None:
    with pytest.raises(ZeroDivisionError), trail.action(ACTOR, "thing.change", THING) as act:
        act.refused("protected")
        act.done()
        raise ZeroDivisionError
    assert stages() == [Stage.ATTEMPTED, Stage.REFUSED]
    assert act.ended is Stage.REFUSED


def test_the_database_lets_an_action_end_once() -> None:
    with trail.action(ACTOR, "thing.change", THING) as act:
        pass
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(action=act.id, stage=Stage.UNKNOWN, operation="thing.change")


def test_long_texts_are_cut_and_not_refused() -> None:
    actor = Actor(uuid4(), 1, "1", "名" * 500, Role.OWNER, 1, "a" * 500, "r" * 500)
    with trail.action(actor, "thing.change", Target("thing", "7", "t" * 500)) as act:
        act.refused("r" * 500, "t" * 500)
    event = Event.objects.latest("id")
    assert (len(event.actor_name), len(event.target_text)) == (200, 200)
    assert (len(event.reason), len(event.reason_text)) == (60, 300)


def test_a_denial_is_one_event() -> None:
    trail.record(ACTOR, "thing.change", THING, Outcome.NOT_DONE, reason="not_here", text="no such thing")
    event = Event.objects.get()
    assert (event.stage, event.reason, event.reason_text) == (Stage.REFUSED, "not_here", "no such thing")


def test_an_organization_sees_its_own_actions_once_each_newest_first() -> None:
    with trail.action(ACTOR, "thing.change", THING):
        pass
    trail.record(replace(ACTOR, org_num=100080), "thing.change", THING, Outcome.DONE)
    with trail.action(ACTOR, "thing.delete", Target("thing", "8", "Eight")):
        under_way = trail.actions_of(100073)
        assert [(event.operation, event.stage) for event in under_way] == [
            ("thing.delete", Stage.ATTEMPTED),
            ("thing.change", Stage.DONE),
        ]
    assert [event.operation for event in trail.about(100073, THING)] == ["thing.change"]


def test_attempts_that_nobody_closed_are_closed_as_unknown_once() -> None:
    with pytest.raises(RuntimeError):
        leave_open("thing.change")
    with trail.action(ACTOR, "thing.delete", THING):
        Event.objects.update(at=timezone.now() - timedelta(hours=1))
    recent = leave_attempt()
    assert trail.close_abandoned(timedelta(minutes=10)) == 1
    assert trail.close_abandoned(timedelta(minutes=10)) == 0
    end = Event.objects.get(reason="abandoned")
    assert (end.operation, end.stage, end.actor_num) == ("thing.change", Stage.UNKNOWN, "70015325")
    assert not Event.objects.filter(action=recent).exclude(stage=Stage.ATTEMPTED).exists()


def test_an_end_that_arrives_late_does_not_replace_the_one_recorded() -> None:
    with trail.action(ACTOR, "thing.change", THING):
        Event.objects.update(at=timezone.now() - timedelta(hours=1))
        assert trail.close_abandoned(timedelta(minutes=10)) == 1
    assert stages() == [Stage.ATTEMPTED, Stage.UNKNOWN]


def leave_open(operation: str) -> None:
    """As a process does that dies in the middle: its end is never written."""
    with trail.action(ACTOR, operation, THING) as act:
        act.ended = Stage.UNKNOWN
        raise RuntimeError


def leave_attempt() -> UUID:
    event = trail._event(ACTOR, "thing.change", THING, Stage.ATTEMPTED)
    event.save()
    return event.action
