"""Passwords of a change set while they wait to be handed over: sealed, bound to their place, handed over once."""

from changes.models import ChangeSet
from common.crypto import seal, unseal

_PURPOSE = "changes.secret"


def sealed(change_set: ChangeSet, position: int, secret: str) -> str:
    """What is stored of a password."""
    return seal(secret, purpose=_PURPOSE, row=f"{change_set.pk}:{position}", organization=change_set.org_num)


def opened(change_set: ChangeSet, position: int, stored: str) -> str:
    """The password again.

    Raises:
        SealBroken: no key opens it any more.
    """
    return unseal(
        stored, purpose=_PURPOSE, row=f"{change_set.pk}:{position}", organization=change_set.org_num
    )
