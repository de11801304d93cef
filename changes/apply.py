"""Applying a set: the job that survives anything.

It may be started never, once or many times: one at a time works on a set, by its lease. Each attempt is written
down before it is sent, so what a dead worker has left behind is looked up, repeated, or said to be unknown, by what
its kind declares (``common.outcome.Recovery``). Whatever stops it, it can go on from there.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django_tasks import task

from accounts import sessions
from changes import holding, kinds, plan, secrets
from changes.actors import actor_of
from changes.ledger import Ledger
from changes.models import IN_FLIGHT, Change, ChangeSet, Pause, SetState, State
from changes.run import HANDED_ON, Run, Stopped
from common import lease, stopping
from common.lease import LeaseLost

logger = logging.getLogger(__name__)


@task(queue_name="bulk")
def apply_set(set_id: int) -> None:
    """``work`` as a job."""
    work(set_id)


def work(set_id: int) -> None:
    """Apply a confirmed set to its end, unless somebody else is at it."""
    rows = ChangeSet.objects.filter(state=SetState.APPLYING)
    fence = lease.take(rows, set_id, seconds=settings.CHANGES_LEASE)
    if fence is None:
        return
    change_set = ChangeSet.objects.get(pk=set_id)
    try:
        _apply(change_set, fence)
    except LeaseLost:
        logger.warning("Change set %s was taken over by another worker", set_id)
    except holding.Busy:
        logger.info("Change set %s waits for another one with the same credential", set_id)
        return  # whoever holds it wakes the next
    except Stopped as stopped:
        if stopped.reason != HANDED_ON:
            _pause(set_id, fence, stopped.reason)
    except Exception:
        # People have to see that it stands still. What was sent is recorded, and whoever goes on looks it up. It may
        # also be one that no worker survives.
        logger.exception("Change set %s: the job failed", set_id)
        _pause(set_id, fence, Pause.FAILED)
    finally:
        lease.release(ChangeSet.objects.all(), set_id, fence)
    sessions.release(change_set.session_id)
    if stopping.requested():
        apply_set.enqueue(set_id)  # another worker may go on at once
    else:
        _wake_next(change_set)


def _apply(change_set: ChangeSet, fence: int) -> None:
    actor = actor_of(change_set)
    if actor is None:
        raise Stopped(Pause.SESSION_OVER)
    used = [kinds.kind(code) for code in sorted(change_set.kinds)]
    with holding.lanes({kind.lane(actor) for kind in used}) as lanes, holding.counted(change_set, fence):
        lease.held(ChangeSet.objects.all(), change_set.pk, fence).update(
            started_at=timezone.now(), started_with=F("done") + F("failed") + F("blocked") + F("unknown")
        )
        with holding.Heart(change_set, fence, lanes) as heart:
            try:
                Run(Ledger(change_set, actor, fence), used, heart).to_the_end(lanes)
            finally:
                for kind in used:
                    kind.finished(actor)
    finish(change_set, fence)


def finish(change_set: ChangeSet, fence: int) -> None:
    """Everything of it has ended: what is not handed over is not kept."""
    changes = Change.objects.filter(change_set=change_set)
    secrets.drop(changes.filter(state__in=[State.FAILED, State.BLOCKED]))
    lease.held(ChangeSet.objects.all(), change_set.pk, fence).update(
        state=SetState.FINISHED,
        finished_at=timezone.now(),
        reason="",
        stop=False,
        secrets=secrets.waiting(change_set.pk),
    )


def _pause(set_id: int, fence: int, reason: str) -> None:
    lease.held(ChangeSet.objects.all(), set_id, fence).update(
        state=SetState.PAUSED, reason=reason, stop=False, secrets=secrets.waiting(set_id)
    )


def _wake_next(change_set: ChangeSet) -> None:
    """Start what has waited for this one's credential; first what has something in flight, for which others wait."""
    waiting = _idle().filter(state=SetState.APPLYING, session_id=change_set.session_id)
    waiting = waiting.exclude(pk=change_set.pk).alias(in_flight=_in_flight(OuterRef("pk")))
    for set_id in waiting.order_by("-in_flight", "confirmed_at").values_list("pk", flat=True)[:1]:
        apply_set.enqueue(set_id)


def stop_idle(set_id: int) -> bool:
    """Stop a set at once if nobody is at it and nothing of it is in flight.

    It may wait for hours for another one with the same credential.
    """
    idle = _idle().filter(pk=set_id, state=SetState.APPLYING).exclude(_in_flight(set_id))
    return bool(
        idle.update(state=SetState.PAUSED, reason=Pause.CANCELED, stop=False, secrets=secrets.waiting(set_id))
    )


def _in_flight(set_id: int | OuterRef) -> Exists:
    return Exists(Change.objects.filter(change_set=set_id, state__in=IN_FLIGHT))


def revive() -> int:
    """Give to the queue again what should be worked on and nobody is at; returns how many. For housekeeping."""
    long_ago = timezone.now() - timedelta(seconds=settings.CHANGES_LEASE)
    jobs = {SetState.PLANNING: plan.plan_set, SetState.APPLYING: apply_set}
    revived = 0
    for state, job in jobs.items():
        forgotten = _idle().filter(Q(queued_at=None) | Q(queued_at__lt=long_ago), state=state)
        for set_id in list(forgotten.values_list("pk", flat=True)):
            ChangeSet.objects.filter(pk=set_id).update(queued_at=timezone.now())
            job.enqueue(set_id)
            revived += 1
    return revived


def _idle() -> QuerySet[ChangeSet]:
    """Sets that nobody is at."""
    return ChangeSet.objects.filter(lease.FREE)
