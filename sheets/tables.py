"""What can be imported and exported as a table. The rooms above register theirs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from django_stubs_ext import StrOrPromise

from changes.kinds import Draft, Trouble
from common.actor import Actor
from common.spreadsheets.writing import Cell


class Mode(StrEnum):
    """What an import may do with its rows."""

    CREATE = "create"  # only what is new; rows of what is there already are a problem
    UPDATE = "update"  # only what is there
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        field: its name in a ``Line``.
        label: its heading in exports and templates; in each of our languages it is recognized, too.
        names: what else it may be called, in any language.
        help: what a template says about it.
        secret: whether a cell must not be repeated where its problem is shown.
        width: in characters.
    """

    field: str
    label: StrOrPromise
    names: Sequence[str] = ()
    help: StrOrPromise = ""
    secret: bool = False
    width: int = 16


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file as a planner gets it: the cells of recognized columns, by field, cleaned.

    ``done`` is a row of an earlier result that was carried out then: nothing is to be created by it once more.
    """

    sheet: str
    number: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]  # how the file calls the columns, by field
    secret: frozenset[str] = frozenset()  # fields whose cells are repeated nowhere
    done: bool = False

    def trouble(self, code: str, name: str = "", **params: Any) -> Trouble:
        """A problem of this row; ``name`` is the field that it is about."""
        return Trouble(
            code=code,
            params=params,
            sheet=self.sheet,
            line=self.number,
            column=self.headings.get(name, ""),
            value="" if name in self.secret else self.cells.get(name, ""),
            target_text=self.cells.get("name", ""),
        )


@dataclass(slots=True)
class Import:
    """What all tables of one import share.

    Attributes:
        suspend_missing: what is not in the file gets suspended.
        drafts: those of this plan that others may need: a kind of thing and what it is called → the key of the last
            draft called so, and how many are. No lists: 200,000 of them would keep the garbage collector busy.
        renamed: what gets another name by this plan: a kind of thing and its new name → the numbers of those.
    """

    mode: Mode
    suspend_missing: bool = False
    drafts: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    renamed: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def tell(self, kind: str, called: str, key: str) -> None:
        """Make a draft known to others by what it is called."""
        _earlier, count = self.told(kind, called)
        self.drafts[kind, called] = key, count + 1

    def told(self, kind: str, called: str) -> tuple[str, int]:
        """The key of the last draft that is called so (empty: there is none), and how many are."""
        return self.drafts.get((kind, called), ("", 0))

    def rename(self, kind: str, called: str, number: int) -> None:
        """Make known what a thing will be called."""
        self.renamed.setdefault((kind, called), []).append(number)


class Planner(Protocol):
    """Plans the rows of one table, of one or several sheets."""

    def plan(self, lines: Iterable[Line]) -> Iterable[Draft | Trouble]:
        """What the rows want, compared with what is there; a row with a problem yields no draft.

        Called again for the next rows of a sheet, and for further sheets.
        """

    def finish(self) -> Iterable[Draft | Trouble]:
        """What follows from all rows of all tables."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be imported and exported.

    Attributes:
        names: names of sheets by which it is recognized, beside the label in each of our languages.
        order: tables are planned in this order: what others refer to comes first.
        rows: everything there is, in the order of ``columns``, for an export that can be imported again.
        count: how many rows these are; cheap.
        identifying: fields of which one at least has to be there.
        matching: how a row finds what is there already, in words.
        ignored: headings that lists of ours have beside these columns; they are left out without a question.
    """

    code: str
    label: StrOrPromise
    columns: Sequence[Column]
    planner: Callable[[Actor, Import], Planner]
    rows: Callable[[int], Iterable[Sequence[Cell]]]
    count: Callable[[int], int]
    order: int
    identifying: frozenset[str]
    names: Sequence[str] = ()
    matching: StrOrPromise = ""
    ignored: Sequence[StrOrPromise] = ()


_tables: dict[str, Table] = {}


def register(table: Table) -> None:
    """Make a table known."""
    _tables[table.code] = table


def table(code: str) -> Table:
    """The table with this code."""
    return _tables[code]


def registered() -> list[Table]:
    """All tables in their order."""
    return sorted(_tables.values(), key=lambda one: one.order)
