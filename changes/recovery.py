"""What is done about answers that never came: by what the kind of the change declares, and never on a guess."""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from changes import kinds
from changes.items import item_of, needed_by
from changes.kinds import Failure, Item, Kind, Result
from changes.ledger import Ending, Ledger, Outgoing
from changes.models import Change, State
from changes.sender import SENT_WITHIN
from common.outcome import Outcome, Recovery

logger = logging.getLogger(__name__)

_TOGETHER = 1.0  # seconds


def failure_of(error: Exception) -> Failure:
    """What a kind raised; anything unforeseen leaves it unknown whether the request was sent."""
    if isinstance(error, Failure):
        return error
    logger.error("A call failed in an unforeseen way", exc_info=error)
    return Failure(Outcome.UNKNOWN, type(error).__name__)


def take_over(ledger: Ledger) -> None:
    """Sort out what a dead worker has left as attempted."""
    left = Change.objects.filter(change_set=ledger.change_set, state=State.ATTEMPTED)
    endings: list[Ending] = []
    calls: dict[UUID, Outcome] = {}
    for call in _calls(ledger, left):
        endings += [_lost(call.kind, item, item.attempted_at, SENT_WITHIN) for item in call.items]
        calls[call.call] = Outcome.UNKNOWN
    ledger.close(endings, calls)


def after_failure(call: Outgoing, failure: Failure) -> list[Ending]:
    """What becomes of the changes of a call that did not succeed."""
    if failure.refused:
        return [Ending(item, State.FAILED, failure.reason, failure.text) for item in call.items]
    if failure.outcome is Outcome.NOT_DONE:
        return [Ending(item, State.WAITING, failure.reason, failure.text) for item in call.items]
    since = timezone.now() if failure.may_still_arrive else None
    return [_lost(call.kind, item, since) for item in call.items]


def after_answer(kind: Kind, item: Item, result: Result) -> Ending:
    """What becomes of a change by what its kind read from an answer."""
    if result.outcome is None:
        return _lost(kind, item, None)
    return _ended(item, result)


def look_up(ledger: Ledger) -> bool:
    """Look up what is due; False when nothing was.

    Raises:
        Failure: it could not be looked up now.
    """
    now, first = timezone.now(), next_due(ledger)
    if first is None or first > now:
        return False
    due = _lost_ones(ledger).filter(due_at__lte=now)
    by_kind: dict[str, list[Outgoing]] = {}
    for call in _calls(ledger, due):
        by_kind.setdefault(call.kind.code, []).append(call)
    for calls in by_kind.values():
        results = calls[0].kind.find(ledger.actor, [call.items for call in calls])
        ledger.close([_found(item, results[item.id]) for call in calls for item in call.items], {})
    return bool(by_kind)


def leave_unknown(ledger: Ledger) -> None:
    """End what is in flight without looking it up: it may have been carried out, or be yet."""
    take_over(ledger)
    lost = [item for call in _calls(ledger, _lost_ones(ledger)) for item in call.items]
    ledger.close([Ending(item, State.UNKNOWN, "not_looked_up") for item in lost], {})


def next_due(ledger: Ledger) -> datetime | None:
    """When the next look-up is due; None when nothing is lost.

    What is due within ``_TOGETHER`` of the first is looked up with it: each look-up reads a whole directory.
    """
    lost = _lost_ones(ledger)
    first = lost.order_by("due_at").values_list("due_at", flat=True).first()
    if first is None:
        return None
    nearly = lost.filter(due_at__lte=first + timedelta(seconds=_TOGETHER))
    return nearly.order_by("-due_at").values_list("due_at", flat=True).first()


def _lost_ones(ledger: Ledger) -> QuerySet[Change]:
    return Change.objects.filter(change_set=ledger.change_set, state=State.LOST)


def _lost(kind: Kind, item: Item, since: datetime | None, margin: float = 0) -> Ending:
    """``since`` is when the request was on its way at the latest; None: it can't arrive any more."""
    if kind.recovery is Recovery.NEVER:
        return Ending(item, State.UNKNOWN, kind.no_look_up)
    now = timezone.now()
    if since is None:
        return Ending(item, State.LOST, due_at=now)
    wait = timedelta(seconds=margin + kind.patience() + settings.CHANGES_MARGIN)
    return Ending(item, State.LOST, due_at=since + wait)


def _found(item: Item, result: Result) -> Ending:
    if result.outcome is not Outcome.NOT_DONE:
        return _ended(item, result)
    attempts = Change.objects.values_list("attempts", flat=True).get(pk=item.id)
    if attempts >= settings.CHANGES_TRIES:
        return Ending(item, State.FAILED, "gave_up")
    return Ending(item, State.WAITING, "looked_up")


def _ended(item: Item, result: Result) -> Ending:
    states = {Outcome.DONE: State.DONE, Outcome.NOT_DONE: State.FAILED, Outcome.UNKNOWN: State.UNKNOWN}
    assert result.outcome is not None  # noqa: S101 - what has to be looked up does not come here
    state = states[result.outcome]
    return Ending(item, state, result.reason, result.text, result.values, result.target)


def _calls(ledger: Ledger, changes: QuerySet[Change, Any]) -> list[Outgoing]:
    """These changes as the calls that carried them."""
    rows = list(changes.select_related("call").order_by("position"))
    needed = needed_by(ledger.change_set, rows)
    calls: dict[UUID, list[Item]] = {}
    kind_of: dict[UUID, Kind] = {}
    for change in rows:
        assert change.call is not None  # noqa: S101 - whatever is in flight has its call
        item = item_of(ledger.change_set, change, needed, attempted_at=change.call.attempted_at)
        calls.setdefault(change.call.id, []).append(item)
        kind_of[change.call.id] = kinds.kind(change.kind)
    return [Outgoing(call, kind_of[call], items) for call, items in calls.items()]
