"""Excel workbooks (ECMA-376), read row by row with openpyxl.

A formula is never evaluated: what was calculated when the file was saved is what it says, and nothing where nothing
was. Of merged cells the first has the value. Hidden sheets are left out, unless all are hidden.
"""

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import partial
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.xml import DEFUSEDXML

from common.spreadsheets import archives
from common.spreadsheets.errors import Unreadable
from common.spreadsheets.rows import Limits, Sheet

logger = logging.getLogger(__name__)

# openpyxl warns of features that it leaves out (validations, extensions): nothing that we would read.
warnings.filterwarnings("ignore", module="openpyxl")
if not DEFUSEDXML:
    raise ImportError("openpyxl would expand the entities of a hostile file: defusedxml is missing.")

_LAST_ROW = 1_048_576  # of any sheet; a larger number in a file is a lie that would be counted to
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


def _records(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what the file says of its size need not be true
    rows = iter(sheet.iter_rows(values_only=True))
    for line in range(1, _LAST_ROW + 2):
        try:
            values = next(rows, None)
        except Exception as error:
            raise _damaged(error) from None
        if values is None:
            return
        if values:
            yield line, [_text(value) for value in values]
    raise Unreadable("damaged")


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
