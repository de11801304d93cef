"""Values that open doors. They print as dots, so that no log line, page or traceback shows them by
accident."""

import hashlib
import hmac
from typing import NoReturn

_SHOWN = "[secret]"


class Secret:
    """A token or another credential; the text itself comes out by ``reveal()`` only.

    Not a ``str`` on purpose: whatever joins, formats or serializes strings would carry it along unnoticed.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the wire or for encrypted storage."""
        return self._value

    def __repr__(self) -> str:
        return _SHOWN

    def __str__(self) -> str:
        return _SHOWN

    def __format__(self, spec: str) -> str:
        return format(_SHOWN, spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        # Pickled values end in caches, sessions and queues, in clear.
        raise TypeError("A secret is not pickled; reveal() it where it is encrypted or sent.")


class Password(Secret):
    """A password in plain text, as somebody typed it."""

    __slots__ = ()

    def md5(self) -> Secret:
        """The form in which Weila takes passwords: the lower-case MD5 hex digest (weila.md, 注册).

        It is unsalted and the upstream accepts nothing else, so it is as good as the password itself.
        """
        digest = hashlib.md5(self.reveal().encode(), usedforsecurity=False)
        return Secret(digest.hexdigest())
