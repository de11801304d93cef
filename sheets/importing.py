"""Importing: a stored file, what its sheets and columns are, and what is wanted; the rest is a change set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from changes import plan
from changes.models import ChangeSet, State
from changes.origins import NotPlannable, Origin, Planned
from changes.origins import register as register_origin
from common import texts
from common.actor import Actor
from common.batches import batched
from common.spreadsheets import Limits, Row, Sheet, Spreadsheet, Unreadable, open_table
from sheets import storage, tables
from sheets.models import StoredFile
from sheets.tables import Import, Line, Mode, Planner

ORIGIN = "import"
_AT_ONCE = 500  # rows, after each of which the job shows that it is alive
# Columns of a result that was downloaded, corrected and sent again.
IGNORED = "-"
RESULT, REASON = pgettext_lazy("of a row", "Result"), pgettext_lazy("of a result", "Reason")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A sheet and what was chosen for it: the table, and index → field for its columns.

    Without ``has_header``, what stands at ``header_line`` is no heading and the first row to be imported.
    """

    sheet: int
    table: str
    columns: Mapping[int, str]
    header_line: int
    has_header: bool = True

    @property
    def first_line(self) -> int:
        """Where the rows begin that are imported."""
        return self.header_line + self.has_header


@dataclass(frozen=True, slots=True)
class Wish:
    """What an import is to do; kept as the arguments of its set."""

    mode: Mode
    suspend_missing: bool
    sheets: Sequence[Mapped] = field(default_factory=list)

    def arguments(self, stored: StoredFile) -> dict[str, Any]:
        return {
            "file": str(stored.pk),
            "name": stored.name,
            "mode": self.mode.value,
            "suspend_missing": self.suspend_missing,
            "sheets": [
                {
                    "sheet": one.sheet,
                    "table": one.table,
                    "columns": {str(index): name for index, name in one.columns.items()},
                    "line": one.header_line,
                    "header": one.has_header,
                }
                for one in self.sheets
            ],
        }


def letter(column: int) -> str:
    """How a spreadsheet calls a column: A to Z, AA and so on."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def read(content: IO[bytes]) -> Spreadsheet:
    """Open what somebody sent to be imported.

    Raises:
        Unreadable: it is no table that can be read.
    """
    return open_table(content, Limits(file=settings.SHEETS_LARGEST))


def start(actor: Actor, stored: StoredFile, wish: Wish) -> ChangeSet:
    """Plan the import of a stored file."""
    return plan.start(actor, ORIGIN, wish.arguments(stored))


def register() -> None:
    """Make importing known as a way to a change set."""
    register_origin(ORIGIN, Origin(_plan, _title, named=("name",)))


def _title(arguments: Mapping[str, Any]) -> str:
    return _("Import of “%(name)s”") % {"name": arguments["name"]}


def wish_of(arguments: Mapping[str, Any]) -> Wish:
    """The wish again, as it was kept."""
    sheets = [
        Mapped(
            sheet=one["sheet"],
            table=one["table"],
            columns={int(index): name for index, name in one["columns"].items()},
            header_line=one["line"],
            has_header=one.get("header", True),  # an earlier version did not ask
        )
        for one in arguments["sheets"]
    ]
    return Wish(Mode(arguments["mode"]), arguments["suspend_missing"], sheets)


def _plan(actor: Actor, change_set: ChangeSet) -> Planned:
    wish = wish_of(change_set.arguments)
    try:
        stored = storage.own(actor, UUID(change_set.arguments["file"]))
    except storage.NotHere:
        raise NotPlannable("file_is_gone") from None
    wanted = Import(wish.mode, wish.suspend_missing)
    planners: dict[str, Planner] = {}
    looked_at = 0
    with storage.opened(stored) as content:
        try:
            sheets = read(content).sheets
            for mapped in sorted(wish.sheets, key=lambda one: tables.table(one.table).order):
                table = tables.table(mapped.table)
                planner = planners.get(table.code)
                if planner is None:
                    planner = planners[table.code] = table.planner(actor, wanted)
                for some in batched(lines(sheets[mapped.sheet], mapped), _AT_ONCE):
                    yield from planner.plan(some)
                    looked_at += len(some)
                    yield looked_at
        except Unreadable as unreadable:
            raise unplannable(unreadable) from None
    for code in sorted(planners, key=lambda one: tables.table(one).order):
        yield from planners[code].finish()


def unplannable(unreadable: Unreadable) -> NotPlannable:
    """A file that can't be read to its end, as a reason for a set that can't be planned."""
    where: dict[str, Any] = {"limit": unreadable.limit, "line": unreadable.line}
    if unreadable.line is None:
        return NotPlannable(f"file_{unreadable.code}", **where)
    if not unreadable.sheet:
        return NotPlannable(f"line_{unreadable.code}", **where)
    return NotPlannable(f"sheet_{unreadable.code}", sheet=unreadable.sheet, **where)


def lines(sheet: Sheet, mapped: Mapped) -> Iterator[Line]:
    """The rows below the header, with what was recognized of them."""
    columns = [(index, name) for index, name in sorted(mapped.columns.items()) if name != IGNORED]
    secret = frozenset(column.field for column in tables.table(mapped.table).columns if column.secret)
    headings = {name: letter(index) for index, name in columns}
    result: int | None = None
    for row in sheet.rows():
        if row.line < mapped.header_line:
            continue
        if row.line < mapped.first_line:
            headings = {name: _cell(row, index) or letter(index) for index, name in columns}
            result = _result_column(row.cells)
            continue
        cells = {name: _cell(row, index) for index, name in columns}
        done = result is not None and _cell(row, result) in _said(State.DONE.label)
        yield Line(sheet.name, row.line, cells, headings, secret, done)


def _cell(row: Row, index: int) -> str:
    return row.cells[index] if index < len(row.cells) else ""


def _result_column(header: Sequence[str]) -> int | None:
    """Where a result that was downloaded says what came of each row."""
    found = [index for index, text in enumerate(header) if text in _said(RESULT)]
    return found[-1] if found and _said(REASON) & set(header) else None


@cache
def _said(text: StrOrPromise) -> set[str]:
    return set(texts.in_each(text))
