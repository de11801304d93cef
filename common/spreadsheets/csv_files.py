"""Text files of rows: CSV as Excel, WPS and editors write it, and cells that were pasted."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from common.spreadsheets.errors import Unreadable
from common.spreadsheets.rows import Limits

_DELIMITERS = ",;\t|"
_SAMPLE = 20  # lines that are looked at to find the delimiter
_DECLARED = "sep="  # Excel's own first line, which names it
_LONGEST_LINE = 1_000_000  # characters


class _Lines:
    """Lines for a ``csv.reader``, counted; ``begin`` is called where a record may begin.

    The reader asks for a further line within a record only while a quotation mark is open.
    """

    def __init__(self, pieces: Iterable[str], limits: Limits) -> None:
        self._lines = _split(pieces)
        self._limits = limits
        self._number = 0
        self.first = 1

    def begin(self) -> None:
        self.first = self._number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        inside = self._number - self.first + 1
        line = next(self._lines, None)
        if inside and (line is None or inside >= self._limits.quoted):
            raise Unreadable("open_quote", line=self.first)
        if line is None:
            raise StopIteration
        self._number += 1
        if "\0" in line:
            raise Unreadable("nul", line=self._number)
        if len(line) > _LONGEST_LINE:
            raise Unreadable("cell_too_long", line=self._number, limit=self._limits.cell)
        return line


def records(text: Callable[[], Iterator[str]], limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """The records of a text with the lines at which they begin.

    Args:
        text: gives the text from its beginning, in pieces, with ``\\n`` at the end of lines.

    Raises:
        Unreadable: a quotation mark is never closed, or something is no text, or longer than anything may be.
    """
    sample = list(islice(_split(text()), _SAMPLE))
    declared = _declared(sample)
    lines = _Lines(text(), limits)
    reader = csv.reader(lines, delimiter=declared or _delimiter(sample))
    if declared:
        next(lines)
    while True:
        lines.begin()
        try:
            cells = next(reader, None)
        except csv.Error:  # a cell beyond csv.field_size_limit()
            raise Unreadable("cell_too_long", line=lines.first, limit=limits.cell) from None
        if cells is None:
            return
        yield lines.first, cells


def _split(pieces: Iterable[str]) -> Iterator[str]:
    """Lines with their ends. Unlike ``str.splitlines``, an exotic separator inside a cell ends none."""
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        for line in whole:
            yield f"{line}\n"
        if len(rest) > _LONGEST_LINE:
            break  # long enough to be refused
    if rest:
        yield rest


def _declared(sample: list[str]) -> str | None:
    first = sample[0].removeprefix("\ufeff").strip("\n") if sample else ""
    is_declared = len(first) == len(_DECLARED) + 1 and first.lower().startswith(_DECLARED)
    return first[-1] if is_declared else None


def _delimiter(sample: list[str]) -> str:
    """The one that divides the first line, and most of the others into as many cells."""
    return max(_DELIMITERS, key=lambda one: _agreement(sample, one))


def _agreement(sample: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(cells) for cells in csv.reader(sample, delimiter=delimiter) if cells]
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] < 2:
        return (0, 0)
    return (widths.count(widths[0]) / len(widths), widths[0])
