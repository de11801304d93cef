"""Which letters the bytes of a text file are. The whole file has to agree, not only its beginning."""

import codecs
import io
from collections.abc import Iterator
from typing import IO

from common.spreadsheets.errors import Unreadable

_CHUNK = 64 * 1024  # bytes
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(file: IO[bytes]) -> str:
    """The encoding of a text, as Python calls it.

    A mark at the beginning decides. Without one: UTF-16 where every second byte of the ASCII in it is NUL, else
    UTF-8 if all of the file is, else GB 18030, which Chinese spreadsheets write, if all of it is.

    Raises:
        Unreadable: none of them reads it.
    """
    file.seek(0)
    head = file.read(4096)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    candidates = [marked] if marked else [_utf_16(head) or "utf-8", "gb18030"]
    wrong = 0
    for name in candidates:
        line = _first_wrong_line(file, name)
        if line is None:
            return name
        wrong = max(wrong, line)
    raise Unreadable("encoding", line=wrong)


def characters(file: IO[bytes], encoding: str) -> Iterator[str]:
    """The text in pieces, every end of a line as ``\\n``."""
    file.seek(0)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("strict"), translate=True)
    while chunk := file.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _utf_16(head: bytes) -> str | None:
    """UTF-16 without a mark, told by where the NULs of its ASCII are; low bytes of Chinese are seldom NUL."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) * 5 < len(head) // 2 or min(first, second) * 10 > max(first, second):
        return None
    return "utf-16-le" if second > first else "utf-16-be"


def _first_wrong_line(file: IO[bytes], encoding: str) -> int | None:
    line = 1
    try:
        for text in characters(file, encoding):
            line += text.count("\n")
    except UnicodeDecodeError as error:
        return line + error.object[: error.start].count(b"\n")
    return None
