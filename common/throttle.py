"""Growing delays for things that strangers may try: signing in, picture codes, SMS.

Every try is counted before it is made, so that many tries at once count like many in a row. The first few
are free, then each one doubles the wait, up to a cap. Keys are stored as digests: the table names no phone.
"""

from collections.abc import Iterable
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


Try = tuple[Policy, str]


def reserve_all(tries: Iterable[Try]) -> None:
    """Count one try under several keys, or under none of them.

    Raises:
        Throttled: some wait is not over, the longest of them is told; nothing was counted, and nothing may be tried.
    """
    now = timezone.now()
    policies = _policies(tries)
    with transaction.atomic():
        new = [Throttle(key=digest, last_try=now) for digest in sorted(policies)]
        Throttle.objects.bulk_create(new, ignore_conflicts=True)
        rows = _locked(policies)
        waits = [row.blocked_until - now for row in rows if row.blocked_until and row.blocked_until > now]
        if waits:
            raise Throttled(max(waits))
        for row in rows:
            policy = policies[row.key]
            if now - row.last_try > policy.forget:
                row.tries = 0
            row.last_try = now
            _count(row, policy, row.tries + 1)


def settle(*, refund: Iterable[Try] = (), clear: Iterable[Try] = ()) -> None:
    """What a try turned out to be, in one transaction.

    Args:
        refund: take back the last try of these: it was none.
        clear: forget all tries of these: one of them succeeded.
    """
    refunded, cleared = _policies(refund), _policies(clear)
    with transaction.atomic():
        for row in _locked(refunded | cleared):
            if row.tries and row.key in refunded:
                _count(row, refunded[row.key], row.tries - 1)
        Throttle.objects.filter(key__in=list(cleared)).delete()


def wait(policy: Policy, key: str) -> timedelta:
    """How long until the next try is allowed; zero when it is now."""
    row = Throttle.objects.filter(key=_digest(policy, key)).first()
    now = timezone.now()
    if row is None or row.blocked_until is None or row.blocked_until <= now:
        return timedelta()
    return row.blocked_until - now


def purge() -> int:
    """Remove the rows that count for nothing any more; returns how many."""
    return Throttle.objects.filter(expires__lt=timezone.now()).delete()[0]


def _policies(tries: Iterable[Try]) -> dict[str, Policy]:
    return {_digest(policy, key): policy for policy, key in tries}


def _locked(digests: Iterable[str]) -> list[Throttle]:
    """Their rows. Always locked in the same order, or two tries could wait for each other."""
    return list(Throttle.objects.select_for_update().filter(key__in=list(digests)).order_by("key"))


def _count(row: Throttle, policy: Policy, tries: int) -> None:
    row.tries = tries
    row.blocked_until = row.last_try + _delay(policy, tries)
    row.expires = row.blocked_until + policy.forget
    row.save()


def _delay(policy: Policy, tries: int) -> timedelta:
    beyond = tries - policy.free
    if beyond <= 0:
        return timedelta()
    # A large exponent would overflow long after the cap is reached.
    doubled: timedelta = policy.base * 2 ** min(beyond - 1, 30)
    return min(doubled, policy.cap)


def _digest(policy: Policy, key: str) -> str:
    salt = f"throttle:{policy.name}"
    return salted_hmac(salt, key, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
