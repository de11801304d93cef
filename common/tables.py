"""One table for every list: its columns, its state in the query string, what is shown of it.

Nothing here asks a database. A view reads the state from its request, lets its domain module fetch the page, and
hands both to the template as a ``Table``; ``{% datatable %}`` (common/templatetags/ui.py) draws it. What a person
keeps for a table (columns, saved views) comes with the request, from the room that knows the person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlencode

from django.forms import BaseForm
from django.http import QueryDict
from django.urls import ResolverMatch
from django.utils.functional import Promise

from common.paging import Page
from common.selection import Bulk

LARGEST_PAGE = 1_000_000  # a larger number in the query string is nonsense and not worth counting to

Text = str | Promise

_OWN_PARAMETERS = frozenset({"sort", "page", "cols"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a table may show.

    Attributes:
        key: its name in the query string and in ``{% cell %}``.
        label: its heading, translated lazily.
        sort: the fields that order by it, ascending, a unique one last; ``None``: it can't be sorted by.
        default: whether it is shown while nobody has chosen columns.
        fixed: always shown and not offered in the chooser, such as the name that the row is called by.
        end: aligned at the end of the line, for numbers that are compared.
        yields: not shown where the window is too narrow for all columns side by side.
    """

    key: str
    label: Text
    sort: tuple[str, ...] | None = None
    default: bool = True
    fixed: bool = False
    end: bool = False
    yields: bool = False

    @property
    def css(self) -> str:
        """The classes of its cells."""
        return " ".join(name for name, on in (("text-end", self.end), ("yields", self.yields)) if on)


