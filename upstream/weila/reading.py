"""Weila's envelope ``{errcode, errmsg, data}`` (weila.md, any 成功响应示例)."""

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType

from upstream.call import Answer
from upstream.errors import UpstreamError
from upstream.reading import Reading, parse, read_patiently, read_strictly
from upstream.weila.types import Picture

T = TypeVar("T")

_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
}


class Reply(Struct, Generic[T]):
    """The envelope with its data decoded in the same pass."""

    errcode: int
    errmsg: str = ""
    data: T | UnsetType = UNSET


# Below, errors are handed up as values and raised where nothing of the answer's body is in sight: an error
# report that prints local variables must not find tokens there.


def needed(kind: type[T], *, skip_rows: bool = False) -> Callable[[Answer], Reading[T]]:
    """A reader of answers whose data is needed; without it they are malformed."""

    def read(answer: Answer) -> Reading[T]:
        result = _understand(answer, kind, skip_rows)
        if isinstance(result, UpstreamError):
            raise result
        if result is None:
            raise answer.malformed("the data is missing or unreadable", errcode=0)
        return result

    return read


def welcome(kind: type[T]) -> Callable[[Answer], T | None]:
    """A reader of answers to writes whose data is welcome but not needed: errcode 0 says that it was done."""

    def read(answer: Answer) -> T | None:
        result = _understand(answer, kind, False)
        if isinstance(result, UpstreamError):
            raise result
        return None if result is None else result.value

    return read


def done(answer: Answer) -> None:
    """The reader of answers that carry no data."""
    error = _understand(answer, Nothing, False)
    if isinstance(error, UpstreamError):
        raise error


class Nothing(Struct):
    """Data that nobody reads."""


def picture(answer: Answer) -> Picture:
    """The reader of the picture code, which comes as bare bytes; a refusal still comes as the envelope."""
    for magic, content_type in _PICTURES.items():
        if 200 <= answer.status < 300 and answer.body.startswith(magic):
            return Picture(answer.body, content_type)
    result = _understand(answer, Nothing, False)
    raise result if isinstance(result, UpstreamError) else answer.malformed("the answer is no picture")


def _understand(answer: Answer, kind: type[T], skip_rows: bool) -> Reading[T] | UpstreamError | None:
    """The data of a success (``None``: not there, or unreadable), or the error that the answer means."""
    reply = read_strictly(answer.body, Reply[kind])  # type: ignore[valid-type]  # a class made at run time
    if reply is not None and not isinstance(reply.data, UnsetType):
        return answer.error(reply.errcode, reply.errmsg) or Reading(reply.data)
    try:
        parsed = parse(answer.body)
    except ValueError:
        return answer.error(None, "") if answer.status >= 300 else answer.malformed(_looks_like(answer.body))
    plain = parsed.plain
    if not isinstance(plain, dict):
        return answer.error(None, "") or answer.malformed("the answer is no JSON object")
    text = plain.get("errmsg")
    error = answer.error(plain.get("errcode"), text if isinstance(text, str) else "")
    parsed.plain = plain.get("data")
    return error or read_patiently(parsed, kind, skip_rows=skip_rows)


def _looks_like(body: bytes) -> str:
    start = body[:64].lstrip()
    if not start:
        return "the answer is empty"
    return "the answer is HTML" if start.startswith(b"<") else "the answer is no JSON"
