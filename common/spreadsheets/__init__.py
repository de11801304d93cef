"""Tables that people keep in Excel, WPS or a text file: reading what they send, writing what they take away.

Knows rows of texts and nothing else: no database, no domain. What a file is, its content decides, never its name.
Whatever is wrong with one is an ``Unreadable``, with the line where there is one, in words for a form.
"""

from common.spreadsheets.errors import Unreadable
from common.spreadsheets.reading import Spreadsheet, open_pasted, open_table
from common.spreadsheets.rows import Limits, Row, Sheet
from common.spreadsheets.text import UNCALCULATED, looks_rounded
from common.spreadsheets.writing import XLSX, Counted, NewSheet, csv_stream, write_xlsx

__all__ = [
    "UNCALCULATED",
    "XLSX",
    "Counted",
    "Limits",
    "NewSheet",
    "Row",
    "Sheet",
    "Spreadsheet",
    "Unreadable",
    "csv_stream",
    "looks_rounded",
    "open_pasted",
    "open_table",
    "write_xlsx",
]
