"""How the typed methods of ``Weila`` reach the wire."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from common.outcome import Outcome
from upstream.call import Answer, Call, Upload
from upstream.errors import SessionOver, Unavailable, UpstreamError
from upstream.http import Http
from upstream.jar import Jar
from upstream.operations import Operation, TokenPlace
from upstream.secret import Secret
from upstream.weila.operations import OPERATIONS

T = TypeVar("T")


class Credential(Protocol):
    """Where the client gets its access token from; whoever keeps the session implements it."""

    def token(self) -> Secret:
        """The token to use now; may refresh first. :raises UpstreamError: when there is none to be had."""

    def renew(self, stale: Secret) -> Secret:
        """A token to use in place of ``stale``, which the upstream refused. :raises SessionOver: no more
        tokens."""


class Caller:
    """Sends calls with the credential's token, and once more with a renewed one."""

    def __init__(
        self,
        http: Http,
        credential: Credential | None = None,
        *,
        request_id: str = "",
        deadline: float | None = None,
    ) -> None:
        self._http = http
        self._credential = credential
        self._request_id = request_id
        self._deadline = deadline

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
        operation = OPERATIONS[name]

        def send(access_token: Secret | None) -> T:
            call = Call(
                operation,
                token=access_token,
                query=query or {},
                body=body,
                upload=upload,
                jar=jar,
                request_id=self._request_id,
                deadline=self._deadline if deadline is None else deadline,
            )
            return self._http.call(call, read)

        if token is not None or operation.token is TokenPlace.NONE:
            return send(token)
        credential = self._credential
        if credential is None:
            raise ValueError(f"{name} needs a credential")
        first = self._token(operation, credential.token)
        try:
            return send(first)
        except SessionOver:
            # Refused, so not done: the call may be sent again, a write too. But only once: a token that is
            # refused right after it was renewed will not get better.
            renewed = self._token(operation, lambda: credential.renew(first))
        return send(renewed)

    def _token(self, operation: Operation, ask: Callable[[], Secret]) -> Secret:
        """A token; where there is none to be had, the call was not sent, whatever became of the refresh."""
        try:
            return ask()
        except SessionOver:
            raise
        except UpstreamError as error:
            raise Unavailable(
                operation=operation.name,
                outcome=Outcome.NOT_DONE,
                detail=f"the session could not be renewed: {error.kind}",
                system=operation.system,
                request_id=error.request_id,
            ) from error


def fields(**values: object) -> dict[str, object]:
    """A request body without the fields that were not given (``None``): those stay as they are upstream."""
    return {name: value for name, value in values.items() if value is not None}
