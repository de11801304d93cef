"""What came of a change set, as a workbook.

An import comes back as the file that was sent, each row with what came of it, so that the rest can be corrected there
and sent again. Everything else, and an import whose file has expired, is a list of its changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit import trail
from changes import control, listing, reading
from changes.models import Change, ChangeSet, Problem, State
from changes.reading import Conflict, Fault, Line
from common.actor import Actor
from common.batches import batched
from common.spreadsheets import Counted, NewSheet, Row, Sheet, write_xlsx
from common.spreadsheets.writing import Cell
from common.texts import labelled
from sheets import importing, making, recognition, storage, tables
from sheets.importing import Mapped
from sheets.making import Progress
from sheets.models import Purpose, StoredFile

RECIPE = "result"
OPERATION = "changes.result"

_LARGE = 256 * 1024  # bytes of an imported file; about 5,000 rows
_CHUNK = 2000
# The worst first: what a row says when several things came of it.
_ORDER = (
    *(State.FAILED, State.UNKNOWN, State.BLOCKED),
    *(State.LOST, State.ATTEMPTED, State.WAITING, State.DONE),
)

Found = TypeVar("Found", Change, Problem)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a row. ``open`` is what is not done, and not what was right already."""

    result: str
    reason: str
    open: bool


def register() -> None:
    """Make the recipe known."""
    making.register(RECIPE, _write)


def arguments(change_set: ChangeSet, *, only_failed: bool) -> dict[str, Any]:
    """What the recipe needs to know."""
    return {"set": change_set.pk, "only_failed": only_failed}


def is_large(actor: Actor, change_set: ChangeSet) -> bool:
    """Whether nobody should wait for it."""
    original = _original(actor, change_set)
    many = max(change_set.total, change_set.rows_left_out) > settings.EXPORT_INLINE_LIMIT
    return many or (original is not None and original.size > _LARGE)


def name_of(change_set: ChangeSet) -> str:
    """What the file is called."""
    if change_set.origin == importing.ORIGIN:
        name = str(change_set.arguments.get("name", ""))
        if stem := name.rpartition(".")[0] or name:
            return _("%(name)s – result") % {"name": stem} + ".xlsx"
    return _("Bulk change %(number)s – result") % {"number": change_set.pk} + ".xlsx"


def _write(actor: Actor, wanted: Mapping[str, Any], file: IO[bytes], progress: Progress) -> None:
    """Taking it is recorded, with how many rows were taken."""
    change_set = control.get(actor, wanted["set"])
    with trail.action(actor, OPERATION, control.target_of(change_set)) as action:
        with (
            making.not_taken_if_it_fails(action),
            _sheets(actor, change_set, only_failed=bool(wanted["only_failed"])) as sheets,
        ):
            taken = [Counted(sheet.rows) for sheet in sheets]
            counted = [replace(sheet, rows=rows) for sheet, rows in zip(sheets, taken, strict=True)]
            write_xlsx(file, counted, progress=progress)
        action.done(after={"rows": sum(rows.count for rows in taken)})


@contextmanager
def _sheets(actor: Actor, change_set: ChangeSet, *, only_failed: bool) -> Iterator[list[NewSheet]]:
    """What it is made of; the rows can be read as long as the file that was sent is open."""
    original = _original(actor, change_set)
    if original is None:
        yield [_list(change_set, only_failed=only_failed)]
        return
    theirs = original.user_id == actor.user_id
    with storage.opened(original) as content:
        found = importing.read(content).sheets
        wish = importing.wish_of(change_set.arguments)
        made = [
            _Original(change_set, found[one.sheet], one, only_failed, theirs).sheet() for one in wish.sheets
        ]
        if _any(change_set, line=None):
            made.append(_list(change_set, only_failed=only_failed, only_without_line=True))
        yield made


