"""Excel workbooks (ECMA-376), read row by row with openpyxl.

A formula is never evaluated: what was calculated when the file was saved is what it says, and ``UNCALCULATED`` where
nothing was, as in files of programs that are no spreadsheet. Of merged cells the first has the value. Hidden sheets
are left out, unless all are hidden.
"""

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import partial
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml import DEFUSEDXML

from common.spreadsheets import archives
from common.spreadsheets.errors import Unreadable
from common.spreadsheets.rows import Limits, Sheet
from common.spreadsheets.text import UNCALCULATED

logger = logging.getLogger(__name__)

# openpyxl warns of features that it leaves out (validations, extensions): nothing that we would read.
warnings.filterwarnings("ignore", module="openpyxl")
if not DEFUSEDXML:
    raise ImportError("openpyxl would expand the entities of a hostile file: defusedxml is missing.")

_LAST_ROW = 1_048_576  # of any sheet; a larger number in a file is a lie
# How a workbook writes a line break of Windows, and the underscore of a text that only looks like that.
_CODED = re.compile("_x00(0d|5f)_", re.IGNORECASE)


def sheets(file: IO[bytes], limits: Limits) -> list[Sheet]:
    """The visible sheets of a workbook.

    Raises:
        Unreadable: it can't be opened, or not without harm.
    """
    archives.check(file, limits)
    file.seek(0)
    # The parser of somebody else, on the bytes of somebody else, raises anything. Its words may quote the file.
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise _damaged(error) from None
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return [Sheet(one.title, partial(_records, one), limits) for one in visible or book.worksheets]


class _Parser(WorkSheetParser):
    """Reads cells as openpyxl does, which takes a formula without a value for an empty cell."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None and not _is_empty_text(element):
            cell["value"] = UNCALCULATED
        return cell


def _is_empty_text(element: Any) -> bool:
    """Whether a text was calculated that is empty; programs that calculate nothing leave the type out."""
    return element.get("t") == "str" and element.find(VALUE_TAG) is not None


def _records(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    last = 0
    try:
        for line, values in _rows(sheet):
            if line > _LAST_ROW:
                raise ValueError("no sheet has so many rows")
            if line > last:  # one that says to stand above another is passed over
                last = line
                yield line, [_text(value) for value in values]
    except Exception as error:
        raise _damaged(error) from None


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows as ``ReadOnlyWorksheet`` of openpyxl gives them, whose parser can't be chosen."""
    book = sheet.parent
    with sheet._get_source() as source:
        parser = _Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for line, cells in parser.parse():
            yield line, sheet._get_row(cells, values_only=True)


def _damaged(error: Exception) -> Unreadable:
    logger.warning("A workbook could not be read: %s", type(error).__name__)
    return Unreadable("damaged")


def _text(value: object) -> str:
    """The value as text that a person would have typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _CODED.sub(_decoded, value) if "_x" in value else value
    return next((say(value) for kind, say in _SAYINGS if isinstance(value, kind)), str(value))


def _decoded(found: re.Match[str]) -> str:
    return "_" if found[1].lower() == "5f" else "\r"


def _number(value: float) -> str:
    """Whole numbers without a fraction or an exponent; others with the fifteen digits that a spreadsheet shows."""
    return str(int(value)) if value.is_integer() else f"{value:.15g}"


def _moment(value: datetime) -> str:
    """A date, and its time unless it is midnight: a spreadsheet does not tell the two apart."""
    day, clock = value.date().isoformat(), _clock(value.time())
    return day if clock == "00:00" else f"{day} {clock}"


def _clock(value: time) -> str:
    return value.isoformat("seconds" if value.second else "minutes")


# In this order: a boolean is a number to Python, and a moment a date.
_SAYINGS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: str(value).upper()),
    (int, str),
    (float, _number),
    (datetime, _moment),
    (date, date.isoformat),
    (time, _clock),
)
