"""Ending a set that has stopped before its end: the rest of it is given up."""

from django.conf import settings
from django.db.models import F

from changes import apply, recovery
from changes.ledger import Ledger
from changes.models import Change, ChangeSet, SetState, State
from common import lease
from common.actor import Actor


def give_up_rest(actor: Actor, change_set: ChangeSet) -> bool:
    """End a stopped set, unless somebody is at it: what waits is not sent any more, what is in flight stays unknown.

    In the caller's transaction. Whose set it is, it stays. Returns whether it was ended.
    """
    stopped = ChangeSet.objects.filter(state=SetState.PAUSED)
    fence = lease.take(stopped, change_set.pk, seconds=settings.CHANGES_LEASE)
    if fence is None:
        return False
    change_set.refresh_from_db()
    recovery.leave_unknown(Ledger(change_set, actor, fence))
    waiting = Change.objects.filter(change_set=change_set, state=State.WAITING)
    number = waiting.update(state=State.FAILED, reason="given_up", reason_text="")
    ChangeSet.objects.filter(pk=change_set.pk).update(failed=F("failed") + number)
    apply.finish(change_set, fence)
    lease.release(ChangeSet.objects.all(), change_set.pk, fence)
    return True