def _original(actor: Actor, change_set: ChangeSet) -> StoredFile | None:
    if change_set.origin != importing.ORIGIN:
        return None
    try:
        return storage.get(actor, UUID(change_set.arguments["file"]), Purpose.ORIGINAL)
    except storage.NotHere:
        return None


# --- the file that was sent


@dataclass(frozen=True, slots=True)
class _Original:
    change_set: ChangeSet
    source: Sheet
    mapped: Mapped
    only_failed: bool
    theirs: bool  # whether it goes to whoever sent the file

    def sheet(self) -> NewSheet:
        """The sheet again, with two more columns behind those that have a heading or were imported.

        The two of an earlier result are left out.
        """
        note, header = self._top()
        width = 1 + max(len(header.cells) - 1, *self.mapped.columns)
        above = _cells(header, range(width))
        kept = [i for i in range(width) if i in self.mapped.columns or not recognition.is_of_result(above[i])]
        titles = [*_cells(header, kept), str(importing.RESULT), str(importing.REASON)]
        rows = self._rows(kept, width)
        return NewSheet(self.source.name or pgettext("name of a sheet", "Rows"), titles, rows, note=note)

    def _top(self) -> tuple[str, Row]:
        """What stands above the headings, and the headings; those that were chosen where the sheet has none."""
        note = ""
        for row in self.source.rows():
            if row.line == self.mapped.header_line:
                return note, row if self.mapped.has_header else self._chosen()
            note = note or " ".join(row.cells)
        return note, Row(0, [])

    def _chosen(self) -> Row:
        labels = {column.field: str(column.label) for column in tables.table(self.mapped.table).columns}
        width = 1 + max(self.mapped.columns)
        return Row(0, [labels.get(self.mapped.columns.get(index, ""), "") for index in range(width)])

    def _rows(self, kept: Sequence[int], width: int) -> Iterator[list[Cell]]:
        columns = tables.table(self.mapped.table).columns
        secret = {column.field for column in columns if column.secret}
        hidden = {index for index, name in self.mapped.columns.items() if name in secret}
        verdicts = _verdicts(self.change_set, self.source.name)
        for row in self.source.rows():
            if row.line < self.mapped.first_line:
                continue
            verdict = verdicts(row.line)
            if self.only_failed and not verdict.open:
                continue
            # A password is needed for another try by whoever gave it, and nowhere else.
            covered = not (self.theirs and verdict.open)
            cells = [
                "" if index in hidden and covered else cell
                for index, cell in zip(kept, _cells(row, kept), strict=True)
            ]
            yield [*cells, verdict.result, verdict.reason, *row.cells[width:]]


def _cells(row: Row, kept: Sequence[int]) -> list[str]:
    return [row.cells[index] if index < len(row.cells) else "" for index in kept]


class _ByLine(Generic[Found]):
    """What was found, by the line that it is about; asked for in ascending order."""

    def __init__(self, rows: Iterable[Found]) -> None:
        self._rows: Iterator[Found] = iter(rows)
        self._next: Found | None = next(self._rows, None)

    def take(self, line: int) -> list[Found]:
        taken = []
        while self._next is not None and (self._next.line or 0) <= line:
            if self._next.line == line:
                taken.append(self._next)
            self._next = next(self._rows, None)
        return taken


def _verdicts(change_set: ChangeSet, sheet: str) -> Callable[[int], Verdict]:
    where = {"change_set": change_set, "sheet": sheet[:100], "line__isnull": False}
    changes = Change.objects.filter(**where).order_by("line", "position")
    problems = Problem.objects.filter(**where).order_by("line", "id")
    found = _ByLine(changes.iterator(chunk_size=_CHUNK))
    wrong = _ByLine(problems.iterator(chunk_size=_CHUNK))
    return lambda line: _verdict(change_set.org_num, found.take(line), wrong.take(line))


