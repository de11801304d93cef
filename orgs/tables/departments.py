"""Departments as a table, and as the cells of other tables name them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from changes.kinds import Draft, Trouble
from common import texts
from common.actor import Actor
from common.spreadsheets.text import clean
from common.spreadsheets.writing import Cell
from orgs.models import Department
from orgs.search import normalized
from orgs.tables import cells, naming
from orgs.tables.cells import Bad
from orgs.tables.naming import NameIndex
from sheets.tables import Column, Import, Line, Mode, Table


@dataclass(frozen=True, slots=True)
class Place:
    """A department that a cell names. ``key`` is set where this very import creates it."""

    dept_id: int
    name: str
    key: str = ""


class Departments(NameIndex):
    """Finds departments by name; those that are not there yet are created once for the whole import."""

    def __init__(self, org_num: int, wanted: Import) -> None:
        present = _all(org_num).order_by("dept_id").values_list("dept_id", "name")
        super().__init__("department", wanted, present)

    def find(self, text: str, present: int = 0) -> Place | None:
        """The department that a cell names; None if there is none yet.

        Args:
            present: the department of the member of whom the cell speaks: of several with this name, it is meant.

        Raises:
            Bad: several have this name, or none has this number, or one that is called otherwise.
        """
        if naming.called(text) in _no_department():
            return Place(0, "")
        reference = naming.reference(text)
        if reference and (self.fits(*reference) or reference == ("", present)):  # a member's may be unknown
            name, number = reference
            return self._place(number, name)
        found, key = self.named(text), self.key_of(text)
        if reference and len(found) != 1:
            raise self._unfit(reference[1])
        if not found:
            cells.name(text)
            return Place(0, text, key) if key else None
        if present in found:
            return self._place(present, text)
        if (several := len(found) + bool(key)) > 1:
            raise Bad("department_ambiguous", count=several, example=self.label(found[0]))
        return self._place(found[0], text)

    def _unfit(self, number: int) -> Bad:
        """Why a name with this number means no department."""
        if number not in self.names:
            return Bad("no_such_department", number=number)
        return Bad("department_differs", number=number, called=self.names[number])

    def _place(self, dept_id: int, name: str) -> Place:
        """A department by the name that it has, or will have when members get into it."""
        present = self.names.get(dept_id, "")
        return Place(dept_id, name if name and naming.called(name) != naming.called(present) else present)

    def create(self, line: Line, text: str) -> tuple[Place, Draft]:
        """A department that ``find`` has not found, and the draft that creates it."""
        draft = Draft(
            kind="orgs.department.create",
            target_text=text,
            after={"name": text},
            key=self.new_key(text),
            sheet=line.sheet,
            line=line.number,
        )
        return Place(0, text, draft.key), draft

    def label(self, dept_id: int) -> str:
        """How an export names a department, so that an import finds exactly this one; no department is empty."""
        return super().label(dept_id) if dept_id else ""

    def reads_otherwise(self, name: str) -> bool:
        """Whether a cell with this name may be taken for no department, or for the one with a number."""
        return naming.called(name) in _no_department() or super().reads_otherwise(name)


@cache
def _no_department() -> set[str]:
    dashes = {"-", "–", "—"}  # our own tables show the last; ``normalized`` makes "－" the first
    return dashes | {"无", "无部门", "none"} | set(map(normalized, texts.in_each(_("No department"))))


class DepartmentPlanner:
    """Rows of departments: by number they are renamed, by name they are created."""

    def __init__(self, actor: Actor, wanted: Import) -> None:
        self._departments = Departments(actor.organization, wanted)
        self._wanted = wanted
        self._seen: dict[object, int] = {}

    def plan(self, lines: Iterable[Line]) -> Iterator[Draft | Trouble]:
        for line in lines:
            try:
                yield from self._plan(line)
            except Bad as bad:
                yield line.trouble(bad.code, "name", **bad.params)

    def finish(self) -> Iterator[Draft | Trouble]:
        yield from ()

    def _plan(self, line: Line) -> Iterator[Draft | Trouble]:
        name = line.cells.get("name", "")
        try:
            number = cells.number(line.cells.get("number", ""))
        except Bad as bad:
            yield line.trouble(bad.code, "number", **bad.params)
            return
        if number:
            yield from self._rename(line, number, name)
        elif not name:
            yield line.trouble("name_missing", "name")
        elif naming.called(name) in self._seen:
            yield line.trouble("repeats", "name", other=self._seen[naming.called(name)])
        else:
            self._seen[naming.called(name)] = line.number
            place = self._find(name)
            if place is None and self._wanted.mode is Mode.UPDATE:
                yield line.trouble("not_there", "name")
            elif place is None:
                yield self._departments.create(line, name)[1]
            elif self._wanted.mode is Mode.CREATE:
                yield line.trouble("exists_already", "name")

    def _find(self, name: str) -> Place | None:
        """As ``Departments.find``; but nothing can be created with a name that is found as something else."""
        try:
            place = self._departments.find(name)
        except Bad:
            if self._departments.reads_otherwise(name):
                raise Bad("name_reserved") from None
            raise
        if place == Place(0, ""):
            raise Bad("name_reserved")
        return place

    def _rename(self, line: Line, number: str, name: str) -> Iterator[Draft | Trouble]:
        dept_id = naming.number(number)
        present = self._departments.names.get(dept_id) if dept_id is not None else None
        if present is None:
            yield line.trouble("no_such_department", "number", number=number)
        elif dept_id in self._seen:
            yield line.trouble("repeats", "number", other=self._seen[dept_id])
        elif name and name != clean(present):
            if self._wanted.mode is Mode.CREATE:
                yield line.trouble("exists_already", "number")
                return
            if self._departments.reads_otherwise(name):
                raise Bad("name_reserved")
            draft = Draft(
                kind="orgs.department.rename",
                target_id=str(dept_id),
                target_text=present,
                before={"name": present},
                after={"name": cells.name(name)},
                sheet=line.sheet,
                line=line.number,
            )
            self._departments.rename(int(draft.target_id), name)
            yield draft
        self._seen[dept_id] = line.number


def _all(org_num: int) -> QuerySet[Department]:
    """Those that somebody has made: 0 stands for none."""
    return Department.objects.filter(organization=org_num).exclude(dept_id=0)


def rows(org_num: int) -> Iterator[list[Cell]]:
    """All departments, as an import takes them back."""
    found = _all(org_num).order_by("dept_id")
    for dept_id, name in found.values_list("dept_id", "name").iterator():
        yield [str(dept_id), name]


TABLE = Table(
    code="departments",
    label=_("Departments"),
    names=("部门", "department"),
    columns=(
        Column(
            "number",
            _("Department number"),
            ("部门id", "部门编号", "id"),
            _("Leave it empty for a new one."),
            width=12,
        ),
        Column("name", _("Department name"), ("部门", "名称", "name", "department"), width=30),
    ),
    planner=DepartmentPlanner,
    rows=rows,
    count=lambda org_num: _all(org_num).count(),
    order=10,
    identifying=frozenset({"number", "name"}),
)
