"""Files as people send them, through the page to the plan: read as they were meant, or refused with a reason."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from changes.models import Change, ChangeSet, Problem, SetState
from orgs.models import Member
from sheets.models import StoredFile
from tests.bulk import pages
from tests.common.spreadsheets.test_hostile_files import packed
from tests.orgs.views.asking import PERSON
from tests.sheets.test_columns import fill
from tests.support.pictures import picture
from tests.support.sandbox import ORG

pytestmark = pytest.mark.django_db
HEADER = ["姓名", "手机", "部门", "性别"]
NEW = ["新人甲", "13700000001", "研发部2", "男"]
GOOD = pages.csv(HEADER, NEW)


def book(*rows: list[Any], merge: str = "") -> bytes:
    """A workbook as Excel keeps it: numbers as numbers, dates as dates."""
    workbook, file = Workbook(), io.BytesIO()
    sheet: Worksheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    workbook.save(file)
    return file.getvalue()


def bomb() -> bytes:
    """A small file that would unpack to 300 MB."""
    return packed(
        **{
            "[Content_Types].xml": b"<Types>spreadsheetml.sheet.main+xml</Types>",
            "xl/workbook.xml": b" " * 300 * 1024 * 1024,
        }
    )


def planned(client: Client, content: bytes, name: str = "名单.csv", **values: Any) -> ChangeSet:
    client.get("/members")
    change_set = pages.imported(client, content, name, **values)
    return pages.is_now(change_set, SetState.PLANNED)


def wanted(change_set: ChangeSet) -> list[tuple[str, str, object]]:
    """Line, name and phone of those who would be created."""
    created = Change.objects.filter(change_set=change_set, kind="orgs.member.create").order_by("position")
    return [(str(one.line), one.target_text, one.after.get("phone")) for one in created]


def wrong(change_set: ChangeSet) -> list[tuple[int | None, str, str]]:
    found = Problem.objects.filter(change_set=change_set).order_by("id")
    return [(one.line, one.column, one.code) for one in found]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "名单.csv", "This file is empty."),
        (pages.csv(HEADER), "名单.csv", "There are headings and no row below them."),
        (book(HEADER), "名单.xlsx", "There are headings and no row below them."),
        (bomb(), "名单.xlsx", "What is packed into the workbook is too large."),
        (picture(), "照片.xlsx", "neither an Excel workbook"),
        (GOOD + b'\r\n"\xe6\x96\xb0', "名单.csv", "Line 3"),
        (pages.csv(HEADER, [*NEW, *["x"] * 197]), "名单.csv", "more than 200 columns"),
        (GOOD + b"\r\n\xff\xff\xff", "名单.csv", "CSV UTF-8"),
    ],
    ids=["empty", "header", "header-xlsx", "bomb", "picture", "open-quote", "201-columns", "no-text"],
)
def test_what_can_not_be_used_is_refused_at_its_field(
    owner_client: Client, content: bytes, name: str, words: str
) -> None:
    response = pages.sent(owner_client, content, name)
    assert response.status_code == 422
    (error,) = response.context["form"].errors["file"]
    assert words in error
    assert not ChangeSet.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"], ids=["crlf", "lf", "cr"])
def test_however_it_was_saved(owner_client: Client, encoding: str, newline: str) -> None:
    text = newline.join(",".join(row) for row in (HEADER, NEW, ["新人乙", "", "", ""]))
    marks = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}
    change_set = planned(owner_client, (marks.get(encoding, "") + text).encode(encoding))
    assert wanted(change_set) == [("2", "新人甲", "13700000001"), ("3", "新人乙", None)]
    assert wrong(change_set) == []


def test_spaces_around_everything(owner_client: Client) -> None:
    rows = [[f" {cell}\u3000 " for cell in row] for row in (HEADER, NEW)]
    change_set = planned(owner_client, pages.csv(*rows))
    assert wanted(change_set) == [("2", "新人甲", "13700000001")]
    assert wrong(change_set) == []


def test_numbers_and_dates_of_a_workbook(owner_client: Client) -> None:
    born = datetime(1990, 1, 5)
    file = book(
        HEADER, ["甲", 13700000001, None, "男"], [born, "13700000002", None, None], [3, 1.3e10, None, None]
    )
    change_set = planned(owner_client, file, "名单.xlsx")
    assert wanted(change_set) == [
        ("2", "甲", "13700000001"), ("3", "1990-01-05", "13700000002"), ("4", "3", "13000000000"),
    ]  # fmt: skip
    assert wrong(change_set) == []


def test_a_phone_that_was_rounded_is_a_problem(owner_client: Client) -> None:
    change_set = planned(owner_client, pages.csv(HEADER, ["甲", "1.3E+10", "", ""], NEW))
    assert wrong(change_set) == [(2, "手机", "rounded")]
    assert wanted(change_set) == [("3", "新人甲", "13700000001")]
    problems = pages.text(owner_client.get(f"/changes/{change_set.pk}/problems"))
    assert "The spreadsheet has rounded this number" in problems
    assert "1.3E+10" in problems


def test_a_formula_that_was_never_calculated_is_a_problem_of_its_cell(owner_client: Client) -> None:
    change_set = planned(owner_client, book(HEADER, ["甲", "=1+1", None, "男"], NEW), "名单.xlsx")
    assert wrong(change_set) == [(2, "手机", "formula_uncalculated")]
    assert wanted(change_set) == [("3", "新人甲", "13700000001")]
    problems = pages.text(owner_client.get(f"/changes/{change_set.pk}/problems"))
    assert "This is a formula without a value. Save the file in Excel or WPS" in problems


def test_of_merged_cells_the_first_has_the_value(owner_client: Client) -> None:
    file = book(HEADER, ["甲", "", "研发部2", ""], ["乙", "", None, ""], merge="C2:C3")
    change_set = planned(owner_client, file, "名单.xlsx")
    assert [one.after["dept_id"] for one in change_set.changes.order_by("position")] == [6, 0]


def test_wrong_values_are_named_with_their_place(owner_client: Client) -> None:
    change_set = planned(
        owner_client,
        pages.csv(
            [*HEADER, "状态"], ["甲", "abc", "", "也许", "睡觉"], ["x" * 51, "", "", "", ""], [*NEW, "正常"]
        ),
    )
    assert wrong(change_set) == [
        (2, "手机", "not_a_phone"), (2, "性别", "not_one_of"), (2, "状态", "not_one_of"),
        (3, "姓名", "name_too_long"),
    ]  # fmt: skip
    assert change_set.rows_left_out == 2
    assert wanted(change_set) == [("4", "新人甲", "13700000001")]


def test_a_password_of_the_file_is_told_by_the_preview_and_not_shown(owner_client: Client) -> None:
    change_set = planned(owner_client, pages.csv(["姓名", "初始密码"], ["甲", "correct horse"], ["乙", ""]))
    text = pages.page(owner_client, change_set)
    assert text.count("The file gives the first password.") == 1
    assert "horse" not in text


def test_rows_that_are_there_twice(owner_client: Client) -> None:
    owner_client.get("/members")
    number = Member.objects.get(organization=ORG, user_id=PERSON).user_num
    change_set = planned(
        owner_client,
        pages.csv(
            ["微喇号", "姓名", "手机"],
            [number, "改了", ""],
            [number, "又改了", ""],
            ["", "新人甲", "13700000001"],
            ["", "新人甲", "13700000001"],
            ["", "新人乙", "13700000001"],
        ),
    )
    assert wrong(change_set) == [
        (3, "微喇号", "same_member"), (5, "手机", "repeats"), (6, "手机", "repeats"),
    ]  # fmt: skip
    assert [one.target_id for one in change_set.changes.filter(kind="orgs.member.change")] == [str(PERSON)]
    assert wanted(change_set) == [("4", "新人甲", "13700000001")]


def test_two_hundred_columns_are_asked_about_once(owner_client: Client) -> None:
    owner_client.get("/members")
    unknown = [f"列{number}" for number in range(199)]
    response = pages.sent(owner_client, pages.csv(["姓名", *unknown], ["新人甲", *["x"] * 199]))
    assert response["Location"].startswith("/changes/new/import/")
    answer = fill(owner_client, response["Location"])
    change_set = ChangeSet.objects.get(pk=answer["Location"].rsplit("/", 1)[1])
    assert wanted(pages.is_now(change_set, SetState.PLANNED)) == [("2", "新人甲", None)]


def test_how_members_are_matched_is_said_where_columns_are_chosen(owner_client: Client) -> None:
    owner_client.get("/members")
    response = pages.sent(owner_client, pages.csv([*HEADER, "备注"], [*NEW, "x"]))
    text = pages.text(owner_client.get(response["Location"]))
    assert "Each row needs at least one of: Weila number, Name, Phone. They are matched by" in text
    assert "a name alone creates somebody new." in text


def test_what_can_not_be_read_far_below_is_named_with_its_sheet(owner_client: Client) -> None:
    owner_client.get("/members")
    many = [[f"新人{number}", None, None, None] for number in range(30)]
    content = book(HEADER, *many, ["x" * 2001, None, None, None])
    change_set = pages.is_now(pages.imported(owner_client, content, "名单.xlsx"), SetState.FAILED)
    assert "Sheet “Sheet”: Line 32: A cell has more than" in pages.page(owner_client, change_set)


def test_a_quote_that_never_closes_far_below(owner_client: Client) -> None:
    """The page has looked at the beginning only: the plan says where it is, and nothing can be applied."""
    owner_client.get("/members")
    many = [[f"新人{number}", "", "", ""] for number in range(300)]
    content = pages.csv(HEADER, *many) + '\r\n"新人甲,,,\r\n'.encode()
    change_set = pages.is_now(pages.imported(owner_client, content), SetState.FAILED)
    assert "Line 302" in pages.page(owner_client, change_set)
    assert owner_client.post(f"/changes/{change_set.pk}/confirm").status_code == 409
    assert change_set.total == 0
