"""The upstream's tokens at work: handed to the client, renewed in time, renewed once.

A refresh token is good for one refresh, and the answer carries the only copy of the next one. So per session
one refresh runs at a time over all processes and machines, and what it brings is stored at once: a web
session's own data is not saved when the response is a 5xx. Everybody else waits for the winner's token and
never clears anything.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import sealing, sessions
from accounts.models import UpstreamSession, Why
from accounts.sealing import Tokens
from accounts.upstreams import weila_http
from common import lease
from common.actor import Actor
from common.crypto import SealBroken
from common.outcome import Outcome
from upstream.errors import Forbidden, Rejected, SessionOver, Timeout, UpstreamError
from upstream.secret import Secret
from upstream.weila.client import Weila

logger = logging.getLogger(__name__)

_NEEDED = ("org_num", "access_sealed", "refresh_sealed", "token_version", "expires_at")
POLL = 0.05  # seconds between two looks at what the winner is doing


def lease_seconds() -> float:
    """How long the holder may refresh, and the others wait: more than a refresh and its repetition take."""
    return 2 * float(settings.WEILA["write_deadline"])


def weila(actor: Actor) -> Weila:
    """Weila, spoken to with the tokens of the actor's session."""
    return weila_of(actor.session_id, request_id=actor.request_id)


def weila_of(session_id: UUID, *, request_id: str = "", deadline: float | None = None) -> Weila:
    """Weila, spoken to with the tokens of this session; for jobs, which have no actor of their own.

    Args:
        deadline: seconds that each call may take, in place of what its pace allows.
    """
    credential = SessionTokens(session_id, request_id)
    return Weila(weila_http(), credential, request_id=request_id, deadline=deadline)


def anonymous_weila(request_id: str) -> Weila:
    """Weila for the operations that need no token: codes, signing up, signing in."""
    return Weila(weila_http(), request_id=request_id)


