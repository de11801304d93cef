"""The whole organization as one workbook: a sheet for each table, as an import takes it back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from audit import trail
from audit.trail import Target
from common.actor import Actor
from common.spreadsheets import Counted, NewSheet, write_xlsx
from common.spreadsheets.writing import Cell
from common.texts import labelled
from sheets import making, tables
from sheets.making import Progress
from sheets.tables import Table

RECIPE = "organization"
OPERATION = "org.export"


def register() -> None:
    """Make the recipe known."""
    making.register(RECIPE, _write)


def count(org_num: int) -> int:
    """How many rows it has."""
    return sum(table.count(org_num) for table in tables.registered())


def blank(wanted: Sequence[Table]) -> list[NewSheet]:
    """Empty sheets to fill in, with a note above the headings."""
    return [_sheet(table, (), note=_note(table)) for table in wanted]


def _write(actor: Actor, wanted: Mapping[str, Any], file: IO[bytes], progress: Progress) -> None:
    """``wanted`` says what the organization is called. Taking it is recorded, with how many rows were taken."""
    taken = [(table, Counted(table.rows(actor.organization))) for table in tables.registered()]
    target = Target("organization", str(actor.organization), wanted["organization"])
    with trail.action(actor, OPERATION, target) as action:
        with making.not_taken_if_it_fails(action):
            write_xlsx(file, [_sheet(table, rows) for table, rows in taken], progress=progress)
        action.done(after={"rows": sum(rows.count for _table, rows in taken)})


def _sheet(table: Table, rows: Iterable[Sequence[Cell]], *, note: str = "") -> NewSheet:
    return NewSheet(
        str(table.label),
        [str(column.label) for column in table.columns],
        rows,
        [column.width for column in table.columns],
        note,
    )


def _note(table: Table) -> str:
    return " ".join(labelled(column.label, column.help) for column in table.columns if column.help)
