"""The upstream's tokens for jobs: thousands of calls with the tokens of one session."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.utils import timezone

from accounts.tokens import SessionTokens
from accounts.upstreams import weila_http
from common.actor import Actor
from common.outcome import Outcome
from upstream.errors import Timeout
from upstream.secret import Secret
from upstream.weila.client import Credential, Weila


def weila_for_job(actor: Actor, *, before: datetime | None = None) -> Weila:
    """``tokens.weila`` for a job that makes many calls: the row is not read anew for each.

    Args:
        before: no request goes on its way later than that, however long it waits for a token.
    """
    credential: Credential = _remembered(actor.session_id, actor.request_id)
    if before is not None:
        credential = TimelyTokens(credential, before)
    return Weila(weila_http(), credential, request_id=actor.request_id)


class RememberedTokens:
    """The ``Credential`` of a job: the token is good for a second before the row is asked again.

    Reading and opening it costs more than a third of a call. A token that was replaced meanwhile is refused, and
    renewed as always; a session that has ended is noticed a second later.
    """

    _SECONDS = 1.0

    def __init__(self, tokens: SessionTokens, clock: Callable[[], float] = time.monotonic) -> None:
        self._tokens, self._clock = tokens, clock
        self._last: tuple[Secret, float] | None = None

    def token(self) -> Secret:
        """As ``SessionTokens.token``."""
        last, now = self._last, self._clock()
        if last is not None and now - last[1] < self._SECONDS:
            return last[0]
        token = self._tokens.token()
        self._last = (token, now)
        return token

    def renew(self, stale: Secret) -> Secret:
        """As ``SessionTokens.renew``."""
        self._last = None
        return self._tokens.renew(stale)


class TimelyTokens:
    """The ``Credential`` of a request that has to go on its way before a certain time, or not at all.

    A renewal may take long, and whoever finds the record of the request later has to know when it can have been sent.
    """

    def __init__(self, tokens: Credential, before: datetime) -> None:
        self._tokens, self._before = tokens, before

    def token(self) -> Secret:
        """As ``SessionTokens.token``; raises ``Timeout`` when it came too late."""
        return self._in_time(self._tokens.token())

    def renew(self, stale: Secret) -> Secret:
        """As ``SessionTokens.renew``; the renewal itself counts for the next request in any case."""
        return self._in_time(self._tokens.renew(stale))

    def _in_time(self, token: Secret) -> Secret:
        if timezone.now() > self._before:
            raise Timeout(
                operation="refresh",
                outcome=Outcome.NOT_DONE,
                detail="the token came too late",
                system="weila",
            )
        return token


@lru_cache(maxsize=64)
def _remembered(session_id: UUID, request_id: str) -> RememberedTokens:
    return RememberedTokens(SessionTokens(session_id, request_id))
