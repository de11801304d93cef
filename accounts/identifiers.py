"""What people type to say who they are: a phone number or a Weila number, in one field."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_SEPARATORS = re.compile(r"[\s\-‐‑–—.()]+")
_ABROAD = ("852", "853", "886")
_CHINA = "86"


class Kind(StrEnum):
    PHONE = "phone"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it goes upstream; ``kind`` is None where the digits could be either."""

    digits: str
    kind: Kind | None

    def as_kind(self, chosen: Kind) -> "Account":
        """The same, for sure a phone or a number; an account that could not be either stays what it is."""
        return Account(self.digits, self.kind or chosen)


class NoAccount(ValueError):
    """The text is neither a phone number nor a Weila number."""


def read(text: str) -> Account:
    """Decide by its shape what an account is.

    Weila numbers have eight digits, as phones in Hong Kong and Macau do; those begin with 2 to 9. Sign-in
    takes no country code (weila.md, 手机号密码登录), so one that is typed is dropped.

    Raises:
        NoAccount: it has letters, or too few or too many digits.
    """
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    international = digits.startswith(("+", "00"))
    digits = digits.removeprefix("+").removeprefix("00") if international else digits
    if not digits.isascii() or not digits.isdecimal() or not 5 <= len(digits) <= 15:
        raise NoAccount
    if international:
        return Account(_without_country_code(digits), Kind.PHONE)
    if len(digits) == 13 and digits.startswith(_CHINA + "1"):
        return Account(digits.removeprefix(_CHINA), Kind.PHONE)
    if len(digits) == 8:
        return Account(digits, None if digits[0] in "23456789" else Kind.NUMBER)
    return Account(digits, Kind.NUMBER if len(digits) < 8 else Kind.PHONE)


def national(phone: str) -> str:
    """A phone without the country code that somebody typed in front of it; the upstream takes that apart."""
    digits = phone.removeprefix("+")
    return _without_country_code(digits.removeprefix("00")) if phone.startswith(("+", "00")) else digits


def _without_country_code(digits: str) -> str:
    if len(digits) == 13 and digits.startswith(_CHINA):
        return digits.removeprefix(_CHINA)
    if digits.startswith(_ABROAD) and len(digits) >= 11:
        return digits[3:]
    return digits


def masked(phone: str) -> str:
    """A phone that its owner recognizes and nobody else learns: 133****6154."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else f"****{phone[-3:]}"
