"""Request bodies that end early."""

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WholeBodies:
    """Makes a body that was cut off unreadable.

    gunicorn gives what has arrived as if it were all, and Django takes the file inside for a whole one: an upload
    that a browser broke off at 99 % would be passed on.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length):
            environ["wsgi.input"] = _Body(environ["wsgi.input"], int(length))
        return self._application(environ, start_response)


class _Body:
    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1, /) -> bytes:
        return self._counted(self._stream.read(self._left if size < 0 else size), size)

    def readline(self, size: int = -1, /) -> bytes:
        return self._counted(self._stream.readline(size), size)

    def _counted(self, data: bytes, asked: int) -> bytes:
        self._left -= len(data)
        if not data and asked and self._left > 0:
            # Django reads an OSError as: the other side is gone, nothing of this request counts.
            raise ConnectionResetError("The body of the request ended early.")
        return data
