"""Answers that are not what the document promises: what each malformation does to a good answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

JSON = "application/json; charset=utf-8"
HUGE_BYTES = 300 * 1024 * 1024
_CHUNK = b"x" * (1024 * 1024)
_ENUMS = frozenset({"type", "state", "sex", "burst_mode", "shutup", "track"})


@dataclass(frozen=True)
class Answer:
    """A body with the length it claims; `body` may stop before that (a cut-off answer)."""

    content_type: str
    length: int
    body: Iterator[bytes]


def _whole(body: bytes, content_type: str = JSON) -> Answer:
    return Answer(content_type, len(body), iter([body]))


def _html(_: bytes) -> Answer:
    page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
    return _whole(page.encode(), "text/html")


def _truncated(body: bytes) -> Answer:
    return Answer(JSON, len(body), iter([body[: len(body) // 2]]))


def _huge(_: bytes) -> Answer:
    head, tail = b'{"errcode":0,"errmsg":"OK","data":{"padding":"', b'"}}'
    size = HUGE_BYTES // len(_CHUNK)

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(size):
            yield _CHUNK
        yield tail

    return Answer(JSON, len(head) + size * len(_CHUNK) + len(tail), pieces())


def _garbage(_: bytes) -> Answer:
    return _whole(bytes(range(128, 256)) * 4)


def _edited(edit: Callable[[dict[str, object]], object]) -> Callable[[bytes], Answer]:
    """A malformation of the decoded answer; an answer that is no JSON object counts as an empty one."""

    def apply(body: bytes) -> Answer:
        try:
            decoded = msgspec.json.decode(body, type=dict[str, object])
        except msgspec.DecodeError:
            decoded = {}
        return _whole(msgspec.json.encode(edit(decoded)))

    return apply


def _mapped(value: object, change: Callable[[str, object], object], key: str = "") -> object:
    if isinstance(value, dict):
        return {name: _mapped(inner, change, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_mapped(inner, change, key) for inner in value]
    return change(key, value)


def _string_errcode(answer: dict[str, object]) -> object:
    return answer | {"errcode": str(answer.get("errcode", 0))}


def _missing_data(answer: dict[str, object]) -> object:
    return {key: value for key, value in answer.items() if key != "data"}


def _null_data(answer: dict[str, object]) -> object:
    return answer | {"data": None}


def _unknown_enum(answer: dict[str, object]) -> object:
    return _mapped(answer, lambda key, value: 77 if key in _ENUMS else value)


def _string_numbers(answer: dict[str, object]) -> object:
    return _mapped(answer, lambda key, value: str(value) if isinstance(value, int) else value)


def _wrong_types(answer: dict[str, object]) -> object:
    def change(key: str, value: object) -> object:
        if key == "errcode":
            return value
        return {"unexpected": True} if isinstance(value, int) else 12345

    return _mapped(answer, change)


MALFORMATIONS: dict[str, Callable[[bytes], Answer]] = {
    "html": _html,
    "empty": lambda body: _whole(b""),
    "truncated": _truncated,
    "garbage": _garbage,
    "huge": _huge,
    "not-object": _edited(lambda answer: [answer]),
    "string-errcode": _edited(_string_errcode),
    "missing-data": _edited(_missing_data),
    "null-data": _edited(_null_data),
    "unknown-enum": _edited(_unknown_enum),
    "string-numbers": _edited(_string_numbers),
    "wrong-types": _edited(_wrong_types),
}
