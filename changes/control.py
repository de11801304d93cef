"""What people do with a change set: confirm, stop, resume, give up, retry, discard. Each is compared before it is
written, so of two who do it at once one is told that it is done already."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import Http404
from django.utils import timezone

from accounts import sessions
from audit import trail
from audit.trail import Target
from changes import apply, closing, kinds, origins, secrets, undo
from changes.actors import owned_by
from changes.apply import apply_set
from changes.models import Change, ChangeSet, Pause, SetState, State
from common.actor import Actor
from common.outcome import Outcome

KIND = "change_set"
_RETRIED = (State.FAILED, State.BLOCKED)


class NotHere(Http404):
    """There is no such change set in the actor's organization. Recorded."""


class TooLate(Exception):
    """It is in another state by now: ``state`` is the present one."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Superseded(Exception):
    """An undo whose plan is no longer true: another one of the same has been at work since."""


@dataclass(frozen=True, slots=True)
class Caution:
    """What a set asks for before it may be confirmed.

    Attributes:
        destructive: how many of its changes take something away, if that has to be allowed by hand; otherwise 0.
        again: whether the person has to have signed in lately.
    """

    destructive: int
    again: bool


def get(actor: Actor, set_id: int) -> ChangeSet:
    """A change set of the actor's organization.

    Raises:
        NotHere: there is none with this number.
    """
    change_set = ChangeSet.objects.filter(org_num=actor.organization, pk=set_id).first()
    if change_set is None:
        trail.record(
            actor, "changes.open", Target(KIND, str(set_id), ""), Outcome.NOT_DONE, reason="not_here"
        )
        raise NotHere
    return change_set


def caution(change_set: ChangeSet) -> Caution:
    """What it takes to confirm this set."""
    many = change_set.destructive > settings.CHANGES_DESTRUCTIVE_CAP
    return Caution(change_set.destructive if many else 0, many)


def confirm(actor: Actor, change_set: ChangeSet) -> None:
    """Apply a set as it was previewed; from now on it is the actor's.

    The caller has seen to what ``caution`` asks for.

    Raises:
        TooLate: it is not waiting for that any more.
        Superseded: what it is to undo may be undone by now.
    """
    with transaction.atomic():
        _is_first(change_set, change_set.created_at)
        _move(
            actor, change_set, "changes.confirm", [SetState.PLANNED], SetState.APPLYING,
            confirmed_at=timezone.now(), **_queued(actor),
        )  # fmt: skip
    apply_set.enqueue(change_set.pk)


def discard(actor: Actor, change_set: ChangeSet) -> None:
    """Give up a set that was not confirmed. Raises ``TooLate``."""
    waiting = [SetState.PLANNING, SetState.PLANNED, SetState.FAILED]
    with transaction.atomic():  # no password may stay behind in what nobody looks at any more
        _move(actor, change_set, "changes.discard", waiting, SetState.DISCARDED)
        secrets.drop(Change.objects.filter(change_set=change_set))


def stop(actor: Actor, change_set: ChangeSet) -> None:
    """Ask the job to stop: what is under way is finished, the rest is not sent. Raises ``TooLate``.

    One that has stopped for another reason stays as it is, and nobody is reminded of it any more.
    """
    if change_set.state == SetState.PAUSED and change_set.reason != Pause.CANCELED:
        _move(
            actor, change_set, "changes.stop", [SetState.PAUSED], SetState.PAUSED, reason=Pause.CANCELED
        )  # fmt: skip
        return
    _move(actor, change_set, "changes.stop", [SetState.APPLYING], SetState.APPLYING, stop=True)
    if apply.stop_idle(change_set.pk):
        sessions.release(change_set.session_id)


def resume(actor: Actor, change_set: ChangeSet) -> None:
    """Go on with a set that was stopped, in the session of whoever resumes it. Raises ``TooLate``."""
    with transaction.atomic():  # what a job does from now on is handed over anew
        _move(actor, change_set, "changes.resume", [SetState.PAUSED], SetState.APPLYING, **_queued(actor))
        secrets.begin_anew(change_set)
    apply_set.enqueue(change_set.pk)


def give_up(actor: Actor, change_set: ChangeSet) -> None:
    """End a stopped set as it is: nothing more of it is sent, and what was done stays. Raises ``TooLate``."""
    with transaction.atomic():
        if not closing.give_up_rest(actor, change_set):
            change_set.refresh_from_db()
            raise TooLate(change_set.state)
        trail.record(actor, "changes.give-up", target_of(change_set), Outcome.DONE)
    change_set.refresh_from_db()


def can_retry(change_set: ChangeSet) -> bool:
    """Whether there is something to try again, and nothing that has yet to be sent: that is for ``resume``."""
    through = change_set.ended == change_set.total
    return through and change_set.failed + change_set.blocked > 0 and to_retry(change_set).exists()


def to_retry(change_set: ChangeSet) -> QuerySet[Change]:
    """What failed or was blocked, unless it can only come to the same end.

    So it is for want of a secret that is gone, because somebody has changed since the preview what it would be compared
    with again, or because it needs what comes to such an end, or may have been done and is never repeated.
    """
    changes = Change.objects.filter(change_set=change_set)
    failed = changes.filter(state__in=_RETRIED)
    codes = [code for code, kind in kinds.registered().items() if kind.needs_secret]
    hopeless = Q(kind__in=codes, secret="") | Q(state=State.FAILED, reason="conflict")
    ends = Q(state=State.UNKNOWN) | Q(hopeless, state__in=_RETRIED)
    blocking = changes.filter(ends, position__in=[OuterRef("by"), OuterRef("root")])
    by, root = (Cast(KeyTextTransform(name, "result"), IntegerField()) for name in ("by", "root"))
    return failed.exclude(hopeless).alias(by=by, root=root).exclude(Exists(blocking))


def retry(actor: Actor, change_set: ChangeSet) -> int:
    """Try again what failed or was blocked; what nobody knows is never repeated. Returns how many.

    Raises:
        TooLate: it is under way, was stopped before its end, or there is nothing (any more) to try again.
        Superseded: another undo of the same has been at work since.
    """
    states = [SetState.FINISHED, SetState.PAUSED]
    with transaction.atomic():  # nobody may find a set that is to be applied and has nothing to apply
        change_set.refresh_from_db()
        if not can_retry(change_set):
            raise TooLate(change_set.state)
        _is_first(change_set, change_set.queued_at or change_set.created_at)
        _move(
            actor, change_set, "changes.retry", states, SetState.APPLYING,
            finished_at=None, **_queued(actor),
        )  # fmt: skip
        secrets.begin_anew(change_set)
        number = to_retry(change_set).update(
            state=State.WAITING, reason="", reason_text="", result={}, attempts=0, action=None, call=None
        )
        left = change_set.changes.filter(state__in=_RETRIED)
        ChangeSet.objects.filter(pk=change_set.pk).update(
            failed=left.filter(state=State.FAILED).count(), blocked=left.filter(state=State.BLOCKED).count()
        )
    apply_set.enqueue(change_set.pk)
    return number


def take_back(actor: Actor, change_set: ChangeSet) -> ChangeSet:
    """Plan the undo of a set that is not under way; returns the new set.

    Raises:
        TooLate: it is.
    """
    if change_set.state not in (SetState.FINISHED, SetState.PAUSED):
        raise TooLate(change_set.state)
    started = undo.start(actor, change_set)
    trail.record(actor, "changes.undo", target_of(change_set), Outcome.DONE)
    return started


def target_of(change_set: ChangeSet) -> Target:
    """The set as the trail calls it."""
    return Target(KIND, str(change_set.pk), str(origins.title(change_set)))


def _is_first(change_set: ChangeSet, since: datetime) -> None:
    """Of several undos of the same, one goes at a time. Raises ``Superseded``."""
    if change_set.undoes_id:
        ChangeSet.objects.select_for_update().get(pk=undo.root_of(change_set))
        if undo.is_superseded(change_set, since):
            raise Superseded


def _queued(actor: Actor) -> dict[str, object]:
    return {"queued_at": timezone.now(), "reason": "", "stop": False, "tries": 0, **owned_by(actor)}


def _move(
    actor: Actor,
    change_set: ChangeSet,
    operation: str,
    states: list[SetState],
    to: SetState,
    **values: object,
) -> None:
    rows = ChangeSet.objects.filter(pk=change_set.pk, org_num=actor.organization, state__in=states)
    if not rows.update(state=to, **values):
        change_set.refresh_from_db()
        raise TooLate(change_set.state)
    trail.record(actor, operation, target_of(change_set), Outcome.DONE)
    change_set.refresh_from_db()
