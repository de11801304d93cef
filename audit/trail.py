"""The trail: who did what, to whom, and what came of it.

Domain modules write it, views and jobs do not have to remember to. An action is recorded as *attempted*
before anything is sent and closed as *done*, *refused* or *unknown* after; a process that dies in between
leaves an attempt without an end, which ``close_abandoned`` finds and closes as unknown.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit import sql, vocabulary
from audit.models import Event, Stage
from audit.sql import Attempted, Ended
from common.actor import Actor
from common.outcome import Outcome

_STAGE = {Outcome.DONE: Stage.DONE, Outcome.NOT_DONE: Stage.REFUSED, Outcome.UNKNOWN: Stage.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is about: a registered kind (``audit.vocabulary``), an id, and how people call it."""

    kind: str
    id: str
    text: str


class Action:
    """An attempt that is under way. Ends once; whatever ends it first stays."""

    def __init__(self, attempt: Event) -> None:
        self._attempt = attempt
        self.ended: Stage | None = None

    @property
    def id(self) -> UUID:
        return self._attempt.action

    def done(self, *, target: Target | None = None, after: Mapping[str, Any] | None = None) -> None:
        """Close as done; ``target`` names what only now has an id, ``after`` what really came of it."""
        if target is not None:
            self._attempt.target_kind, self._attempt.target_id = target.kind, target.id
            self._attempt.target_text = target.text[:200]
        if after is not None:
            self._attempt.after = _recordable(self._attempt.target_kind, after)
        self._end(Stage.DONE)

    def refused(self, reason: str, text: str = "") -> None:
        """Close as certainly not done."""
        self._end(Stage.REFUSED, reason, text)

    def unknown(self, reason: str = "", text: str = "") -> None:
        """Close as not known: the answer was lost and looking it up settled nothing."""
        self._end(Stage.UNKNOWN, reason, text)

    def _end(self, stage: Stage, reason: str = "", text: str = "") -> None:
        if self.ended is None:
            self.ended = stage
            _close(self._attempt, stage, reason, text)


@contextmanager
def action(
    actor: Actor,
    operation: str,
    target: Target,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Iterator[Action]:
    """Record an attempt, run the block, record the end.

    A block that ends normally without closing the action did it. One that raises is closed by the
    exception's ``outcome`` (see ``common.outcome``); an exception without one leaves it unknown, because the
    request may have been sent.
    """
    attempt = _event(actor, operation, target, Stage.ATTEMPTED)
    attempt.before = _recordable(target.kind, before or {})
    attempt.after = _recordable(target.kind, after or {})
    attempt.save()
    under_way = Action(attempt)
    try:
        yield under_way
    except BaseException as error:
        outcome = getattr(error, "outcome", Outcome.UNKNOWN)
        reason = str(getattr(error, "code", "") or type(error).__name__)
        under_way._end(_STAGE[outcome], reason, str(getattr(error, "text", "")))
        raise
    under_way.done()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a job is about to do, one of many."""

    operation: str
    target: Target
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class End:
    """What became of one of many; see ``Action.done``, ``refused``, ``unknown``."""

    action: UUID
    outcome: Outcome
    reason: str = ""
    text: str = ""
    target: Target | None = None


def attempt_all(actor: Actor, attempts: Sequence[Attempt]) -> list[UUID]:
    """Record many attempts at once; gives their actions in the same order. ``end_all`` closes them."""
    rows = [
        Attempted(
            uuid4(),
            attempt.operation,
            attempt.target.kind,
            attempt.target.id,
            attempt.target.text[:200],
            _recordable(attempt.target.kind, attempt.before),
            _recordable(attempt.target.kind, attempt.after),
        )
        for attempt in attempts
    ]
    sql.insert_attempts(_event(actor, "", Target("", "", ""), Stage.ATTEMPTED), rows)
    return [row.action for row in rows]


def end_all(ends: Collection[End]) -> None:
    """Close many actions at once. One that was closed before, as abandoned, gets its true end as another action."""
    known = Event.objects.filter(action__in=[end.action for end in ends]).exclude(stage=Stage.ATTEMPTED)
    closed = set(known.values_list("action", flat=True))
    sql.insert_ends([(end.action, _ended(end, anew=end.action in closed)) for end in ends])


def _ended(end: End, *, anew: bool) -> Ended:
    return Ended(
        uuid4() if anew else end.action,
        _STAGE[end.outcome],
        end.reason[:60],
        end.text[:300],
        end.target.id if end.target else None,
        end.target.text[:200] if end.target else None,
    )


def record(
    actor: Actor, operation: str, target: Target, outcome: Outcome, *, reason: str = "", text: str = ""
) -> None:
    """Record something that needs no attempt, because nothing was sent: a denial, a session that ended."""
    event = _event(actor, operation, target, _STAGE[outcome])
    event.reason, event.reason_text = reason[:60], text[:300]
    event.save()


def actions_of(org_num: int) -> QuerySet[Event]:
    """One row an action of this organization, the newest first: its end, or its attempt while under way."""
    ended = Event.objects.filter(action=OuterRef("action")).exclude(stage=Stage.ATTEMPTED)
    under_way_or_ended = ~Q(stage=Stage.ATTEMPTED) | ~Exists(ended)
    return Event.objects.filter(under_way_or_ended, org_num=org_num).order_by("-id")


def about(org_num: int, target: Target) -> QuerySet[Event]:
    """The actions on one thing."""
    return actions_of(org_num).filter(target_kind=target.kind, target_id=target.id)


def close_abandoned(older_than: timedelta) -> int:
    """Close attempts whose process died; returns how many. An end that arrives meanwhile wins."""
    ended = Event.objects.filter(action=OuterRef("action")).exclude(stage=Stage.ATTEMPTED)
    abandoned = Event.objects.filter(
        ~Exists(ended), stage=Stage.ATTEMPTED, at__lt=timezone.now() - older_than
    )
    return sum(_close(attempt, Stage.UNKNOWN, "abandoned", "") for attempt in abandoned.iterator())


def _event(actor: Actor, operation: str, target: Target, stage: Stage) -> Event:
    return Event(
        action=uuid4(),
        stage=stage,
        operation=operation,
        org_num=actor.org_num,
        actor_user_id=actor.user_id,
        actor_num=actor.user_num,
        actor_name=actor.name[:200],
        actor_role=actor.role,
        on_behalf_of=actor.on_behalf_of,
        address=actor.address[:64],
        request_id=actor.request_id[:64],
        target_kind=target.kind,
        target_id=target.id[:64],
        target_text=target.text[:200],
    )


def _copy_of(attempt: Event) -> Event:
    copy = Event()
    for field in Event._meta.concrete_fields:
        if field.attname not in ("id", "at"):
            setattr(copy, field.attname, getattr(attempt, field.attname))
    return copy


def _close(attempt: Event, stage: Stage, reason: str, text: str) -> bool:
    end = _copy_of(attempt)
    end.stage, end.reason, end.reason_text = stage, reason[:60], text[:300]
    try:
        with transaction.atomic():
            end.save()
    except IntegrityError:
        return False  # somebody else closed it first, and what is recorded stays
    return True


def _recordable(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    fields = vocabulary.kinds[kind].fields
    return {name: value for name, value in values.items() if name in fields}
