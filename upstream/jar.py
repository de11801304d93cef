"""One visitor's upstream cookies between picture code, SMS code and form.

The document doesn't say what binds a picture code to the SMS request that answers it (weila.md,
获取图形验证码); a cookie is likely. A jar belongs to one visitor and goes in and out of the calls that need
it. Nothing else in the house keeps an upstream cookie.
"""

from collections.abc import Mapping

from requests import Response

_MOST_COOKIES = 16
_MOST_BYTES = 4096


class Jar:
    """A few small cookies, by name. Calls that take a jar send its cookies and put new ones into it."""

    def __init__(self, cookies: Mapping[str, str] | None = None) -> None:
        self._cookies: dict[str, str] = {}
        for name, value in (cookies or {}).items():
            self._put(name, value)

    def dump(self) -> dict[str, str]:
        """A plain value to keep for the visitor; ``Jar(value)`` restores it."""
        return dict(self._cookies)

    def header(self) -> str:
        """The value of the Cookie header, empty without cookies."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def take(self, response: Response) -> None:
        """Keep the cookies that an answer sets."""
        for cookie in response.cookies:
            self._put(cookie.name, cookie.value or "")

    def _put(self, name: str, value: str) -> None:
        # A hostile or broken upstream must not fill the visitor's session: what doesn't fit is left out.
        others = {known: kept for known, kept in self._cookies.items() if known != name}
        size = sum(len(known) + len(kept) for known, kept in others.items()) + len(name) + len(value)
        if len(others) < _MOST_COOKIES and size <= _MOST_BYTES and _sendable(name) and _sendable(value):
            self._cookies[name] = value

    def __bool__(self) -> bool:
        return bool(self._cookies)

    def __repr__(self) -> str:
        return f"<Jar of {len(self._cookies)}>"


def _sendable(text: str) -> bool:
    return text.isascii() and text.isprintable() and ";" not in text
