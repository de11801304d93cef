"""The whole round: what is there is exported, edited as people do, imported, applied, undone, and is as it was."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.test import Client
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from changes.models import ChangeSet, SetState
from groups.models import Group
from tests.bulk import pages
from tests.orgs.views.asking import sent
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.worker import WorkerProcess

EXPORT = "/org/export.xlsx"
DEPARTMENTS, MEMBERS = "Departments", "Members and devices"
GROUPS, INSIDE = "Groups", "Group members"


class Table:
    """A sheet of an export, in the hands of somebody who edits it."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.sheet: Worksheet = book[name]
        self._columns = {str(cell.value): at for at, cell in enumerate(self.sheet[1], 1)}

    def rows(self, **wanted: str) -> Iterator[int]:
        """The rows that have these values; spaces in a heading are written as underscores."""
        for row in range(2, self.sheet.max_row + 1):
            if all(self.get(row, name.replace("_", " ")) == value for name, value in wanted.items()):
                yield row

    def get(self, row: int, heading: str) -> str:
        return str(self.sheet.cell(row, self._columns[heading]).value or "")

    def set(self, row: int, heading: str, value: str | int) -> None:
        self.sheet.cell(row, self._columns[heading], value)

    def add(self, **values: str) -> None:
        row = self.sheet.max_row + 1
        for name, value in values.items():
            self.set(row, name.replace("_", " "), value)


def exported(client: Client) -> bytes:
    """The organization as it is now, with the members of all groups."""
    client.get("/groups")
    for group_id in Group.objects.filter(organization=ORG).values_list("group_id", flat=True):
        client.get(f"/groups/{group_id}")
    return pages.content(client.get(EXPORT))


class Edited:
    """An export after an afternoon in Excel, and what was done to it.

    Attributes:
        wanted: the changes that it means: what, and to whom.
        broken: line and column of what is wrong.
    """

    def __init__(self, content: bytes, code: str) -> None:
        self._book = load_workbook(io.BytesIO(content))
        self._members = Table(self._book, MEMBERS)
        self.wanted: list[tuple[str, str]] = []
        self.broken: list[tuple[int, str]] = []
        names = Counter(self._members.get(row, "Name") for row in self._members.rows())
        people = self._members.rows(Type="Member", State="Enabled", Sex="Male")
        self._people = [
            row for row in people if names[self._name(row)] == 1 and self._members.get(row, "Department")
        ]
        self._change_cells()
        self._add_rows(code)
        self._break_and_delete_rows()

    def file(self) -> bytes:
        content = io.BytesIO()
        self._book.save(content)
        return content.getvalue()

    def _name(self, row: int) -> str:
        return self._members.get(row, "Name")

    def _change_cells(self) -> None:
        edits: list[tuple[str, str | int]] = [
            ("Name", "改了名字"),
            ("Phone", 13999999999),  # Excel makes a number of it
            ("Department", "保卫处"),
            ("Department", "-"),
            ("Sex", "女"),
            ("State", "暂停"),
        ]
        for heading, value in edits:
            row = self._people.pop()
            self.wanted.append(
                ("Suspend a member" if heading == "State" else "Change a member", self._name(row))
            )
            self._members.set(row, heading, value)
        self.wanted.append(("Create a department", "保卫处"))

    def _add_rows(self, code: str) -> None:
        self._members.add(Name="新来的甲", Phone="13999999998", Department="保卫处", Sex="Female")
        self._members.add(Name="新对讲机", Device_code=code)
        Table(self._book, GROUPS).add(Group_name="新群组")
        inside, known = Table(self._book, INSIDE), self._people.pop()
        inside.add(Group="新群组", Phone="13999999998")
        inside.add(Group="新群组", Weila_number=self._members.get(known, "Weila number"))
        self.wanted += [
            ("Create a member", "新来的甲"),
            ("Add a device", "新对讲机"),
            ("Create a group", "新群组"),
            ("Add to a group", "新群组"),
            ("Add to a group", "新群组"),
        ]

    def _break_and_delete_rows(self) -> None:
        gone = sorted(self._people.pop() for _row in range(2))
        for heading, value in (("Sex", "也许"), ("Phone", "1.3E+10"), ("Weila number", "1")):
            row = self._people.pop()
            self._members.set(row, heading, value)
            self.broken.append((row - sum(one < row for one in gone), heading))
        for row in reversed(gone):
            self.wanted.append(("Suspend a member", self._name(row)))
            self._members.sheet.delete_rows(row)


def listed(client: Client, change_set: ChangeSet) -> Counter[tuple[str, str]]:
    """What the table of the preview names: kind and target of each line."""
    response = client.get(f"/changes/{change_set.pk}")
    lines: list[Any] = list(response.context["table"].page.rows)
    return Counter((str(line.kind), line.change.target_text) for line in lines)


def test_everything_is_as_it_was(owner: Client, worker: WorkerProcess, sandbox: SandboxProcess) -> None:
    code = next(one["code"] for one in sandbox.inbox() if one["kind"] == "device")
    first = exported(owner)
    edited = Edited(first, code)
    sandbox.clear_journal()

    change_set = pages.previewed(owner, worker, edited.file(), name="企业.xlsx", suspend_missing="on")
    assert listed(owner, change_set) == Counter(edited.wanted)
    problems = owner.get(f"/changes/{change_set.pk}/problems").context["table"].page.rows
    assert sorted((one.problem.line, one.problem.column) for one in problems) == sorted(edited.broken)
    assert sent(sandbox) == []

    assert owner.post(f"/changes/{change_set.pk}/confirm").status_code == 422  # rows are left out
    pages.post(owner, change_set, "confirm", leave_out="on")
    change_set = pages.finished(worker, change_set)
    assert (change_set.done, change_set.total) == (len(edited.wanted), len(edited.wanted))
    result = pages.sheets(pages.content(owner.get(f"/changes/{change_set.pk}/result.xlsx")))
    told = Counter(row[-2] if row[-2] == "Problem" else row[-1] for row in result[MEMBERS][1:])
    assert (told["Done"], told["Problem"]) == (8, 3)
    assert exported(owner) != first

    pages.post(owner, change_set, "undo")
    undo = ChangeSet.objects.get(undoes=change_set)
    worker.wait_for(lambda: pages.again(undo).state != SetState.PLANNING)
    assert pages.again(undo).problems == 0
    pages.post(owner, undo, "confirm")
    undo = pages.finished(worker, undo)
    assert undo.done == undo.total
    assert pages.sheets(exported(owner)) == pages.sheets(first)
