"""Growing delays for things that strangers may try: signing in, picture codes, SMS.

Every try is counted before it is made, so that many tries at once count like many in a row. The first few
are free, then each one doubles the wait, up to a cap. Keys are stored as digests: the table names no phone.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from common.models import Throttle


@dataclass(frozen=True, slots=True)
class Policy:
    """How tries of one sort are slowed down.

    Attributes:
        name: the sort, part of the key.
        free: tries without any wait.
        base: the wait after the first try that is not free; doubled by each further one.
        cap: the longest wait.
        forget: a quiet time after which counting begins anew.
    """

    name: str
    free: int
    base: timedelta
    cap: timedelta
    forget: timedelta


class Throttled(Exception):
    """Too many tries; ``wait`` says how long until the next one is allowed."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many tries")
        self.wait = wait


def reserve(policy: Policy, key: str) -> None:
    """Count one try.

    Raises:
        Throttled: the wait after the last try is not over; this one was not counted and must not be made.
    """
    now = timezone.now()
    with transaction.atomic():
        Throttle.objects.get_or_create(key=_digest(policy, key), defaults={"last_try": now})
        row = Throttle.objects.select_for_update().get(key=_digest(policy, key))
        if row.blocked_until and row.blocked_until > now:
            raise Throttled(row.blocked_until - now)
        if now - row.last_try > policy.forget:
            row.tries = 0
        row.tries += 1
        row.last_try = now
        row.blocked_until = now + _delay(policy, row.tries)
        row.expires = row.blocked_until + policy.forget
        row.save()


def clear(policy: Policy, key: str) -> None:
    """Forget the tries of one key, after one of them succeeded."""
    Throttle.objects.filter(key=_digest(policy, key)).delete()


def purge() -> int:
    """Remove the rows that count for nothing any more; returns how many."""
    return Throttle.objects.filter(expires__lt=timezone.now()).delete()[0]


def _delay(policy: Policy, tries: int) -> timedelta:
    beyond = tries - policy.free
    if beyond <= 0:
        return timedelta()
    # A large exponent would overflow long after the cap is reached.
    return min(policy.base * 2 ** min(beyond - 1, 30), policy.cap)


def _digest(policy: Policy, key: str) -> str:
    return salted_hmac(f"throttle:{policy.name}", key, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