def _verdict(org_num: int, changes: Sequence[Change], problems: Sequence[Problem]) -> Verdict:
    unfinished = reading.lines(org_num, [one for one in changes if one.state != State.DONE], {})
    wrong = map(_problem, reading.faults(org_num, problems))
    reasons = [*wrong, *(why for one in unfinished if (why := _why(one)))]
    if problems:
        result = pgettext("of a row", "Problem")
    elif changes:
        state = min((State(one.state) for one in changes), key=_ORDER.index)
        result = str(state.label)
    else:
        result = pgettext("of a row", "Unchanged")
    return Verdict(result, "; ".join(dict.fromkeys(reasons)), open=bool(problems or unfinished))


# --- reasons in words


def _problem(fault: Fault) -> str:
    text = " ".join([fault.text, *_found(fault.conflicts)])
    return labelled(fault.problem.column, text) if fault.problem.column else text


def _why(line: Line) -> str:
    """Why a change is not done; empty when it is, or waits."""
    change = line.change
    if change.state == State.BLOCKED:
        return _("It needs “%(name)s”, which was not done.") % {"name": change.reason_text}
    if change.state not in (State.FAILED, State.UNKNOWN):
        return ""
    reason = labelled(line.reason, change.reason_text) if change.reason_text else str(line.reason)
    return " ".join([reason, *_found(line.conflicts)])


def _found(conflicts: Sequence[Conflict]) -> list[str]:
    """What somebody has changed since the preview."""
    return [
        _("%(label)s: expected “%(expected)s”, found “%(present)s”.")
        % {"label": one.label, "expected": one.expected, "present": one.present}
        for one in conflicts
    ]


# --- a list of changes


def _any(change_set: ChangeSet, **which: object) -> bool:
    """Whether it has changes or problems of this kind."""
    return any(model.objects.filter(change_set=change_set, **which).exists() for model in (Change, Problem))


def _list(change_set: ChangeSet, *, only_failed: bool, only_without_line: bool = False) -> NewSheet:
    header = [_("Sheet"), _("Line"), _("What"), _("Target"), _("Number"), _("Changes")]
    titles = [*header, str(importing.RESULT), str(importing.REASON)]
    widths = [12, 8, 24, 24, 12, 48, 12, 48]
    rows = _listed(change_set, only_failed, {"line": None} if only_without_line else {})
    first = 0 if not only_without_line and _any(change_set, line__isnull=False) else 2
    return NewSheet(_("Changes"), titles[first:], (row[first:] for row in rows), widths=widths[first:])


def _listed(change_set: ChangeSet, only_failed: bool, which: Mapping[str, Any]) -> Iterator[list[Cell]]:
    changes = Change.objects.filter(change_set=change_set, **which).order_by("position")
    rows = (changes.exclude(state=State.DONE) if only_failed else changes).iterator(chunk_size=_CHUNK)
    for chunk in batched(rows, _CHUNK):
        numbers = reading.numbers(change_set.org_num, chunk)
        for line in reading.lines(change_set.org_num, chunk, listing.needed(change_set, chunk), numbers):
            yield _listed_line(line)
    problems = Problem.objects.filter(change_set=change_set, **which).order_by("sheet", "line", "id")
    for some in batched(problems.iterator(chunk_size=_CHUNK), _CHUNK):
        for fault in reading.faults(change_set.org_num, some):
            yield _listed_fault(fault)


def _listed_fault(fault: Fault) -> list[Cell]:
    problem, result = fault.problem, pgettext("of a row", "Problem")
    target = problem.target_text or problem.value
    return [problem.sheet, problem.line, "", target, "", "", result, _problem(fault)]


def _listed_line(line: Line) -> list[Cell]:
    change = line.change
    values = (
        labelled(one.label, f"{one.before} → {one.after}" if one.before else one.after)
        for one in line.changes
    )
    target, state = change.target_text or change.target_id, str(State(change.state).label)
    told = (str(line.kind), target, line.target_number, "; ".join(values))
    return [change.sheet, change.line, *told, state, _why(line)]
