"""Excel workbooks as people make them."""

import io
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from common.spreadsheets import UNCALCULATED, Limits, Row, open_table
from tests.common.spreadsheets.making import SHEET, cells, changed, read, refused, with_rows, workbook


def made(*rows: list[object]) -> tuple[Workbook, bytes]:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    return book, saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("张三", "张三"),
        ("  张三\u3000\xa0", "张三"),
        (13800001234, "13800001234"),
        (1.3800001234e10, "13800001234"),
        (13800001234.0, "13800001234"),
        (0.1 + 0.2, "0.3"),
        (-2, "-2"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 11, 28), "2026-11-28"),
        (datetime(2026, 11, 28), "2026-11-28"),
        (datetime(2026, 11, 28, 19, 30), "2026-11-28 19:30"),
        (datetime(2026, 11, 28, 19, 30, 5), "2026-11-28 19:30:05"),
        (time(8, 5), "08:05"),
        ("#N/A", "#N/A"),
        ("一\n二", "一 二"),
        ("'=1+1", "=1+1"),
    ],
)
def test_every_value_becomes_the_text_that_a_person_would_have_typed(value: object, text: str) -> None:
    _book, content = made(["head", "tail"], [value, "x"])
    assert cells(content)[1] == [text, "x"]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<c><v>13800001234</v></c>", "13800001234"),
        ("<c><v>1.3800001234E10</v></c>", "13800001234"),
        ("<c><v>1.3800001234E+10</v></c>", "13800001234"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="d"><v>2026-11-28</v></c>', "2026-11-28"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ('<c t="str"><f>A1&amp;"x"</f><v>张三x</v></c>', "张三x"),
        ('<c t="inlineStr"><is><t>a_x000D_\nb</t></is></c>', "a  b"),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
    ],
)
def test_numbers_formulas_and_errors_as_other_programs_store_them(xml: str, text: str) -> None:
    assert cells(with_rows(f"<row>{xml}</row>")) == [[text]]


def test_a_formula_that_was_never_calculated_is_told_from_an_empty_cell() -> None:
    _book, content = made(["a", "b", "c"], [1, "=1+1", "x"])
    assert cells(content)[1] == ["1", UNCALCULATED, "x"]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<c><f>1+1</f></c>", UNCALCULATED),
        ("<c><f>1+1</f><v/></c>", UNCALCULATED),
        ('<c><f t="shared" si="0"/></c>', UNCALCULATED),
        ('<c t="str"><f>A1</f></c>', UNCALCULATED),
        ('<c t="str"><f>A1</f><v></v></c>', ""),
        ('<c t="b"><f>A1</f><v>0</v></c>', "FALSE"),
        ("<c><f>A1</f><v>0</v></c>", "0"),
        ("<c/>", ""),
    ],
)
def test_a_formula_has_the_value_that_was_stored(xml: str, text: str) -> None:
    assert cells(with_rows(f"<row>{xml}<c><v>1</v></c></row>")) == [[text, "1"]]


@pytest.mark.parametrize("lines", [(1, 2, 2), (1, 2, 1), (0, 1, 2)])
def test_rows_that_do_not_ascend_are_passed_over(lines: tuple[int, ...]) -> None:
    rows = "".join(f'<row r="{line}"><c><v>{line}</v></c></row>' for line in lines)
    assert read(with_rows(rows)) == [Row(1, ["1"]), Row(2, ["2"])]


def test_of_merged_cells_the_first_has_the_value() -> None:
    book, _content = made(["a", "b", "c"], ["merged", "lost", "x"])
    book.active.merge_cells("A2:B2")  # type: ignore[union-attr]
    assert cells(saved(book))[1] == ["merged", "", "x"]


def test_lines_are_those_of_the_spreadsheet() -> None:
    _book, content = made([], ["a"], [], [None, "b"], [])
    assert read(content) == [Row(2, ["a"]), Row(4, ["", "b"])]


def test_a_wrong_dimension_is_not_believed() -> None:
    content = workbook(["a", "b"], ["1", "2"], ["3", "4"])
    wrong = changed(content, SHEET, lambda old: old.replace(b'ref="A1:B3"', b'ref="B2:B2"'))
    assert wrong != content
    assert cells(wrong) == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_every_visible_sheet_is_there_by_name() -> None:
    book, _content = made(["first"])
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.create_sheet("部门").append(["second"])
    sheets = open_table(io.BytesIO(saved(book))).sheets
    assert [(sheet.name, [row.cells for row in sheet.rows()]) for sheet in sheets] == [
        ("Sheet", [["first"]]),
        ("部门", [["second"]]),
    ]


def test_an_empty_sheet_has_no_rows() -> None:
    assert read(saved(Workbook())) == []


def test_a_header_alone_is_one_row() -> None:
    assert cells(workbook(["姓名", "电话"])) == [["姓名", "电话"]]


def test_formatted_rows_without_a_value_are_none() -> None:
    styled = "".join(f'<row r="{line}" ht="20"><c r="A{line}" s="1"/></row>' for line in range(2, 200))
    rows = read(with_rows('<row r="1"><c><v>1</v></c></row>' + styled), Limits(rows=100))
    assert rows == [Row(1, ["1"])]


def test_more_rows_than_may_be_are_an_error_at_the_first_of_them() -> None:
    assert refused(workbook(["a"], ["1"], ["2"], ["3"]), Limits(rows=2)) == ("too_many_rows", 4)


def test_two_hundred_columns_are_fine_and_more_are_an_error() -> None:
    assert len(cells(workbook([str(number) for number in range(200)]))[0]) == 200
    assert refused(workbook(["x"], [str(number) for number in range(201)])) == ("too_many_columns", 2)


def test_a_cell_that_is_too_long_is_named_with_its_line() -> None:
    assert refused(workbook(["a"], ["x" * 2001])) == ("cell_too_long", 2)
