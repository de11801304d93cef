"""The state of a table in the query string, and one page of rows."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from common.paging import Page, clamp
from common.tables import Column, Empty, Heading, Table, TableState, Trouble

COLUMNS = [
    Column("name", "Name", ("name", "user_id"), fixed=True),
    Column("phone", "Phone", ("phone", "user_id")),
    Column("department", "Department"),
    Column("track", "Track", default=False, end=True),
]


def parse(query: str, default_sort: str = "name") -> TableState:
    return TableState.parse(QueryDict(query), COLUMNS, default_sort)


def table(query: str = "", *, rows: int = 0, trouble: Trouble | None = None) -> Table:
    page = None if trouble else Page.of(list(range(rows)), 1)
    return Table(
        name="t", caption="T", state=parse(query), page=page, empty=Empty(title="None"), trouble=trouble
    )


def test_without_a_query_the_defaults_hold() -> None:
    state = parse("")
    assert (state.sort, state.page) == ("name", 1)
    assert state.shown == {"name", "phone", "department"}
    assert state.order == ("name", "user_id")
    assert state.filters == ()


def test_sort_ascending_and_descending() -> None:
    assert parse("sort=phone").order == ("phone", "user_id")
    assert parse("sort=-phone").order == ("-phone", "-user_id")


@pytest.mark.parametrize("sort", ["password", "--phone", "department", "-", "phone,name", "phone'"])
def test_unknown_sort_falls_back(sort: str) -> None:
    assert parse(f"sort={sort}").sort == "name"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("3", 3),
        ("0", 1),
        ("-2", 1),
        ("x", 1),
        ("", 1),
        ("1e3", 1),
        ("²", 1),
        ("999999999", 1_000_000),
        ("9" * 5000, 1),
    ],
)
def test_page_number(page: str, expected: int) -> None:
    assert parse(f"page={page}").page == expected


@pytest.mark.parametrize("query", ["cols=track,phone", "cols=track&cols=phone", "cols=phone,track,salary"])
def test_chosen_columns_keep_their_order_and_the_fixed_ones(query: str) -> None:
    state = parse(query)
    assert [heading.column.key for heading in state.headings] == ["name", "phone", "track"]
    assert state.cols == "phone,track"


def test_no_known_column_means_the_default_ones() -> None:
    assert parse("cols=salary").shown == parse("").shown


def test_filters_are_all_other_parameters_with_a_value() -> None:
    state = parse("q=%E5%BC%A0&dept=&state=1&state=2&sort=phone&page=2&cols=phone")
    assert state.filters == (("q", "张"), ("state", "1"), ("state", "2"))


def test_a_heading_turns_its_own_order_round() -> None:
    name = COLUMNS[0]
    assert (Heading(name, "name").aria_sort, Heading(name, "name").next_sort) == ("ascending", "-name")
    assert (Heading(name, "-name").aria_sort, Heading(name, "-name").next_sort) == ("descending", "name")
    assert (Heading(name, "phone").aria_sort, Heading(name, "phone").next_sort) == ("", "name")


def test_a_page_beyond_the_end_is_the_last_one() -> None:
    page = Page.of(list(range(101)), 99)
    assert (page.number, page.pages, list(page.rows)) == (3, 3, [100])
    assert (page.first, page.last, page.previous, page.next) == (101, 101, 2, None)


def test_no_rows_are_one_empty_page() -> None:
    page: Page[int] = Page.of([], 5)
    assert (page.number, page.pages, page.first, page.last) == (1, 1, 0, 0)
    assert (page.previous, page.next, page.window) == (None, None, [1])


def test_window_marks_gaps() -> None:
    assert Page([], 1, 5000).window == [1, 2, 3, None, 100]
    assert Page([], 50, 5000).window == [1, None, 48, 49, 50, 51, 52, None, 100]


@given(total=st.integers(0, 10_000), wanted=st.integers(-5, 10_000), size=st.integers(1, 60))
def test_pages_cover_every_row_once(total: int, wanted: int, size: int) -> None:
    page = Page.of(range(total), wanted, size)
    assert 1 <= page.number <= page.pages
    assert page.number == clamp(wanted, total, size)
    assert list(page.rows) == list(range(total))[page.first - 1 : page.last] if total else not page.rows
    assert page.number in page.window


def test_conditions_are_told_apart() -> None:
    assert table(rows=1).condition == "rows"
    assert table().condition == "empty"
    assert table("q=x").condition == "no-match"
    assert table("sort=phone&page=2").condition == "empty"
    assert [table(trouble=trouble).condition for trouble in Trouble] == ["failed", "forbidden", "loading"]
