"""What the systems offer, as data: one declaration an operation.

Retry, redaction, read-only support, recovery of lost answers and the tests all read these declarations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from common.outcome import Recovery as Recovery


class Effect(StrEnum):
    """What a call does to the upstream's data. The HTTP verb doesn't tell: Weila reads by POST."""

    READ = "read"
    WRITE = "write"


class TokenPlace(StrEnum):
    """Where the access token travels."""

    QUERY = "query"
    NONE = "none"


class Body(StrEnum):
    """What the request carries."""

    JSON = "json"
    MULTIPART = "multipart"
    EMPTY = "empty"


class Pace(StrEnum):
    """How long a call may take in all; the seconds of each are settings of the system (``HttpConfig``)."""

    READ = "read"
    WRITE = "write"
    LIST = "list"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation of one system.

    ``name`` is the name of the typed method, ``secret_fields`` are the fields of request and reply that must
    never be shown or stored in clear, ``checks_password`` tells that the present password of the person is among
    what is sent, ``batch_limit`` is the documented number of items a call takes, ``assumptions`` are sentences on
    what the document leaves open.
    """

    name: str
    system: str
    method: str
    path: str
    effect: Effect
    recovery: Recovery
    token: TokenPlace = TokenPlace.QUERY
    token_name: str = "access-token"  # noqa: S105 - the name of a query parameter, not a secret
    body: Body = Body.JSON
    pace: Pace = Pace.READ
    checks_password: bool = False
    secret_fields: frozenset[str] = frozenset()
    batch_limit: int | None = None
    assumptions: tuple[str, ...] = ()

    @property
    def reads(self) -> bool:
        """Whether the call changes nothing, so that it may be sent again at will."""
        return self.effect is Effect.READ


def by_name(operations: Iterable[Operation]) -> Mapping[str, Operation]:
    """A read-only index of ``operations``; two with one name are an error."""
    index: dict[str, Operation] = {}
    for operation in operations:
        if operation.name in index:
            raise ValueError(f"Two operations are named {operation.name}")
        index[operation.name] = operation
    return MappingProxyType(index)
