"""Encryption of the few secrets that have to be stored.

A sealed value is bound to its place: purpose, row and organization are part of what is encrypted and are
compared when it is opened, so a ciphertext that was copied to another row or column opens nowhere.
"""

import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """The ciphertext was made with a key we no longer have, was altered, or belongs to another place."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _current() -> MultiFernet:
    return _fernet(tuple(settings.TOKEN_KEYS))


def seal(value: str, *, purpose: str, row: object, organization: object) -> str:
    """Encrypt ``value`` for one place. The first key of ``TOKEN_KEYS`` is used."""
    bound = json.dumps([purpose, str(row), str(organization), value])
    return _current().encrypt(bound.encode()).decode()


def unseal(sealed: str, *, purpose: str, row: object, organization: object) -> str:
    """Decrypt what ``seal`` made for this very place.

    Raises:
        SealBroken: wrong key, altered, or sealed for another place.
    """
    try:
        bound = json.loads(_current().decrypt(sealed.encode()))
    except InvalidToken:
        raise SealBroken(purpose) from None
    if bound[:3] != [purpose, str(row), str(organization)]:
        raise SealBroken(purpose)
    return str(bound[3])


def seal_bytes(value: bytes, *, purpose: str, row: object, organization: object) -> bytes:
    """``seal`` for a piece of a file."""
    return _current().encrypt(_binding(purpose, row, organization) + value)


def unseal_bytes(sealed: bytes, *, purpose: str, row: object, organization: object) -> bytes:
    """Decrypt what ``seal_bytes`` made for this very place.

    Raises:
        SealBroken: as ``unseal``.
    """
    binding = _binding(purpose, row, organization)
    try:
        value = _current().decrypt(sealed)
    except InvalidToken:
        raise SealBroken(purpose) from None
    if not value.startswith(binding):
        raise SealBroken(purpose)
    return value[len(binding) :]


def _binding(purpose: str, row: object, organization: object) -> bytes:
    return json.dumps([purpose, str(row), str(organization)]).encode() + b"\0"


def rotate_bytes(sealed: bytes) -> bytes:
    """``rotate`` for what ``seal_bytes`` made.

    Raises:
        SealBroken: as ``rotate``.
    """
    try:
        return _current().rotate(sealed)
    except InvalidToken:
        raise SealBroken("rotate") from None


def rotate(sealed: str) -> str:
    """The same value under the first key of ``TOKEN_KEYS``; its binding stays what it was.

    Raises:
        SealBroken: none of the keys opens it.
    """
    return rotate_bytes(sealed.encode()).decode()