class SessionTokens:
    """The ``Credential`` of one session.

    ``token`` and ``renew`` raise ``SessionOver`` when the session has ended or its refresh is refused, which ends it;
    and what the refresh raised otherwise (``Unavailable``, ``Timeout``): then the session stays.
    """

    def __init__(
        self, session_id: UUID, request_id: str = "", *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._id = session_id
        self._request_id = request_id
        self._sleep = sleep

    def token(self) -> Secret:
        """The access token, renewed before it expires."""
        row = self._row()
        tokens = self._unseal(row)
        left = row.expires_at - timezone.now()
        if left > settings.TOKEN_MARGIN:
            return tokens.access
        try:
            return self.renew(tokens.access)
        except SessionOver:
            raise
        except UpstreamError:
            if left > timedelta():
                return tokens.access  # it is good for a little longer, and that may be all that is needed
            raise

    def renew(self, stale: Secret) -> Secret:
        """A token that is not ``stale``: the one that somebody else has got meanwhile, or a new one."""
        waited_until = time.monotonic() + lease_seconds()
        while True:
            row = self._row()
            tokens = self._unseal(row)
            if tokens.access != stale:
                return tokens.access
            if (fence := self._take_lease()) is not None:
                return self._renew_as_holder(stale, fence)
            if time.monotonic() > waited_until:
                raise self._too_long()
            self._wait_for_news(row.token_version, until=waited_until)

    def replace(self, sign_in: Callable[[], Tokens]) -> None:
        """Put the tokens of a new sign-in in the place of these, and note that the person has proved who they are.

        A sign-in may end the tokens from before (A23). So it is made while nobody can refresh them: who needs a
        token meanwhile waits for the new one.

        Raises:
            SessionOver, Timeout: as above; where the session ended meanwhile the new tokens are forgotten.
            whatever ``sign_in`` raises: nothing was changed.
        """
        fence = self._wait_for_lease()
        try:
            tokens = sign_in()
            while not self._write(self._row(), tokens, proved_at=timezone.now()):
                pass
        finally:
            lease.release(UpstreamSession.objects.all(), self._id, fence)

    def _wait_for_lease(self) -> int:
        waited_until = time.monotonic() + lease_seconds()
        while (fence := self._take_lease()) is None:
            if time.monotonic() > waited_until:
                raise self._too_long()
            self._wait_for_news(self._row().token_version, until=waited_until)
        return fence

    def _take_lease(self) -> int | None:
        # Durable: the lease and the new tokens have to be visible to everybody at once. Inside somebody's
        # open transaction they would not be, so that is an error here, before anything is sent.
        with transaction.atomic(durable=True):
            return lease.take(UpstreamSession.objects.all(), self._id, seconds=lease_seconds())

    def _renew_as_holder(self, stale: Secret, fence: int) -> Secret:
        try:
            row = self._row()  # the one who held the lease before may have finished since we looked
            tokens = self._unseal(row)
            if tokens.access != stale:
                return tokens.access
            return self._store(row, self._refresh(tokens)).access
        finally:
            lease.release(UpstreamSession.objects.all(), self._id, fence)

    def _refresh(self, tokens: Tokens) -> Tokens:
        """Ask for new tokens.

        When the answer was lost, the old refresh token may have been used up. It is tried once more, now or,
        when no time is left, by the next request: only the upstream's own refusal ends the session.
        """
        started = time.monotonic()
        try:
            return self._ask(tokens)
        except UpstreamError as error:
            if error.outcome is not Outcome.UNKNOWN or time.monotonic() - started > lease_seconds() / 4:
                raise
            logger.warning("The answer to a refresh was lost; asking once more")
        return self._ask(tokens)

    def _ask(self, tokens: Tokens) -> Tokens:
        try:
            reply = anonymous_weila(self._request_id).refresh(tokens.access, tokens.refresh)
        except (SessionOver, Rejected, Forbidden) as refusal:
            if not isinstance(refusal, SessionOver) and refusal.errcode is None:
                raise  # a bare HTTP 4xx is some proxy's word and says nothing of the tokens
            sessions.end(self._id, Why.REFUSED)
            raise self._error(SessionOver, "the refresh was refused") from refusal
        return tokens_from(reply.access_token, reply.refresh_token, reply.expires_in)

    def _store(self, row: UpstreamSession, tokens: Tokens) -> Tokens:
        """Store new tokens for good. Compared with what they replace, so nothing newer is overwritten."""
        while not self._write(row, tokens):
            version, row = row.token_version, self._row()
            if row.token_version != version:
                return self._unseal(row)
            # Only the organization became known meanwhile, to which the tokens are bound: seal them for it.
        return tokens

    def _write(self, row: UpstreamSession, tokens: Tokens, **noted: datetime) -> bool:
        """Store tokens in place of those of ``row``; False when others are stored by now, or it has ended."""
        access, refresh = sealing.seal_tokens(row.id, row.org_num, tokens)
        rows = UpstreamSession.objects.filter(
            pk=row.pk, ended_at=None, token_version=row.token_version, org_num=row.org_num
        )
        return bool(
            rows.update(
                access_sealed=access,
                refresh_sealed=refresh,
                expires_at=tokens.expires_at,
                token_version=row.token_version + 1,
                **noted,
            )
        )

    def _wait_for_news(self, version: int, *, until: float) -> None:
        """Sleep until the row changed, its lease is free, or the time is up."""
        rows = UpstreamSession.objects.filter(pk=self._id, ended_at=None, token_version=version)
        while time.monotonic() < until:
            self._sleep(POLL)
            if not rows.filter(lease_until__gt=Now()).exists():
                return

    def _row(self) -> UpstreamSession:
        # Without an order and without what is not needed: a job asks before each of its calls.
        rows = UpstreamSession.objects.filter(pk=self._id, ended_at=None).only(*_NEEDED)
        row = next(iter(rows), None)
        if row is None:
            raise self._error(SessionOver, "the session has ended")
        return row

    def _unseal(self, row: UpstreamSession) -> Tokens:
        try:
            return sealing.unseal_tokens(row)
        except SealBroken:
            sessions.end(self._id, Why.UNREADABLE)
            raise self._error(SessionOver, "the stored tokens can't be read") from None

    def _too_long(self) -> UpstreamError:
        return self._error(Timeout, "another refresh of this session takes too long")

    def _error(self, kind: type[SessionOver] | type[Timeout], detail: str) -> UpstreamError:
        return kind(
            operation="refresh",
            outcome=Outcome.NOT_DONE,
            detail=detail,
            system="weila",
            request_id=self._request_id,
        )


def tokens_from(access: Secret, refresh: Secret, expires_in: int) -> Tokens:
    """Tokens as a reply gives them; ``expires_in`` counts seconds from now (weila.md, 刷新令牌)."""
    return Tokens(access, refresh, timezone.now() + timedelta(seconds=expires_in))