@dataclass(frozen=True, slots=True)
class SavedView:
    """Filters, sort and columns under a name; ``query`` is the query string that shows them again."""

    id: int
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the acting person keeps for one table.

    Attributes:
        table: the name of the URL that shows the table.
        cols: the columns that were chosen last, as the query string would name them; empty: nobody has chosen.
        views: the saved views, by name.
    """

    table: str
    cols: str = ""
    views: tuple[SavedView, ...] = ()


class TableRequest(Protocol):
    """A request that can tell what the acting person keeps for a table (``accounts.middleware``)."""

    @property
    def GET(self) -> QueryDict: ...
    @property
    def resolver_match(self) -> ResolverMatch | None: ...
    @property
    def kept_for(self) -> Callable[[str], Kept]: ...


@dataclass(frozen=True, slots=True)
class TableState:
    """What the query string says about a table; whatever it does not know has fallen back.

    Attributes:
        columns: all columns, in their order.
        sort: key of the column that orders the rows, with ``-`` in front when descending; may be empty.
        page: the wanted page, from 1; it may lie beyond the end (see ``paging.clamp``).
        shown: keys of the columns to show.
        filters: the other parameters that have a value, as pairs, in their order.
        kept: what the person keeps for this table; None for a table that offers nothing to keep.
    """

    columns: tuple[Column, ...]
    sort: str
    page: int
    shown: frozenset[str]
    filters: tuple[tuple[str, str], ...]
    cols: str = ""  # as it was asked for; empty while the address names none
    kept: Kept | None = None

    @classmethod
    def of(cls, request: TableRequest, columns: Sequence[Column], default_sort: str = "") -> "TableState":
        """What the request's query string says, and what the person keeps for the table of this page.

        Columns that the query names win over those that were chosen last.
        """
        match = request.resolver_match
        kept = request.kept_for(match.url_name) if match is not None and match.url_name else None
        return cls.parse(request.GET, columns, default_sort, kept)

    @classmethod
    def parse(
        cls, query: QueryDict, columns: Sequence[Column], default_sort: str = "", kept: Kept | None = None
    ) -> "TableState":
        """Read ``sort``, ``page`` and ``cols``; unknown values fall back, they are no errors."""
        sortable = {column.key for column in columns if column.sort}
        sort = query.get("sort", "")
        chosen = _known(query.getlist("cols"), columns)
        remembered = _known([kept.cols], columns) if kept else set()
        shown = chosen or remembered or {column.key for column in columns if column.default}
        return cls(
            columns=tuple(columns),
            sort=sort if sort.removeprefix("-") in sortable else default_sort,
            page=_page_number(query.get("page", "")),
            shown=frozenset(shown | {column.key for column in columns if column.fixed}),
            filters=tuple(
                (name, value)
                for name, values in query.lists()
                if name not in _OWN_PARAMETERS
                for value in values
                if isinstance(value, str) and value.strip()
            ),
            cols=",".join(column.key for column in columns if column.key in chosen),
            kept=kept,
        )

    @property
    def order(self) -> tuple[str, ...]:
        """The ``sort`` fields of the chosen column, every one turned round when descending."""
        key = self.sort.removeprefix("-")
        fields = next((column.sort for column in self.columns if column.key == key and column.sort), ())
        return tuple(f"-{name}" for name in fields) if self.sort.startswith("-") else fields

    @property
    def query(self) -> str:
        """Filters and sort, for showing the same rows again."""
        return urlencode([*self.filters, *([("sort", self.sort)] if self.sort else [])])

    @property
    def view_query(self) -> str:
        """Filters, sort and columns, for showing the same table again; the page is not part of it."""
        cols = ",".join(column.key for column in self.choosable if column.key in self.shown)
        return "&".join(part for part in (self.query, urlencode({"cols": cols}, safe=",")) if part)

    @property
    def choosable(self) -> tuple[Column, ...]:
        """The columns that can be switched on and off."""
        return tuple(column for column in self.columns if not column.fixed)

    @property
    def headings(self) -> "tuple[Heading, ...]":
        return tuple(Heading(column, self.sort) for column in self.columns if column.key in self.shown)


@dataclass(frozen=True, slots=True)
class Heading:
    """A shown column together with what its sort link does."""

    column: Column
    sort: str

    @property
    def aria_sort(self) -> str:
        """``ascending``, ``descending``, or empty when the rows are ordered by something else."""
        if self.sort == self.column.key:
            return "ascending"
        return "descending" if self.sort == f"-{self.column.key}" else ""

    @property
    def next_sort(self) -> str:
        return f"-{self.column.key}" if self.aria_sort == "ascending" else self.column.key


class Trouble(StrEnum):
    """Why a table has no rows to show although there may be some; each looks different from "none"."""

    FAILED = "failed"
    FORBIDDEN = "forbidden"
    LOADING = "loading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What an empty table says, and the one thing to do about it."""

    title: Text
    text: Text = ""
    url: str = ""
    action: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Everything that ``{% datatable %}`` draws.

    Attributes:
        name: the id of the swapped element and the name of its partial.
        caption: what the rows are, for those who can't see the heading of the page.
        state: from ``TableState.parse``.
        page: the rows; ``None`` only together with ``trouble``.
        summary: the count in words, such as "60 members"; it is read out after each change.
        empty: what to say while there are no rows at all.
        filters: a form of ``common.forms`` that was bound to the query, or ``None``.
        trouble: why there are no rows to show.
        bulk: how rows are selected, on the shown page or all that match; None: they are not.
        export: the name of the URL that gives all rows as a file, for the same query; empty: none does.
    """

    name: str
    caption: Text
    state: TableState
    page: Page[Any] | None
    summary: str = ""
    empty: Empty = field(default_factory=lambda: Empty(title=""))
    filters: BaseForm | None = None
    trouble: Trouble | None = None
    bulk: Bulk | None = None
    export: str = ""

    @property
    def condition(self) -> str:
        """``rows``, ``empty``, ``no-match``, or the trouble's name."""
        if self.trouble is not None:
            return self.trouble.value
        if self.page is not None and self.page.total:
            return "rows"
        return "no-match" if self.state.filters else "empty"


def _page_number(text: str) -> int:
    # isdecimal would let other scripts' digits through, which is harmless: int() reads them too.
    return min(max(1, int(text)), LARGEST_PAGE) if text.isdecimal() and len(text) < 10 else 1


def _known(values: Iterable[object], columns: Iterable[Column]) -> set[str]:
    """Known keys of ``cols``: ``cols=a,b`` as our links write it, ``cols=a&cols=b`` as a form sends it."""
    wanted = {key for value in values for key in str(value).split(",")}
    return {column.key for column in columns if column.key in wanted}
