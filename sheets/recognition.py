"""Which table a sheet is, and which column is which: by what the headings are called in any of our languages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import override
from django_stubs_ext import StrOrPromise

from common.spreadsheets import Sheet
from sheets.tables import Column, Table, registered

SAMPLE = 3  # rows that are shown beside the columns
_ASIDE = re.compile(r"[\s*＊:：_\-]|[(（\[【].*?[)）\]】]")  # what people put around a heading


@dataclass(frozen=True, slots=True)
class Recognized:
    """What a sheet seems to be.

    Attributes:
        header: its headings, and ``line`` where they stand.
        table: the code of the table; empty when it is none that is known.
        columns: the recognized ones: index → field.
        sample: the first rows.
    """

    sheet: str
    line: int
    header: Sequence[str]
    sample: Sequence[Sequence[str]]
    table: str = ""
    columns: Mapping[int, str] = field(default_factory=dict)

    @property
    def certain(self) -> bool:
        """Whether nobody has to be asked: every heading is known, and what identifies a row is among them."""
        named = [index for index, text in enumerate(self.header) if text]
        return bool(self.table) and all(index in self.columns for index in named) and self.identified

    @property
    def identified(self) -> bool:
        """Whether there is a column by which rows are told apart."""
        known = {table.code: table.identifying for table in registered()}
        return bool(known.get(self.table, frozenset()) & set(self.columns.values()))


def recognize(sheet: Sheet) -> Recognized | None:
    """Look at the first rows of a sheet; None when it is empty. A note above the headings is passed over.

    Raises:
        Unreadable: it can't be read.
    """
    rows = []
    for row in sheet.rows():
        rows.append(row)
        if len(rows) > SAMPLE + 1:
            break
    if not rows:
        return None
    if len(rows) > 1 and len(rows[0].cells) == 1 and len(rows[1].cells) > 1:
        del rows[0]
    header = rows[0].cells
    sample = [row.cells for row in rows[1 : SAMPLE + 1]]
    best: Recognized | None = None
    for table in registered():
        columns = _columns(table.columns, header)
        found = Recognized(sheet.name, rows[0].line, header, sample, table.code, columns)
        if _score(found, table) > (_score(best, None) if best else 0):
            best = found
    if best is None or not best.identified:
        return Recognized(sheet.name, rows[0].line, header, sample)
    return best


def _score(found: Recognized, table: Table | None) -> float:
    named = table is not None and normalized(found.sheet) in _names(table.label, table.names)
    return len(found.columns) + (2.5 if named else 0) + (0.5 if found.identified else 0)


def _columns(columns: Iterable[Column], header: Sequence[str]) -> dict[int, str]:
    known = {name: column.field for column in columns for name in _names(column.label, column.names)}
    found: dict[int, str] = {}
    for index, heading in enumerate(header):
        name = known.get(normalized(heading))
        if name and name not in found.values():
            found[index] = name
    return found


def normalized(text: str) -> str:
    """A heading without what people put around it."""
    return _ASIDE.sub("", text).casefold()


def _names(label: StrOrPromise, names: Sequence[str]) -> set[str]:
    said = {normalized(name) for name in names}
    for code, _language in settings.LANGUAGES:
        with override(code):
            said.add(normalized(str(label)))
    return said
