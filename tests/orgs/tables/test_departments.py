"""Rows of departments, and what they mean for the rows of members in the same file."""

import pytest

from changes.kinds import Draft, Ref, Trouble
from common.spreadsheets import open_pasted
from orgs.rows import DepartmentRow
from sheets import tables as registry
from sheets.importing import Mapped, lines
from sheets.tables import Import, Mode
from tests.orgs.domain.conftest import directory, fill, member
from tests.orgs.tables.test_members import an_actor
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
