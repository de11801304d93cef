"""Rows as everybody gets them, whatever file they come from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from common.spreadsheets.errors import Unreadable
from common.spreadsheets.text import clean, plain


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read at most.

    Attributes:
        rows: rows of data, beside the header.
        columns: cells of a row.
        cell: characters of a cell, cleaned.
        file: bytes of the file.
        unpacked: bytes of a workbook's parts together, which are packed in the file.
        quoted: lines that one quoted cell of a text file may span.
    """

    rows: int = 100_000
    columns: int = 200
    cell: int = 2_000
    file: int = 20 * 1024 * 1024
    unpacked: int = 200 * 1024 * 1024
    quoted: int = 50


class Row(NamedTuple):
    """A row with something in it.

    Attributes:
        line: its number as a person sees it in the spreadsheet, or of its first line in the text editor, from 1.
        cells: cleaned texts up to the last that is not empty; rows may differ in length.
    """

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, or the only one of a text file (then without a name).

    ``rows`` begins anew each time. Two sheets of a file are read one after the other, not at the same time.
    """

    name: str
    _records: Callable[[], Iterator[tuple[int, Sequence[str]]]]
    _limits: Limits

    def rows(self) -> Iterator[Row]:
        """All rows in which something is, one at a time; the first is the header, if there is one.

        Raises:
            Unreadable: further rows can't be read, or there are too many.
        """
        try:
            yield from _within(self._records(), self._limits)
        except Unreadable as unreadable:
            unreadable.sheet = self.name
            raise


def _within(records: Iterable[tuple[int, Sequence[str]]], limits: Limits) -> Iterator[Row]:
    count = 0
    for line, raw in records:
        cells = [plain(clean(text)) for text in raw]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > limits.rows + 1:
            raise Unreadable("too_many_rows", line=line, limit=limits.rows)
        if len(cells) > limits.columns:
            raise Unreadable("too_many_columns", line=line, limit=limits.columns)
        if max(map(len, cells)) > limits.cell:
            raise Unreadable("cell_too_long", line=line, limit=limits.cell)
        yield Row(line, cells)
