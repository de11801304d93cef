"""What is done to all sessions from time to time: ending, removing, sealing under a new key."""

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts import sealing, sessions
from accounts.models import UpstreamSession, Why


def end_overdue() -> int:
    """End the sessions that nobody came back to, so that their tokens are forgotten; returns how many.

    A session on which a job runs is left to it instead; one that was left to jobs ends when none runs any more,
    should the last of them have died before it could say so.
    """
    now = timezone.now()
    suspect = (
        Q(created_at__lte=now - settings.SESSION_LIFE)
        | Q(last_used_at__lte=now - settings.SESSION_IDLE)
        | Q(left_to_jobs_at__isnull=False)
    )
    rows = list(UpstreamSession.objects.filter(suspect, ended_at=None))
    return sum(_settle(row) for row in rows)


def _settle(row: UpstreamSession) -> bool:
    return sessions.bring_up_to_date(row).ended_at is not None or sessions.release(row.id)


def purge() -> int:
    """End what is overdue and remove what ended long ago (``ENDED_SESSIONS_KEPT``); returns how many went."""
    end_overdue()
    long_ended = UpstreamSession.objects.filter(ended_at__lt=timezone.now() - settings.ENDED_SESSIONS_KEPT)
    return long_ended.delete()[0]


def rotate_keys() -> tuple[int, int]:
    """Seal the tokens of every live session under the newest key.

    Tokens that are renewed meanwhile are left alone: who stores new ones uses the newest key anyway.

    Returns:
        How many rows were sealed anew, and how many no key opens any more (those are ended).
    """
    done = broken = 0
    for row in UpstreamSession.objects.filter(ended_at=None).iterator():
        resealed = sealing.rotate_tokens(row)
        if resealed is None:
            broken += sessions.end(row.id, Why.UNREADABLE)
            continue
        access, refresh = resealed
        done += UpstreamSession.objects.filter(
            pk=row.pk, ended_at=None, token_version=row.token_version, access_sealed=row.access_sealed
        ).update(access_sealed=access, refresh_sealed=refresh)
    return done, broken
