"""Weila for somebody who waits for a page: each call within a few seconds, or not at all."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from accounts.tokens import SessionTokens
from accounts.upstreams import weila_http
from upstream.call import Answer, Upload
from upstream.jar import Jar
from upstream.secret import Secret
from upstream.weila.client import Weila

T = TypeVar("T")


class HurriedWeila(Weila):
    """``Weila`` whose calls have ``seconds`` each, in place of what their pace allows."""

    def __init__(self, session_id: UUID, *, seconds: float, request_id: str = "") -> None:
        super().__init__(weila_http(), SessionTokens(session_id, request_id), request_id=request_id)
        self._seconds = seconds

    def _call(
        self,
        name: str,
        read: Callable[[Answer], T],
        body: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        upload: Upload | None = None,
        jar: Jar | None = None,
        token: Secret | None = None,
        deadline: float | None = None,
    ) -> T:
        seconds = self._seconds if deadline is None else deadline
        return super()._call(
            name, read, body, query=query, upload=upload, jar=jar, token=token, deadline=seconds
        )
