"""Writes tables for Excel and WPS: a text file as a stream, a workbook into a file. Both in constant memory.

What is written reads back as it was (``open_table``), apart from what ``text.clean`` takes away.
"""

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO, TYPE_CHECKING

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from common.spreadsheets.text import clean, escaped, neutral

if TYPE_CHECKING:
    from _csv import Writer

Cell = str | int | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the media type of a workbook

_ROWS_A_CHUNK = 200
_LONGEST = 32_767  # characters that a workbook's cell can hold
_EXACT = 10**15  # a workbook's number has fifteen digits
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")  # in the name of a sheet
_LONGEST_NAME = 31
_WIDTH = 16
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet to write.

    Attributes:
        name: made legal: without the signs that Excel refuses, cut, told apart by a number.
        header: the first row, bold, and always in sight.
        rows: texts and whole numbers; texts stay texts, so that 013 keeps its nought.
        widths: of the columns, in characters; where there is none, a usual one.
        note: a line above the header, for whoever fills the sheet in; empty for none.
    """

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    note: str = ""


class Counted:
    """Rows, and how many of them were taken."""

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self._rows:
            self.count += 1
            yield row


class _Echo:
    """A file for ``csv.writer`` that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def csv_stream(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A text file in pieces: UTF-8 with a mark, which Excel needs, and lines that end as on Windows.

    What a spreadsheet would take for a formula gets an apostrophe in front. The header comes before the first row is
    asked for.
    """
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf" + _line(writer, header)
    chunk: list[bytes] = []
    for row in rows:
        chunk.append(_line(writer, row))
        if len(chunk) == _ROWS_A_CHUNK:
            yield b"".join(chunk)
            chunk.clear()
    if chunk:
        yield b"".join(chunk)


def write_xlsx(
    file: IO[bytes],
    sheets: Sequence[NewSheet],
    *,
    progress: Callable[[int], None] = lambda _rows: None,
    every: int = 1000,
    in_memory: bool = False,
) -> None:
    """A workbook of at least one sheet.

    Args:
        file: binary and writable; what is in it is replaced once all rows are there.
        progress: told how many rows of all sheets are written, after each ``every`` rows.
        in_memory: for what must not touch the disk; memory then grows with the rows.
    """
    taken: set[str] = set()
    count = 0
    with tempfile.TemporaryDirectory() as folder:  # with everything in it gone, should a row fail
        options = _OPTIONS | (
            {"constant_memory": False, "in_memory": True} if in_memory else {"tmpdir": folder}
        )
        book = Workbook(file, options)
        as_text, bold = (
            book.add_format({"num_format": "@"}),
            book.add_format({"bold": True, "num_format": "@"}),
        )
        for sheet in sheets:
            page = book.add_worksheet(_legal(sheet.name, taken))
            first = _begin(page, sheet, as_text, bold)
            for number, row in enumerate(sheet.rows, first):
                _write_row(page, number, row, as_text)
                count += 1
                if count % every == 0:
                    progress(count)
        book.close()


def _begin(page: Worksheet, sheet: NewSheet, as_text: Format, bold: Format) -> int:
    """Columns, note and header; gives the number of the first row below."""
    for number, _title in enumerate(sheet.header):
        width = sheet.widths[number] if number < len(sheet.widths) else _WIDTH
        page.set_column(number, number, width, as_text)  # what is typed in later stays a text, too
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    notes = [[sheet.note]] if sheet.note else []
    for number, row in enumerate(chain(notes, [sheet.header])):
        _write_row(page, number, row, bold if number == len(notes) else as_text)
    page.freeze_panes(len(notes) + 1, 0)
    return len(notes) + 1


def _write_row(page: Worksheet, number: int, row: Sequence[Cell], style: Format) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, int) and abs(cell) < _EXACT:
            page.write_number(number, column, cell)
        elif text := _text(cell):
            page.write_string(number, column, escaped(text)[:_LONGEST], style)


def _line(writer: "Writer", row: Sequence[Cell]) -> bytes:
    cells = [neutral(_text(cell)) for cell in row]
    line: str = writer.writerow(cells)
    return line.encode()


def _text(cell: Cell) -> str:
    return "" if cell is None else clean(str(cell))


def _legal(name: str, taken: set[str]) -> str:
    """A name that Excel takes, and that no other sheet of this workbook has."""
    wanted = _FORBIDDEN.sub(" ", clean(name)).strip("' ")[:_LONGEST_NAME].rstrip("' ") or "Sheet"
    if wanted.lower() == "history":  # Excel's own
        wanted += "_"
    legal, number = wanted, 1
    while legal.lower() in taken:
        number += 1
        ending = f" ({number})"
        legal = wanted[: _LONGEST_NAME - len(ending)] + ending
    taken.add(legal.lower())
    return legal
