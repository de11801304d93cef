"""Sessions and their tokens. Every token begins with `sandbox-`, so that a leak is easy to find."""

from __future__ import annotations

import secrets
import time

import msgspec

from sandbox.assumptions import Switches

from .errors import TOKEN_INVALID, Refused

EXPIRES_IN = 86_400  # seconds, as every example has it
_MOST_SESSIONS = 50_000


def new_token() -> str:
    """As long as the document's tokens: 32 characters."""
    return "sandbox-" + secrets.token_hex(12)


class Session(msgspec.Struct):
    """One sign-in. `access` is its newest access token, valid or not."""

    user_id: int
    access: str
    refresh: str
    refresh_until: float


class TokenBook:
    """Who holds which token. Times are Unix seconds."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._until: dict[str, float] = {}  # access token -> end
        self._by_access: dict[str, Session] = {}
        self._by_refresh: dict[str, Session] = {}

    def open(self, user_id: int) -> Session:
        if self._switches.get("parallel_sessions") == "latest-only":
            self.end(user_id)
        if len(self._by_refresh) >= _MOST_SESSIONS:
            self._forget(next(iter(self._by_refresh.values())))
        session = Session(user_id, "", "", 0)
        self._renew(session)
        return session

    def holder(self, access: str) -> Session:
        """The session of a valid access token; 31 for any other."""
        session = self._by_access.get(access)
        if session is None or self._until[access] <= time.time():
            raise Refused(TOKEN_INVALID)
        return session

    def refresh(self, access: str, refresh: str) -> Session:
        """Rotate both tokens (weila.md, 刷新令牌). The access token may be expired, not another's (A21)."""
        session = self._by_refresh.get(refresh)
        if session is None or session.refresh_until <= time.time():
            raise Refused(TOKEN_INVALID)
        if self._switches.get("refresh_needs_access") == "matching" and session.access != access:
            raise Refused(TOKEN_INVALID)
        del self._by_refresh[refresh]
        if self._switches.get("refresh_old_access") == "dead":
            self._drop_access(session.access)
        self._renew(session)
        return session

    def end(self, user_id: int, keep: Session | None = None) -> None:
        """End a user's sessions, all or all but one."""
        for session in [one for one in self._by_refresh.values() if one.user_id == user_id]:
            if session is not keep:
                self._forget(session)

    def expire(self, *, refresh: bool) -> None:
        """End every access token now; with `refresh` the refresh tokens too."""
        for access in self._until:
            self._until[access] = 0
        if refresh:
            self._by_refresh.clear()

    def _renew(self, session: Session) -> None:
        session.access, session.refresh = new_token(), new_token()
        session.refresh_until = time.time() + self._switches.seconds("refresh_seconds")
        self._until[session.access] = time.time() + EXPIRES_IN
        self._by_access[session.access] = session
        self._by_refresh[session.refresh] = session

    def _forget(self, session: Session) -> None:
        self._by_refresh.pop(session.refresh, None)
        for access in [key for key, one in self._by_access.items() if one is session]:
            self._drop_access(access)

    def _drop_access(self, access: str) -> None:
        self._until.pop(access, None)
        self._by_access.pop(access, None)

    def saved(self) -> list[tuple[Session, float]]:
        """Every session with the end of its access token, for a state file."""
        return [(one, self._until.get(one.access, 0)) for one in self._by_refresh.values()]

    def restore(self, saved: list[tuple[Session, float]]) -> None:
        for session, until in saved:
            self._until[session.access] = until
            self._by_access[session.access] = session
            self._by_refresh[session.refresh] = session
