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
    "old_excel": _("This is the old Excel format (.xls). Please save it as .xlsx and choose it again."),
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
    "too_many_columns": _("There are more than {limit} columns."),
    "cell_too_long": _("A cell has more than {limit} characters."),
}


class Unreadable(Exception):
    """A table can't be read.

    Attributes:
        code: what is wrong; ``WORDS`` has a sentence for each.
        line: where, as a spreadsheet or a text editor counts; None where no line is to blame.
        limit: what was exceeded, if it was a limit.
    """

    def __init__(self, code: str, *, line: int | None = None, limit: int | None = None) -> None:
        super().__init__(code)
        self.code, self.line, self.limit = code, line, limit

    @property
    def message(self) -> StrOrPromise:
        """The sentence for people, lazily translated, with the line in front where there is one."""
        sentence = format_lazy(WORDS[self.code], limit=self.limit)
        return (
            sentence
            if self.line is None
            else format_lazy(_("Line {line}: {sentence}"), line=self.line, sentence=sentence)
        )
