"""Rows of departments, and what they mean for the rows of members in the same file."""

import pytest

from changes.kinds import Draft, Ref, Trouble
from common.spreadsheets import open_pasted
from common.spreadsheets.text import clean
from orgs.rows import DepartmentRow
from orgs.tables.departments import Departments
from sheets import tables as registry
from sheets.importing import Mapped, lines
from sheets.tables import Import, Mode
from tests.orgs.domain.conftest import directory, fill, member
from tests.orgs.tables.planning import an_actor
from tests.support.sandbox import ORG

pytestmark = pytest.mark.django_db


def mirror(*names: str, dept_id: int = 6) -> None:
    """Departments 6, 7, … with these names, and one member."""
    rows = [DepartmentRow(number, name, 0) for number, name in enumerate(names, 6)]
    fill(ORG, directory([member(3, name="李四", user_num="70000003", dept_id=dept_id)], rows))


def planned(table: str, text: str, wanted: Import) -> list[Draft | Trouble]:
    (sheet,) = open_pasted(text.replace(",", "\t")).sheets
    mapped = Mapped(0, table, {0: "number", 1: "name" if table == "departments" else "department"}, 1)
    planner = registry.table(table).planner(an_actor(), wanted)
    return [*planner.plan(lines(sheet, mapped)), *planner.finish()]


def said(found: list[Draft | Trouble]) -> list[tuple[object, ...]]:
    return [
        (one.kind, one.target_id or one.target_text, dict(one.after))
        if isinstance(one, Draft)
        else (one.line, one.column, one.code)
        for one in found
    ]


def departments_of(text: str) -> list[tuple[object, ...]]:
    return said(planned("departments", "编号,部门\n" + text, Import(Mode.BOTH)))


def members_of(cell: str, wanted: Import | None = None) -> list[tuple[object, ...]]:
    return said(planned("members", f"微喇号,部门\n70000003,{cell}", wanted or Import(Mode.BOTH)))


def test_the_new_name_of_a_department_means_it_in_the_same_file() -> None:
    mirror("销售部", "研发部", dept_id=7)
    wanted = Import(Mode.BOTH)
    assert said(planned("departments", "编号,部门\n6,Sales 一部\n,sales  一部", wanted)) == [
        ("orgs.department.rename", "6", {"name": "Sales 一部"})
    ]
    for cell in ("sales 一部", "销售部", "Sales 一部 #6", "销售部 #6", "#6"):
        assert members_of(cell, wanted) == [("orgs.member.change", "3", {"dept_id": 6})]
    (draft,) = planned("members", "微喇号,部门\n70000003,Sales 一部", wanted)
    assert isinstance(draft, Draft)
    assert (draft.refs, draft.said["dept_id"]) == ({}, ("研发部", "Sales 一部"))


def test_a_new_name_that_another_has_too_is_ambiguous() -> None:
    mirror("销售部", "研发部", "财务部", dept_id=8)
    wanted = Import(Mode.BOTH)
    planned("departments", "编号,部门\n6,研发部", wanted)
    assert members_of("研发部", wanted) == [(2, "部门", "department_ambiguous")]
    assert members_of("研发部 #6", wanted) == [("orgs.member.change", "3", {"dept_id": 6})]
    wanted = Import(Mode.BOTH)
    planned("departments", "编号,部门\n,新部\n6,新部", wanted)
    assert members_of("新部", wanted) == [(2, "部门", "department_ambiguous")]


def test_a_created_department_is_still_meant_by_its_name() -> None:
    mirror("销售部")
    wanted = Import(Mode.BOTH)
    (created,) = planned("departments", "编号,部门\n,新部", wanted)
    (moved,) = planned("members", "微喇号,部门\n70000003,新部", wanted)
    assert isinstance(created, Draft) and isinstance(moved, Draft)
    assert moved.refs == {"dept_id": Ref(created.key)}


@pytest.mark.parametrize(
    "name",
    ["new #6", "new ＃6", "new #99", "#99", "无部门", "未分配部门", "No  Department", "-", "—", "NONE"],
)
def test_a_name_that_would_be_read_otherwise_is_a_problem(name: str) -> None:
    mirror("销售部", "无部门")
    assert departments_of(f",{name}") == [(2, "部门", "name_reserved")]
    assert departments_of(f"6,{name}") == [(2, "部门", "name_reserved")]


def test_a_formula_without_a_value_is_a_problem() -> None:
    mirror("销售部")
    assert departments_of("=?,销售部\n,=?\n6,=?") == [
        (2, "编号", "formula_uncalculated"),
        (3, "部门", "formula_uncalculated"),
        (4, "部门", "formula_uncalculated"),
    ]


def test_what_is_there_already_may_be_called_so() -> None:
    mirror("x #9", "无部门", "研发部")
    assert departments_of("6,x #9\n7,无部门\n,x #9\n,研发部 #8\n,X  #9 #6") == []


@pytest.mark.parametrize(
    ("cell", "dept_id"), [("研发部 #7", 7), ("研发 部＃7", None), ("ＲＤ #6", 6), ("#7", 7), ("rd", 6)]
)
def test_a_number_behind_a_name_means_the_department_that_has_both(cell: str, dept_id: int | None) -> None:
    mirror("RD", "\u202a研发部\t\u202c", "研发部", dept_id=8)
    wanted = (
        [("orgs.member.change", "3", {"dept_id": dept_id})]
        if dept_id
        else [(2, "部门", "department_differs")]
    )
    assert members_of(cell) == wanted


def test_a_number_that_belongs_to_another_name_says_whose_it_is() -> None:
    mirror("销售部", "研发部2")
    (found,) = planned("members", "微喇号,部门\n70000003,研发部2 #6", Import(Mode.BOTH))
    assert isinstance(found, Trouble)
    assert (found.code, found.params) == ("department_differs", {"number": 6, "called": "销售部"})
    assert members_of("研发部2 #99") == [(2, "部门", "no_such_department")]


def test_a_department_that_is_called_so_is_meant() -> None:
    mirror("销售部", "x #6", "y #1")
    assert members_of("X #6") == [("orgs.member.change", "3", {"dept_id": 7})]
    assert members_of("y  #1") == [("orgs.member.change", "3", {"dept_id": 8})]
    mirror("销售部", "x #6", "x #6")
    assert members_of("x #6") == [(2, "部门", "department_differs")]
    assert members_of("x #6 #8") == [("orgs.member.change", "3", {"dept_id": 8})]


def test_a_number_of_an_export_is_meant_rather_than_a_name() -> None:
    names = ["销售部", "销售部", "销售部 #6", "销售部 #6 #8", "", "#6", "\u202a销售部\u202c"]
    mirror(*names)
    found = Departments(ORG, Import(Mode.BOTH))
    for number, _name in enumerate(names, 6):
        place = found.find(clean(found.label(number)))
        assert place is not None and place.dept_id == number


def test_a_department_that_nobody_told_stays() -> None:
    mirror("销售部", dept_id=5)
    assert Departments(ORG, Import(Mode.BOTH)).label(5) == "#5"
    assert members_of("#5") == []
