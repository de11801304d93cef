"""What is written opens in Excel as it was meant, and reads back as it was."""

import gc
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from common.spreadsheets import NewSheet, csv_stream, open_table, write_xlsx
from common.spreadsheets.text import clean
from tests.common.spreadsheets.making import cells

FORMULAS = ["=1+1", "+86 138", "-1", "@a", "\t=1", "\r=1", "  =1", "\u3000＝1", "＋1", "－1", "＠1"]
TEXTS = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("'=+-@＝, \t\r\n\";")), max_size=20
)
TABLES = st.lists(st.lists(TEXTS, max_size=5), min_size=1, max_size=8)


def normalized(table: list[list[str]]) -> list[list[str]]:
    rows = []
    for row in table:
        kept = [clean(text) for text in row]
        while kept and not kept[-1]:
            kept.pop()
        rows += [kept] if kept else []
    return rows


def written(*sheets: NewSheet) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, sheets)
    return file.getvalue()


@given(TABLES)
def test_a_text_file_reads_back_as_it_was_written(table: list[list[str]]) -> None:
    content = b"".join(csv_stream(["name", "b", "c", "d", "e"], table))
    assert cells(content) == [["name", "b", "c", "d", "e"], *normalized(table)]


@settings(max_examples=40)
@given(TABLES)
def test_a_workbook_reads_back_as_it_was_written(table: list[list[str]]) -> None:
    assert cells(written(NewSheet("x", ["name"], table))) == [["name"], *normalized(table)]


def test_the_text_file_is_what_excel_wants() -> None:
    content = b"".join(csv_stream(["姓名", "n"], [["张三", 1], ['a"b', None]]))
    assert content == b"\xef\xbb\xbf" + '姓名,n\r\n张三,1\r\n"a""b",\r\n'.encode()


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_in_a_text_file_is_calculated(formula: str) -> None:
    body = b"".join(csv_stream(["x"], [[formula]])).decode("utf-8-sig")
    cell = body.split("\r\n")[1].strip('"')
    assert cell[0] == "'"
    assert cells(body.encode())[1] == [clean(formula)]


def test_a_negative_number_of_ours_is_none_the_less_a_text_in_a_text_file() -> None:
    assert b"".join(csv_stream(["x"], [[-5]])).endswith(b"'-5\r\n")


def test_the_header_comes_before_the_first_row_is_asked_for() -> None:
    def failing() -> Iterator[list[str]]:
        raise AssertionError
        yield []

    assert next(csv_stream(["x"], failing())).endswith(b"x\r\n")


def test_texts_stay_texts_in_a_workbook_and_numbers_numbers() -> None:
    row: list[str | int | None] = [
        "013800001234",
        "13800001234",
        "=1+1",
        "http://example.com",
        42,
        10**17,
        "",
    ]
    page = load_workbook(io.BytesIO(written(NewSheet("x", ["a"] * 7, [row])))).active
    assert page is not None
    assert [cell.value for cell in page[2]] == [*row[:5], str(10**17), None]
    assert [cell.data_type for cell in page[2]][:5] == ["s", "s", "s", "s", "n"]
    assert page["A2"].number_format == page.column_dimensions["A"].number_format == "@"


def test_the_header_is_bold_and_stays_in_sight_below_the_note() -> None:
    content = written(NewSheet("x", ["a", "b"], [["1", "2"]], widths=[30], note="请勿修改表头"))
    page = load_workbook(io.BytesIO(content)).active
    assert page is not None
    assert page["A2"].font.b
    assert page.freeze_panes == "A3"
    assert page.column_dimensions["A"].width == pytest.approx(30, abs=1)
    assert cells(content) == [["请勿修改表头"], ["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("成员", "成员"),
        ("a[b]:*?/\\c", "a b      c"),
        ("'x'", "x"),
        ("", "Sheet"),
        ("History", "History_"),
        ("长" * 40, "长" * 31),
    ],
)
def test_the_name_of_a_sheet_is_made_legal(name: str, legal: str) -> None:
    assert load_workbook(io.BytesIO(written(NewSheet(name, ["a"], [])))).sheetnames == [legal]


def test_two_sheets_never_have_one_name() -> None:
    names = ["A" * 31, "a" * 31, "a" * 31]
    content = written(*(NewSheet(name, ["x"], []) for name in names))
    assert load_workbook(io.BytesIO(content)).sheetnames == ["A" * 31, "a" * 27 + " (2)", "a" * 27 + " (3)"]


def test_progress_is_told_over_all_sheets() -> None:
    told: list[int] = []
    sheets = [NewSheet(name, ["x"], [["1"]] * 15) for name in ("a", "b")]
    write_xlsx(io.BytesIO(), sheets, progress=told.append, every=10)
    assert told == [10, 20, 30]


def test_a_row_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def failing() -> Iterator[list[str]]:
        yield ["1"]
        raise KeyError

    with pytest.raises(KeyError):
        write_xlsx(io.BytesIO(), [NewSheet("x", ["a"], failing())])
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_rows() -> None:
    tracemalloc.start()
    try:
        size = sum(map(len, csv_stream(["a", "b"], (["张三", "13800001234"] for _ in range(100_000)))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 1_000_000
    assert peak < 1024 * 1024


def test_a_workbook_is_written_and_read_in_memory_that_does_not_grow(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        gc.collect()  # what others left behind makes it collect in between, or not
        with (tmp_path / f"{rows}.xlsx").open("w+b") as file:
            tracemalloc.start()
            try:
                write_xlsx(file, [NewSheet("x", ["a", "b"], ([f"{n}", "张三"] for n in range(rows)))])
                assert sum(1 for _ in open_table(file).sheets[0].rows()) == rows + 1
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(10)  # whatever is made once
    assert peak(2_000) < peak(400) * 1.5
