"""Which table each sheet is and which column is which, by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from common.texts import listed
from sheets import mapping, recognition, tables
from sheets.forms.importing import ModeForm
from sheets.importing import Mapped, Wish, letter
from sheets.mapping import MOST_COLUMNS, column_of, heading, headless_of, table_of
from sheets.recognition import Recognized
from sheets.tables import Mode, Table

_CUT = 40  # characters of a cell that are shown


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that is offered: its letter as a spreadsheet shows it, heading, first cells."""

    letter: str
    heading: str
    sample: Sequence[str]
    field: BoundField


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """A sheet as the page shows it.

    Attributes:
        shown: the table whose fields its columns offer; empty: none.
        options: those fields.
        identifying: those of them of which a row needs one at least, in words.
        matching: how a row finds what is there already, in words.
        headless: whether its first row is no heading; None where that is no question.
    """

    sheet: Recognized
    table: BoundField
    shown: str = ""
    columns: Sequence[ColumnChoice] = ()
    options: Sequence[tuple[str, StrOrPromise]] = ()
    identifying: str = ""
    matching: StrOrPromise = ""
    headless: BoundField | None = None


class ColumnsForm(ModeForm):
    """The wish of an import, said by hand.

    Args:
        sheets: as they were recognized.
        sent: what was sent, by field; the form is checked if ``checked``, and only filled in otherwise.
    """

    def __init__(self, sheets: Sequence[Recognized], sent: Mapping[str, str], *, checked: bool) -> None:
        self._sheets = [mapping.as_said(sheet, sent) for sheet in sheets]
        self._said = mapping.said(self._sheets, sent)
        values = self._said.values
        super().__init__(values if checked else None, initial=values)
        for name in ("mode", "suspend_missing"):
            self.fields[name].widget = forms.HiddenInput()
        known = [("", gettext_lazy("Leave out")), *((one.code, one.label) for one in tables.registered())]
        for sheet in self._sheets:
            label = _("Contents of “%(sheet)s”") % {"sheet": sheet.sheet} if sheet.sheet else _("Contents")
            self.fields[table_of(sheet)] = forms.ChoiceField(label=label, choices=known, required=False)
            if self._may_be_headless(sheet):
                label = _("Line %(line)d is no heading: import it, too") % {"line": sheet.line}
                self.fields[headless_of(sheet)] = forms.BooleanField(label=label, required=False)
            for column in self._offered(sheet):
                options = _options(tables.table(values[table_of(sheet)]))
                label = heading(sheet, column) or letter(column)
                field = forms.ChoiceField(label=label, choices=options, required=False)
                self.fields[column_of(sheet, column)] = field

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        chosen = [sheet for sheet in self._sheets if values.get(table_of(sheet))]
        if not chosen and not self.errors:
            self.add_error(None, _("Say of one sheet at least what it is."))
        for sheet in chosen:
            self._check(sheet, tables.table(values[table_of(sheet)]), values)
        return values

    def _check(self, sheet: Recognized, table: Table, values: Mapping[str, Any]) -> None:
        if sheet.index not in self._said.offered:
            text = _("Together these sheets have more than %(limit)d columns. Leave some out for now.")
            self.add_error(table_of(sheet), text % {"limit": MOST_COLUMNS})
            return
        if sheet.index in self._said.stale:
            text = _("Please check the columns below: they are now those of another table.")
            self.add_error(table_of(sheet), text)
        first: dict[str, int] = {}
        for column in self._offered(sheet):
            field = values.get(column_of(sheet, column), "")
            if field in first:
                other = heading(sheet, first[field]) or letter(first[field])
                text = _("This is chosen for the column “%(name)s” already.") % {"name": other}
                self.add_error(column_of(sheet, column), text)
            elif field:
                first[field] = column
        if not table.identifying & first.keys():
            text = _("Each row needs at least one of: %(names)s. Choose a column for it.")
            self.add_error(table_of(sheet), text % {"names": _identifying(table)})

    @property
    def wish(self) -> Wish:
        """What was said, once it is valid."""
        values = self.cleaned_data
        mapped = [
            Mapped(sheet.index, values[table_of(sheet)], self._mapping(sheet), sheet.line, sheet.has_header)
            for sheet in self._sheets
            if values[table_of(sheet)]
        ]
        return Wish(Mode(values["mode"]), values["suspend_missing"], mapped)

    @property
    def sheets(self) -> list[SheetChoice]:
        """What the page shows."""
        return [self._choice(sheet) for sheet in self._sheets]

    @property
    def mode_label(self) -> StrOrPromise:
        """The mode in words."""
        modes: Any = self.fields["mode"]
        return next((label for code, label in modes.choices if code == self._said.values["mode"]), "")

    @property
    def suspends(self) -> bool:
        """Whether what is missing gets suspended."""
        return bool(self._said.values["suspend_missing"])

    def _offered(self, sheet: Recognized) -> Sequence[int]:
        return self._said.offered.get(sheet.index, ())

    def _may_be_headless(self, sheet: Recognized) -> bool:
        return not sheet.table and bool(self._offered(sheet))

    def _mapping(self, sheet: Recognized) -> dict[int, str]:
        fields = {column: self.cleaned_data[column_of(sheet, column)] for column in self._offered(sheet)}
        return {column: field for column, field in fields.items() if field}

    def _choice(self, sheet: Recognized) -> SheetChoice:
        columns = self._offered(sheet)
        if not columns:
            return SheetChoice(sheet, self[table_of(sheet)])
        table = tables.table(self._said.values[table_of(sheet)])
        return SheetChoice(
            sheet=sheet,
            table=self[table_of(sheet)],
            shown=table.code,
            columns=[self._column(sheet, column, table) for column in columns],
            options=_options(table),
            identifying=_identifying(table),
            matching=table.matching,
            headless=self[headless_of(sheet)] if self._may_be_headless(sheet) else None,
        )

    def _column(self, sheet: Recognized, column: int, table: Table) -> ColumnChoice:
        secret = {one.field for one in table.columns if one.secret}
        seems = recognition.columns_of(table, sheet.header).get(column)
        name = column_of(sheet, column)
        cells = [row[column][:_CUT] for row in sheet.sample if column < len(row) and row[column]]
        if {seems, self._said.values[name]} & secret:  # whatever it is taken for, it is one
            cells = ["•" * 6 for _cell in cells]
        return ColumnChoice(letter(column), heading(sheet, column), cells, self[name])


def _options(table: Table) -> list[tuple[str, StrOrPromise]]:
    return [("", gettext_lazy("Leave out")), *((one.field, one.label) for one in table.columns)]


def _identifying(table: Table) -> str:
    return listed(column.label for column in table.columns if column.field in table.identifying)
