"""A table for the tests of this room, and files of it as people send them."""

import io
from collections.abc import Iterable, Iterator, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from changes.kinds import Draft, Trouble
from common.actor import Actor
from common.spreadsheets import NewSheet, Row, open_table, write_xlsx
from common.spreadsheets.writing import Cell
from sheets.tables import Column, Import, Line, Table

ROWS: list[Sequence[Cell]] = [["1", "一号", "red"], ["2", "=1+1", ""]]
HEADER = ["Thing number", "Thing name", "Color", "Key"]


class Planner:
    """Creates what has a name; “same” is there already, and what has none is a problem."""

    def __init__(self, actor: Actor, wanted: Import) -> None:
        self._wanted = wanted

    def plan(self, lines: Iterable[Line]) -> Iterator[Draft | Trouble]:
        for line in lines:
            name = line.cells.get("name", "")
            if not name:
                yield line.trouble("no_name", "color")
            elif name != "same":
                after = {"color": line.cells.get("color", "")}
                yield Draft(
                    kind="test.create", target_text=name, after=after, sheet=line.sheet, line=line.number
                )

    def finish(self) -> Iterator[Draft | Trouble]:
        if self._wanted.suspend_missing:
            yield Draft(kind="test.create", target_text="missing", note="suspended")


THINGS = Table(
    code="things",
    label="Things",
    names=("东西",),
    columns=(
        Column("number", "Thing number", ("编号",), "Empty for a new one."),
        Column("name", "Thing name", ("名称",)),
        Column("color", "Color", ("颜色",)),
        Column("code", "Key", secret=True),
    ),
    planner=Planner,
    rows=lambda _org_num: iter(ROWS),
    count=lambda _org_num: len(ROWS),
    order=1,
    identifying=frozenset({"number", "name"}),
    matching="They are matched by number.",
    ignored=("Weight",),
)
OTHERS = Table(
    code="others",
    label="Others",
    columns=(Column("title", "Title"), Column("name", "Other name")),
    planner=Planner,
    rows=lambda _org_num: iter(()),
    count=lambda _org_num: 0,
    order=2,
    identifying=frozenset({"title"}),
)


def book(*sheets: tuple[str, Sequence[Sequence[Cell]]]) -> bytes:
    """A workbook of these sheets; the first row of each is its header."""
    file = io.BytesIO()
    write_xlsx(file, [NewSheet(name, [str(one) for one in rows[0]], rows[1:]) for name, rows in sheets])
    return file.getvalue()


def csv(*rows: Sequence[str], encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def sent(content: bytes, name: str = "things.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def read(content: bytes) -> dict[str, list[Row]]:
    """The rows of each sheet of a workbook, by its name."""
    return {sheet.name: list(sheet.rows()) for sheet in open_table(io.BytesIO(content)).sheets}


def cells(content: bytes, sheet: str) -> list[list[str]]:
    return [row.cells for row in read(content)[sheet]]
