"""Reading a request body: numbers may come as strings, everything else is checked."""

from __future__ import annotations

import re

from .errors import BAD_REQUEST, NAME_TOO_LONG, Refused

LONGEST_NAME = 1000
LONGEST_URL = 500
LONGEST_PHONE = 20
_PHONE = re.compile(r"\+?[0-9]*", re.ASCII)
_MD5 = re.compile(r"[0-9a-f]{32}", re.ASCII)
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)


class Body:
    """A JSON object of a request. A missing or wrong field is refused with its name."""

    def __init__(self, values: dict[str, object]) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def need(self, *names: str) -> None:
        for name in names:
            if not self.has(name):
                raise _wrong(name)

    def integer(self, name: str, low: int = 0, high: int = 2**53) -> int:
        """A whole number; a string of digits counts (clients send group_id and org_num that way)."""
        return _checked(name, _integer(self._values.get(name)), low, high)

    def flag(self, name: str) -> int:
        return self.integer(name, 0, 1)

    def integers(self, name: str) -> list[int]:
        value = self._values.get(name)
        if not isinstance(value, list) or not value:
            raise _wrong(name)
        return list(dict.fromkeys(_checked(name, _integer(one), 0, 2**53) for one in value))

    def text(self, name: str, longest: int = 200) -> str:
        """Text that is not empty. A number counts as its digits."""
        value = self._values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise _wrong(name)
        return value.strip()

    def name(self, limit: str) -> str:
        """The field `name`, within the assumed limit (A36) in characters."""
        name = self.text("name", LONGEST_NAME)
        if limit != "none" and len(name) > int(limit):
            raise Refused(NAME_TOO_LONG)
        return name

    def phone(self, name: str = "phone", *, any_text: bool = False) -> str:
        """A phone number of at most 20 digits (or characters), or nothing at all where it is left out."""
        value = self._values.get(name)
        if value is None:
            return ""
        value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(value, str) or len(value) > LONGEST_PHONE:
            raise _wrong(name)
        if not (any_text or _PHONE.fullmatch(value)):
            raise _wrong(name)
        return value

    def needed_phone(self, name: str = "phone") -> str:
        return self.phone(name) or _fail(name)

    def md5(self, name: str) -> str:
        """A password as it travels: MD5 in lower-case hex."""
        value = self.text(name)
        if not _MD5.fullmatch(value):
            raise _wrong(name)
        return value

    def avatar(self) -> str:
        value = self._values.get("avatar") or ""
        if not isinstance(value, str) or len(value) > LONGEST_URL:
            raise _wrong("avatar")
        return value


def _integer(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def _checked(name: str, value: int | None, low: int, high: int) -> int:
    if value is None or not low <= value <= high:
        raise _wrong(name)
    return value


def _wrong(name: str) -> Refused:
    return Refused(BAD_REQUEST, f"{BAD_REQUEST.text}: {name}")


def _fail(name: str) -> str:
    raise _wrong(name)
