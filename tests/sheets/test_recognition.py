"""Which table a sheet is, and which column is which."""

import io

import pytest

from common.spreadsheets import Unreadable
from sheets import recognition
from sheets.recognition import Recognized
from tests.common.spreadsheets.making import workbook
from tests.sheets import things


def seen(*rows: list[str]) -> Recognized:
    (found,) = recognition.look_through(io.BytesIO(things.csv(*rows)))
    return found


@pytest.mark.parametrize(
    "heading",
    [
        "Thing name",
        "THING NAME",
        "名称",
        "*名称（必填）",
        " thing_name: ",
        "★名称",
        "【名称】",
        "名称\n[必填]",
        "ＴＨＩＮＧ ＮＡＭＥ",
    ],
)
def test_a_heading_is_known_by_any_of_its_names(heading: str) -> None:
    assert seen([heading], ["x"]).columns == {0: "name"}


def test_a_heading_that_comes_twice_has_to_be_asked_about() -> None:
    found = seen(["Thing name", "名称"], ["x", "y"])
    assert found.columns == {0: "name"}
    assert not found.certain


def test_columns_without_a_heading_need_not_be_asked_about() -> None:
    assert seen(["Thing name", "", "Color"], ["x", "y", "z"]).certain


def test_a_note_above_the_headings_is_passed_over_and_a_single_heading_is_none() -> None:
    assert (found := seen(["A note"], ["Thing name", "Color"], ["x", "y"])).line == 2
    assert found.certain
    assert seen(["Thing name"], ["x", "and more"]).columns == {0: "name"}


def test_headings_are_found_below_titles_and_beside_empty_columns() -> None:
    title = [["", "××公司物品清单"], ["", "制表人：张三", "", "日期：2026-11-28"], ["", ""]]
    found = seen(*title, ["", "编号", "名称", "颜色"], ["", "", "一号", "red"], ["", "", "颜色"])
    assert (found.line, found.columns) == (4, {1: "number", 2: "name", 3: "color"})
    assert found.sample == [["", "", "一号", "red"], ["", "", "颜色"]]
    assert found.certain


def test_unknown_headings_are_found_below_a_title() -> None:
    found = seen(["", "××公司物品清单"], ["", "甲", "乙", "丙"], ["", "1", "2", "3"])
    assert (found.line, found.table, list(found.header)) == (2, "", ["", "甲", "乙", "丙"])


def test_result_and_reason_may_come_twice_and_decide_nothing() -> None:
    found = seen(["Thing name", "Result", "Reason", "结果"], ["x"])
    assert found.certain
    assert found.mapped.columns == {0: "name"}
    assert seen(["Result", "Reason"], ["x"]).table == ""


def test_what_a_list_of_ours_has_beside_the_columns_of_a_table_is_left_out_without_a_question() -> None:
    found = seen(["Weight", "Thing name"], ["5", "x"])
    assert found.certain
    assert found.mapped.columns == {1: "name"}
    assert seen(["Weight", "Colors"], ["5", "x"]).table == ""


def test_the_name_of_the_sheet_counts() -> None:
    content = things.book(("Others", [["Title", "Thing name"], ["x", "y"]]))
    (found,) = recognition.look_through(io.BytesIO(content))
    assert found.table == "others"


def test_sheets_keep_their_place_in_the_file() -> None:
    content = things.book(("a", [["x"]]), ("b", [["Thing name"], ["x"]]))
    (found,) = recognition.look_through(io.BytesIO(content))
    assert (found.index, found.mapped.sheet) == (1, 1)


@pytest.mark.parametrize(
    ("content", "code"), [(workbook([]), "empty"), (workbook(["Thing name"]), "header_only")]
)
def test_nothing_to_import(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        recognition.look_through(io.BytesIO(content))
    assert caught.value.code == code
