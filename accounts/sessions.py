"""Sign-ins: one row each, opened, used, confirmed and ended here.

A row lives while it is not ended, was used within ``SESSION_IDLE`` and is younger than ``SESSION_LIFE``. What
ends it first stays; an ended row keeps no token. When jobs run on it (``accounts.jobs``), signing out and being idle
may leave it to them: no browser can use it any more, and it ends with the last of them, or at ``SESSION_LIFE``.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import browsers, jobs, sealing
from accounts.models import UpstreamSession
from accounts.models import Why as Why
from accounts.sealing import Tokens
from audit import trail
from audit.trail import Target
from common.actor import Actor, Role
from common.outcome import Outcome

USED_EVERY = timedelta(minutes=1)  # last_used_at is written no more often than this
KIND = "session"


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in, as the login reply names them. ``org_num`` is None without an organization."""

    user_id: int
    user_num: str
    name: str
    org_num: int | None


def start(
    person: Person, tokens: Tokens, *, address: str, user_agent: str, request_id: str
) -> UpstreamSession:
    """Open a session for somebody whom the upstream has just let in, and record it."""
    now = timezone.now()
    row = UpstreamSession(
        created_at=now,
        proved_at=now,
        last_used_at=now,
        user_id=person.user_id,
        user_num=person.user_num[:40],
        name=person.name[:200],
        org_num=person.org_num,
        expires_at=tokens.expires_at,
        address=address[:64],
        user_agent=user_agent[:300],
    )
    row.access_sealed, row.refresh_sealed = sealing.seal_tokens(row.id, row.org_num, tokens)
    with transaction.atomic():
        row.save(force_insert=True)
        actor = actor_for(row, address=address, request_id=request_id)
        trail.record(actor, "session.sign-in", target_of(row), Outcome.DONE)
    return row


def actor_for(row: UpstreamSession, *, address: str, request_id: str) -> Actor:
    """The person of this session, acting now from ``address``."""
    return Actor(
        session_id=row.id,
        user_id=row.user_id,
        user_num=row.user_num,
        name=row.name,
        role=Role(row.role),
        org_num=row.org_num,
        address=address,
        request_id=request_id,
    )


def target_of(row: UpstreamSession) -> Target:
    """The session as the trail calls it: by where it was opened."""
    place = (browsers.browser(row.user_agent), browsers.system(row.user_agent), row.address)
    return Target(KIND, str(row.id), " · ".join(part for part in place if part))


def actor_of(session_id: UUID, *, request_id: str) -> Actor | None:
    """The person of this session, for a job that acts for them; None when it has ended.

    They act from where they signed in, in the role that was last confirmed; the organization is the session's.
    """
    row = current(session_id)
    if row is None or row.ended_at is not None:
        return None
    return actor_for(row, address=row.address, request_id=request_id)


def live() -> QuerySet[UpstreamSession]:
    """Every session that is neither ended nor overdue, those that are left to jobs included."""
    now = timezone.now()
    idle_since = now - settings.SESSION_IDLE
    return UpstreamSession.objects.filter(
        Q(last_used_at__gt=idle_since) | Q(left_to_jobs_at__isnull=False),
        ended_at=None,
        created_at__gt=now - settings.SESSION_LIFE,
    )


def current(session_id: UUID) -> UpstreamSession | None:
    """The session with this id, ended or left to its jobs by now if it is overdue; None when there is no such row."""
    row = UpstreamSession.objects.filter(pk=session_id).first()
    return row and bring_up_to_date(row)


def bring_up_to_date(row: UpstreamSession) -> UpstreamSession:
    """Let the time that passed have its effect on a session; gives the row as it is then."""
    if row.ended_at is None and (why := _overdue(row)):
        if why is Why.IDLE:
            leave_to_jobs(row.id, why)
        else:
            end(row.id, why)
        row.refresh_from_db()
    return row


def touch(row: UpstreamSession) -> None:
    """Note that the session is used now, at most once a minute."""
    now = timezone.now()
    if now - row.last_used_at >= USED_EVERY:
        row.last_used_at = now
        UpstreamSession.objects.filter(pk=row.pk, last_used_at__lt=now).update(last_used_at=now)


