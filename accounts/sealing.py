"""The tokens of a session as they lie in its row: sealed, and bound to purpose, row and organization."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import UpstreamSession
from common.crypto import SealBroken, rotate, seal, unseal
from upstream.secret import Secret

_ACCESS = "weila.access-token"
_REFRESH = "weila.refresh-token"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens. ``expires_at`` is the end of the access token; the refresh token's is not told."""

    access: Secret
    refresh: Secret
    expires_at: datetime


def seal_tokens(row_id: UUID, org_num: int | None, tokens: Tokens) -> tuple[str, str]:
    """The columns ``access_sealed`` and ``refresh_sealed`` for a row of this organization."""
    return (
        seal(tokens.access.reveal(), purpose=_ACCESS, row=row_id, organization=org_num),
        seal(tokens.refresh.reveal(), purpose=_REFRESH, row=row_id, organization=org_num),
    )


def unseal_tokens(row: UpstreamSession) -> Tokens:
    """The tokens of a row.

    Raises:
        SealBroken: the row is ended, or no key opens its tokens any more.
    """
    access = unseal(row.access_sealed, purpose=_ACCESS, row=row.id, organization=row.org_num)
    refresh = unseal(row.refresh_sealed, purpose=_REFRESH, row=row.id, organization=row.org_num)
    return Tokens(Secret(access), Secret(refresh), row.expires_at)


def rotate_tokens(row: UpstreamSession) -> tuple[str, str] | None:
    """The same columns under the newest key; None when no key opens them any more."""
    try:
        return rotate(row.access_sealed), rotate(row.refresh_sealed)
    except SealBroken:
        return None
