"""What was said of the sheets and columns of a file, as the fields of a page say it.

A browser may send ``DATA_UPLOAD_MAX_NUMBER_FIELDS`` fields, and a sheet may have 200 columns. So only the columns of
sheets that a table is chosen for are offered, as many as fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sheets import recognition, tables
from sheets.importing import IGNORED, Wish
from sheets.recognition import Recognized

MOST_COLUMNS = 800  # of all sheets together


def table_of(sheet: Recognized) -> str:
    """The field that says which table a sheet is."""
    return f"table-{sheet.index}"


def shown_of(sheet: Recognized) -> str:
    """The field that says of which table its columns are."""
    return f"shown-{sheet.index}"


def column_of(sheet: Recognized, column: int) -> str:
    """The field that says which field of the table a column is."""
    return f"column-{sheet.index}-{column}"


def headless_of(sheet: Recognized) -> str:
    """The field that says that its first row is no heading."""
    return f"headless-{sheet.index}"


def as_said(sheet: Recognized, sent: Mapping[str, str]) -> Recognized:
    """A sheet with or without headings, as it was said; only where none is known it may have none."""
    headless = not sheet.table and sent.get(headless_of(sheet)) == "on"
    return sheet.without_header if headless else sheet


@dataclass(slots=True)
class Said:
    """What was said; where nothing was, what was recognized.

    Attributes:
        values: by field.
        offered: the columns that can be said, by sheet; none where they are too many together.
        stale: sheets that are another table now than the one whose columns were said.
    """

    values: dict[str, str]
    offered: dict[int, list[int]] = field(default_factory=dict)
    stale: set[int] = field(default_factory=set)


def said(sheets: Sequence[Recognized], sent: Mapping[str, str]) -> Said:
    """Complete what was sent. The columns of a sheet that is another table now are recognized anew."""
    found = Said({name: sent.get(name, "") for name in ("mode", "suspend_missing")})
    known = {table.code: table for table in tables.registered()}
    left = MOST_COLUMNS
    for sheet in sheets:
        code = found.values[table_of(sheet)] = sent.get(table_of(sheet), sheet.table)
        found.values[headless_of(sheet)] = "" if sheet.has_header else "on"
        columns = _columns(sheet)
        if code not in known or len(columns) > left:
            continue
        left -= len(columns)
        found.offered[sheet.index] = columns
        same = sent.get(shown_of(sheet)) == code
        if not same and table_of(sheet) in sent:
            found.stale.add(sheet.index)
        recognized = recognition.columns_of(known[code], sheet.header)
        for column in columns:
            guess = recognized.get(column, IGNORED)
            name = column_of(sheet, column)
            found.values[name] = sent.get(name, "") if same else guess.replace(IGNORED, "")
    return found


def of_wish(sheets: Sequence[Recognized], wish: Wish) -> dict[str, str]:
    """A wish as it would have been sent."""
    mapped = {one.sheet: one for one in wish.sheets}
    sent = {"mode": wish.mode.value, "suspend_missing": "on" if wish.suspend_missing else ""}
    for sheet in sheets:
        one = mapped.get(sheet.index)
        sent[table_of(sheet)] = sent[shown_of(sheet)] = one.table if one else ""
        sent[headless_of(sheet)] = "on" if one and not one.has_header else ""
        for column in _columns(sheet) if one else ():
            sent[column_of(sheet, column)] = one.columns.get(column, "") if one else ""
    return sent


def heading(sheet: Recognized, column: int) -> str:
    """What stands above a column."""
    return sheet.header[column] if column < len(sheet.header) else ""


def _columns(sheet: Recognized) -> list[int]:
    """Those in which something is."""
    width = max(len(sheet.header), *(len(row) for row in sheet.sample))
    return [
        i for i in range(width) if heading(sheet, i) or any(i < len(row) and row[i] for row in sheet.sample)
    ]