def end(session_id: UUID, why: Why, *, by: Actor | None = None) -> bool:
    """End a session and forget its tokens, and record it.

    Args:
        by: who ended it; without one, the event names the person whose session it was.

    Returns:
        False when it was ended before: then nothing changes, and the first reason stays.
    """
    with transaction.atomic():
        ended = UpstreamSession.objects.filter(pk=session_id, ended_at=None).update(
            ended_at=timezone.now(), ended_why=why, access_sealed="", refresh_sealed=""
        )
        if not ended:
            return False
        row = UpstreamSession.objects.get(pk=session_id)
        actor = by or actor_for(row, address=row.address, request_id="")
        signs_out = why is Why.SIGNED_OUT and row.left_to_jobs_at is None
        operation, reason = ("session.sign-out", "") if signs_out else ("session.end", why)
        trail.record(actor, operation, target_of(row), Outcome.DONE, reason=reason)
    return True


# --- sessions and jobs


def leave_to_jobs(session_id: UUID, why: Why = Why.SIGNED_OUT, *, by: Actor | None = None) -> bool:
    """End a session for its browser and leave its tokens to the jobs that run on it.

    Returns:
        Whether jobs go on with it. Where none runs, it ends.
    """
    if not jobs.running(session_id):
        end(session_id, why, by=by)
        return False
    with transaction.atomic():
        rows = UpstreamSession.objects.filter(pk=session_id, ended_at=None, left_to_jobs_at=None)
        if rows.update(left_to_jobs_at=timezone.now()):
            row = UpstreamSession.objects.get(pk=session_id)
            actor = by or actor_for(row, address=row.address, request_id="")
            reason = "" if why is Why.SIGNED_OUT else why
            trail.record(actor, "session.leave-to-jobs", target_of(row), Outcome.DONE, reason=reason)
    return not release(session_id)  # the last job may have ended while this was written


def release(session_id: UUID) -> bool:
    """A job is through with this session: end it if it was left to jobs and none runs on it any more.

    To be called when ``accounts.jobs`` does not name the job any more, for whichever session it ran on.

    Returns:
        Whether it ended by this.
    """
    left = UpstreamSession.objects.filter(pk=session_id, ended_at=None, left_to_jobs_at__isnull=False)
    return left.exists() and not jobs.running(session_id) and end(session_id, Why.SIGNED_OUT)


# --- the sessions of one person


def mine(user_id: int) -> QuerySet[UpstreamSession]:
    """The live sessions of one person, over all of that person's organizations, the newest first."""
    return live().filter(user_id=user_id).order_by("-last_used_at", "-id")


def ended_lately(user_id: int, *, within: timedelta) -> QuerySet[UpstreamSession]:
    """The sessions of one person that ended lately, the newest end first."""
    return UpstreamSession.objects.filter(user_id=user_id, ended_at__gt=timezone.now() - within).order_by(
        "-ended_at", "-id"
    )


def end_mine(actor: Actor, session_id: UUID) -> bool | None:
    """End one of the acting person's sessions.

    Returns:
        False when it had ended before; None when the person has no such session, which is recorded.
    """
    if UpstreamSession.objects.filter(pk=session_id, user_id=actor.user_id).exists():
        why = Why.SIGNED_OUT if session_id == actor.session_id else Why.ENDED_ELSEWHERE
        return end(session_id, why, by=actor)
    target = Target(KIND, str(session_id), "")
    trail.record(actor, "session.end", target, Outcome.NOT_DONE, reason="not_here")
    return None


def jobs_elsewhere(actor: Actor) -> bool:
    """Whether a job runs on another session of the acting person."""
    others = mine(actor.user_id).exclude(pk=actor.session_id).values_list("pk", flat=True)
    return bool(jobs.running_on(list(others)))


def end_others(actor: Actor, why: Why = Why.ENDED_ELSEWHERE) -> int:
    """End every session of the acting person but the one they are acting in; returns how many."""
    others = mine(actor.user_id).exclude(pk=actor.session_id).values_list("pk", flat=True)
    return sum(end(pk, why, by=actor) for pk in list(others))


# --- time


def proved_lately(row: UpstreamSession) -> bool:
    """Whether the person gave their password lately enough for what is dangerous (``SIGN_IN_AGAIN_AFTER``)."""
    return timezone.now() - row.proved_at < settings.SIGN_IN_AGAIN_AFTER


def _overdue(row: UpstreamSession) -> Why | None:
    now = timezone.now()
    if now - row.created_at >= settings.SESSION_LIFE:
        return Why.EXPIRED
    if row.left_to_jobs_at is not None:
        return None  # it ends with its jobs
    return Why.IDLE if now - row.last_used_at >= settings.SESSION_IDLE else None
