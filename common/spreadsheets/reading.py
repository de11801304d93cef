"""Opens whatever table somebody sends."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO

from common.spreadsheets import csv_files, encodings, xlsx_files
from common.spreadsheets.errors import Unreadable
from common.spreadsheets.rows import Limits, Sheet

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old Excel, and of workbooks with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # MS-OFFCRYPTO 2.3.4.2: the name of the stream inside
# Archives, pictures and PDF, which could pass for text in some encoding.
_NO_TABLES = (
    *(b"PK\x05\x06", b"PK\x07\x08", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"),
    *(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF"),
)
_MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<table")
_DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """An opened table with at least one sheet. The file stays the caller's, open while rows are read."""

    sheets: Sequence[Sheet]


def open_table(file: IO[bytes], limits: Limits = _DEFAULT) -> Spreadsheet:
    """Open a workbook or a text file, by its content alone.

    Args:
        file: binary, and one that can be searched; read from its beginning.

    Raises:
        Unreadable: it is none of them, or too large; reading its rows may raise it, too.
    """
    size = file.seek(0, io.SEEK_END)
    if size > limits.file:
        raise Unreadable("too_large", limit=limits.file // (1024 * 1024))
    file.seek(0)
    head = file.read(512)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise Unreadable("empty")
    if head.startswith(_ZIP):
        return _opened(xlsx_files.sheets(file, limits))
    if head.startswith(_OLE):
        file.seek(0)
        raise Unreadable("encrypted" if _ENCRYPTED in file.read() else "old_excel")
    if head.startswith(_NO_TABLES):
        raise Unreadable("not_a_table")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise Unreadable("web_page")
    return _text(partial(encodings.characters, file, encodings.encoding_of(file)), limits)


def open_pasted(text: str, limits: Limits = _DEFAULT) -> Spreadsheet:
    """Cells that were copied in a spreadsheet, or lines of a text file, from a text area."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return _text(lambda: iter([whole]), limits)


def _text(text: Callable[[], Iterator[str]], limits: Limits) -> Spreadsheet:
    return _opened([Sheet("", partial(csv_files.records, text, limits), limits)])


def _opened(sheets: Sequence[Sheet]) -> Spreadsheet:
    if not sheets:
        raise Unreadable("empty")
    return Spreadsheet(sheets)
