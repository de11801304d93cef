"""From the bytes of an answer to a typed value: the one place that reads tolerantly.

The fast way is one pass of msgspec. Where that fails, the slow way mends what systems are known to do:
numbers as strings and strings as numbers, ``null`` and ``""`` for a number that isn't given, ``[]`` for an
empty object, a byte-order mark, broken UTF-8, lone surrogates, control characters inside strings.
"""

import json
import math
import re
from contextlib import suppress
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.inspect import (
    CustomType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from upstream.secret import Secret

T = TypeVar("T")
D = TypeVar("D")

_LEAVE_OUT = object()
_SUSPICIOUS = re.compile(
    r"\x00|\\u0000|\\ud", re.IGNORECASE
)  # NUL, and surrogates, which are mostly fine pairs
_UNREADABLE = (ValueError, RecursionError)  # msgspec's errors and those of json and of UTF-8 are ValueErrors


def given(value: msgspec.Struct) -> dict[str, Any]:
    """The fields of ``value`` that the upstream sent, by attribute name. For merging a partial reply into
    what is known: a field that was left out, or was null, is not in the result."""
    fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
    return {name: field for name, field in fields if field is not UNSET}


def known(value: T | UnsetType, default: D) -> T | D:
    """``value`` if the upstream sent it, else ``default``."""
    return default if isinstance(value, UnsetType) else value


class Reading(msgspec.Struct, Generic[T]):
    """A value and the number of list rows that had to be left out, because they made no sense even when
    mended."""

    value: T
    skipped: int = 0


def decode_hook(kind: type, value: object) -> object:
    """Credentials are wrapped while they are decoded."""
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise NotImplementedError(f"Can't read {kind.__name__}")


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, strict=False, dec_hook=decode_hook)


def read_strictly(body: bytes, kind: type[T]) -> T | None:
    """``body`` as ``kind`` in one pass, or ``None`` where it takes more patience."""
    # A NUL is fine in JSON and in Python, but not in PostgreSQL.
    if b"\\u0000" in body:
        return None
    key: Any = kind  # mypy doesn't take classes for hashable
    decoder: msgspec.json.Decoder[T] = _decoder(key)
    try:
        return decoder.decode(body)
    except _UNREADABLE:
        return None


class Parsed(msgspec.Struct):
    """Plain values; ``clean`` tells that no text in them needs cleaning."""

    plain: Any
    clean: bool


def parse(body: bytes) -> Parsed:
    """``body`` as plain values, read as kindly as possible; :raises ValueError: when it is no JSON."""
    text = body.decode("utf-8-sig", "replace")
    try:
        return Parsed(json.loads(text, strict=False), _SUSPICIOUS.search(text) is None)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def read_patiently(parsed: Parsed, kind: type[T], *, skip_rows: bool = False) -> Reading[T] | None:
    """``parsed`` as ``kind`` after mending, or ``None``.

    With ``skip_rows`` a row of a list that can't be read is left out and counted; without, it spoils the
    whole.
    """
    mender = _Mender(skip_rows, parsed.clean)
    try:
        value = _convert(mender.mend(parsed.plain, type_info(kind)), kind)
    except _UNREADABLE:
        return None
    return Reading(value, mender.skipped)


def _convert(value: object, kind: type[T]) -> T:
    return msgspec.convert(value, kind, strict=False, dec_hook=decode_hook)


class _Mender:
    def __init__(self, skip_rows: bool, clean: bool) -> None:
        self._skip_rows = skip_rows
        self._clean = clean
        self.skipped = 0

    def mend(self, value: object, info: Type) -> object:
        if isinstance(info, UnionType):
            return self._mend_union(value, info)
        if value is None:
            return _LEAVE_OUT
        if isinstance(info, StructType):
            return self._mend_struct(value, info)
        if isinstance(info, ListType) and isinstance(value, list):
            rows = (self._mend_row(row, info.item_type) for row in value)
            return [row for row in rows if row is not _LEAVE_OUT]
        return _mend_scalar(value, info)

    def _mend_union(self, value: object, info: UnionType) -> object:
        if value is None and any(isinstance(kind, NoneType) for kind in info.types):
            return None
        wanted = next(kind for kind in info.types if not isinstance(kind, NoneType))
        return self.mend(value, wanted)

    def _mend_struct(self, value: object, info: StructType) -> object:
        if value == []:  # what PHP writes for an empty object
            value = {}
        if not isinstance(value, dict):
            return value
        mended = {}
        for field in info.fields:
            if field.encode_name in value:
                item = self.mend(value[field.encode_name], field.type)
                if item is not _LEAVE_OUT:
                    mended[field.encode_name] = item
        return mended

    def _mend_row(self, row: object, info: Type) -> object:
        if not self._skip_rows or not isinstance(info, StructType):
            return self.mend(row, info)
        if self._clean:
            # Most rows are good, and looking into each field of each takes seconds in a large list.
            with suppress(*_UNREADABLE):
                return _convert(row, info.cls)
        before = self.skipped
        mended = self.mend(row, info)
        try:
            return _convert(mended, info.cls)
        except _UNREADABLE:
            self.skipped = before + _rows_in(row)
            return _LEAVE_OUT


def _rows_in(row: object) -> int:
    """A row and the rows that are lost with it (a department and its members)."""
    inner = [value for value in row.values() if isinstance(value, list)] if isinstance(row, dict) else []
    return 1 + sum(len(rows) for rows in inner)


def _mend_scalar(value: object, info: Type) -> object:
    if isinstance(info, StrType | CustomType):
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        return _clean(value) if isinstance(value, str) else value
    if isinstance(info, IntType | FloatType):
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, float) and not math.isfinite(value):
            return _LEAVE_OUT
        if isinstance(value, str):
            return value.strip() or _LEAVE_OUT
    return value


def _clean(text: str) -> str:
    """``text`` as databases and pages take it: no NUL, and no half of a surrogate pair."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")
