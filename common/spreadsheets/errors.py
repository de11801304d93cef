"""Why a file is not read, in words that say what to do about it."""

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

WORDS: Mapping[str, StrOrPromise] = {
    "empty": _("The file is empty."),
    "header_only": _("There are headings and no row below them."),
    "too_many_sheets": _("There are more than {limit} sheets. Please divide them among several files."),
    "too_large": _("The file is larger than {limit} MB."),
    "not_a_table": _("This is neither an Excel workbook (.xlsx) nor a text file (CSV)."),
    "old_excel": _(
        "This is an old format of Excel or WPS (.xls, .et). Please save it as .xlsx and choose it again."
    ),
    "other_program": _(
        "This is a file of another program or format (.ods, .numbers, .xlsb). Please save it as .xlsx and choose it"
        " again."
    ),
    "strict": _(
        "This is a “Strict Open XML” workbook. Please save it as an ordinary “Excel workbook (.xlsx)” and choose it"
        " again."
    ),
    "encrypted": _(
        "The workbook is protected by a password. Please save it without one and choose it again."
    ),
    "web_page": _(
        "This is a web page or an XML file, even if Excel opens it. Please save it as .xlsx and choose it again."
    ),
    "damaged": _(
        "The workbook can't be read. Please open it in Excel or WPS, save it anew, and choose it again."
    ),
    "unpacks_too_large": _(
        "What is packed into the workbook is too large. Please copy the cells into a new one, or save them as CSV."
    ),
    "encoding": _("The text can't be read. Please save it as “CSV UTF-8” and choose it again."),
    "nul": _("There are bytes in it that are no text. Please save it as “CSV UTF-8” and choose it again."),
    "open_quote": _('A quotation mark (") that opens here is never closed.'),
    "too_many_rows": _("There are more than {limit} rows. Please divide them among several files."),
    "too_many_formatted": _(
        "The sheet has several times {limit} rows that are formatted, most of them empty. Please copy the filled cells"
        " into a new workbook and choose that."
    ),
    "too_many_columns": _("There are more than {limit} columns. Please delete those that are not needed."),
    "cell_too_long": _("A cell has more than {limit} characters. Please shorten it."),
}


class Unreadable(Exception):
    """A table can't be read.

    Attributes:
        code: what is wrong; ``WORDS`` has a sentence for each.
        line: where, as a spreadsheet or a text editor counts; None where no line is to blame.
        limit: what was exceeded, if it was a limit.
        sheet: in which sheet; empty where the file has only one, or as a whole is to blame.
    """

    def __init__(self, code: str, *, line: int | None = None, limit: int | None = None) -> None:
        super().__init__(code)
        self.code, self.line, self.limit = code, line, limit
        self.sheet = ""

    @property
    def message(self) -> StrOrPromise:
        """The sentence for people, lazily translated, with sheet and line in front where there are any."""
        sentence = format_lazy(WORDS[self.code], limit=self.limit)
        if self.line is not None:
            sentence = format_lazy(_("Line {line}: {sentence}"), line=self.line, sentence=sentence)
        if self.sheet:
            sentence = format_lazy(_("Sheet “{sheet}”: {sentence}"), sheet=self.sheet, sentence=sentence)
        return sentence
