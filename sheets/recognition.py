"""Which table a sheet is, and which column is which: by what the headings are called in any of our languages."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO

from django_stubs_ext import StrOrPromise

from common import texts
from common.spreadsheets import Row, Sheet, Unreadable
from sheets import importing
from sheets.importing import IGNORED, Mapped
from sheets.tables import Column, Table, registered
from sheets.tables import table as table_of

SAMPLE = 3  # rows that are shown beside the columns
MOST_SHEETS = 50  # with something in them
_ABOVE = 10  # rows of which one may be the headings: titles and notes stand above them
# What people put around a heading; NFKC has made half width of what was full width.
_ASIDE = re.compile(r"[\s*★☆※●:_\-\u200b\ufeff\"'“”]|\(.*?\)|\[.*?\]|〔.*?〕")
_BRACKETS = str.maketrans("", "", "【】")


@dataclass(frozen=True, slots=True)
class Recognized:
    """What a sheet seems to be.

    Attributes:
        header: its headings, and ``line`` where they stand; without ``has_header`` the first row stands there.
        table: the code of the table; empty when it is none that is known.
        columns: the recognized ones: index → field, or ``IGNORED``.
        sample: the first rows.
        index: its place in the file.
    """

    sheet: str
    line: int
    header: Sequence[str]
    sample: Sequence[Sequence[str]]
    table: str = ""
    columns: Mapping[int, str] = field(default_factory=dict)
    index: int = 0
    has_header: bool = True

    @property
    def without_header(self) -> "Recognized":
        """The sheet as it is when what was taken for its headings is a row as the others are."""
        return replace(self, header=(), sample=[self.header, *self.sample], has_header=False)

    @property
    def mapped(self) -> Mapped:
        """The sheet as it is imported when nobody has to be asked."""
        columns = {index: name for index, name in self.columns.items() if name != IGNORED}
        return Mapped(self.index, self.table, columns, self.line)

    @property
    def certain(self) -> bool:
        """Whether nobody has to be asked: every heading is known, and what identifies a row is among them."""
        return self.understood and self.identified

    @property
    def understood(self) -> bool:
        """Whether every heading is known."""
        named = [index for index, text in enumerate(self.header) if text]
        return bool(self.table) and all(index in self.columns for index in named)

    @property
    def identified(self) -> bool:
        """Whether there is one of the columns that rows can't do without."""
        known = {table.code: table.identifying for table in registered()}
        return bool(known.get(self.table, frozenset()) & set(self.columns.values()))


def look_through(content: IO[bytes]) -> list[Recognized]:
    """Look at the first rows of each sheet of a file; those without a row below their headings are passed over.

    Raises:
        Unreadable: it can't be read, or there is nothing to import in it.
    """
    found: list[Recognized] = []
    empty = True
    for index, sheet in enumerate(importing.read(content).sheets):
        recognized = recognize(sheet, index)
        empty = empty and recognized is None
        if recognized is not None and recognized.sample:
            found.append(recognized)
        if len(found) > MOST_SHEETS:
            raise Unreadable("too_many_sheets", limit=MOST_SHEETS)
    if not found:
        raise Unreadable("empty" if empty else "header_only")
    return found


def recognize(sheet: Sheet, index: int = 0) -> Recognized | None:
    """Look at the first rows of a sheet; None when it is empty. Titles and notes above the headings are passed over.

    Raises:
        Unreadable: it can't be read.
    """
    rows = list(islice(sheet.rows(), _ABOVE + SAMPLE))
    if not rows:
        return None
    best, at = None, 0
    for number, row in enumerate(rows[:_ABOVE]):
        found = _best(sheet, row, index)
        if found is not None and _score(found) > (_score(best) if best else 0):
            best, at = found, number
    if best is None or not best.identified:
        at = _first_full(rows[:_ABOVE])
        best = Recognized(sheet.name, rows[at].line, rows[at].cells, (), index=index)
    return replace(best, sample=[row.cells for row in rows[at + 1 : at + 1 + SAMPLE]])


def _best(sheet: Sheet, row: Row, index: int) -> Recognized | None:
    """The table whose headings a row would be; None where it has none of them."""
    found = []
    for table in registered():
        columns = columns_of(table, row.cells)
        if any(name != IGNORED for name in columns.values()):
            found.append(Recognized(sheet.name, row.line, row.cells, (), table.code, columns, index))
    return max(found, key=_score, default=None)


def _first_full(rows: Sequence[Row]) -> int:
    """Where nothing is known: the first row that is more than a title or a note above a wider table."""
    filled = [sum(map(bool, row.cells)) for row in rows]
    widest = max(filled)
    return next(at for at, count in enumerate(filled) if count > 2 or 2 * count > widest)


def columns_of(table: Table, header: Sequence[str]) -> dict[int, str]:
    """Which field of a table each column is, by its heading: index → field, or ``IGNORED``."""
    passed_over = (importing.RESULT, importing.REASON, *table.ignored)
    known = {name: IGNORED for label in passed_over for name in _names(label, ())}
    known |= _fields(table.columns)
    found: dict[int, str] = {}
    for index, heading in enumerate(header):
        name = known.get(normalized(heading))
        if name and (name == IGNORED or name not in found.values()):
            found[index] = name
    return found


def is_of_result(heading: str) -> bool:
    """Whether a heading is one of the two that a result has beside those of the file that was sent."""
    return any(normalized(heading) in _names(label, ()) for label in (importing.RESULT, importing.REASON))


def _score(found: Recognized) -> float:
    table = table_of(found.table)
    named = normalized(found.sheet) in _names(table.label, table.names)
    known = sum(name != IGNORED for name in found.columns.values())
    return known + (2.5 if named else 0) + (0.5 if found.identified else 0)


def _fields(columns: Iterable[Column]) -> dict[str, str]:
    return {name: column.field for column in columns for name in _names(column.label, column.names)}


def normalized(text: str) -> str:
    """A heading without what people put around it."""
    half = unicodedata.normalize("NFKC", text)
    return _ASIDE.sub("", half).translate(_BRACKETS).casefold()


def _names(label: StrOrPromise, names: Sequence[str]) -> set[str]:
    return {normalized(name) for name in (*names, *texts.in_each(label))}
