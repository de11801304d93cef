"""Pasted rows of members over a small mirror, and what is planned of them."""

from typing import Any
from uuid import UUID

from changes.kinds import Draft, Trouble
from common.actor import Actor, Role
from common.spreadsheets import open_pasted
from common.spreadsheets.rows import Limits
from orgs.rows import DepartmentRow
from orgs.tables.members import MemberPlanner
from sheets.importing import Mapped, lines
from sheets.recognition import recognize
from sheets.tables import Import, Mode
from tests.orgs.domain.conftest import directory, fill, member
from tests.support.sandbox import ORG

OWNER, MANAGER = 1, 2


def fill_mirror() -> None:
    """An owner, a manager, three people, of whom two share a phone, and a device; two departments of one name."""
    people = [
        member(OWNER, name="企业主", user_num="70000001", type=255, phone="13800000001"),
        member(MANAGER, name="张三", user_num="70000002", type=2, phone="13800000002", dept_id=6),
        member(3, name="李四", user_num="70000003", phone="13800000003", dept_id=7, sex=1, tts=0),
        member(4, name="王五", user_num="70000004", phone="13900000000"),
        member(5, name="赵六", user_num="70000005", phone="13900000000"),
        member(6, name="对讲机", user_num="70000006", type=1, track=2),
    ]
    departments = [
        DepartmentRow(6, "研发部", 1),
        DepartmentRow(7, "研发部2", 1),
        DepartmentRow(8, "研发部2", 0),
    ]
    fill(ORG, directory(people, departments))


def an_actor(user_id: int = MANAGER) -> Actor:
    return Actor(UUID(int=1), user_id, "70000002", "张三", Role.MANAGER, ORG, "", "")


def planned(text: str, *, mode: Mode = Mode.BOTH, suspend_missing: bool = False) -> list[Draft | Trouble]:
    """What pasted cells come to; commas stand for tabs."""
    (sheet,) = open_pasted(text.replace(",", "\t"), Limits()).sheets
    found = recognize(sheet)
    assert found is not None and found.table == "members", found
    planner = MemberPlanner(an_actor(), Import(mode, suspend_missing))
    mapped = Mapped(0, "members", found.columns, found.line)
    return [*planner.plan(lines(sheet, mapped)), *planner.finish()]


def wanted(*args: Any, **options: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """The drafts, when nothing is wrong."""
    drafts = planned(*args, **options)
    assert all(isinstance(one, Draft) for one in drafts), drafts
    return [(one.kind, one.target_text, dict(one.after)) for one in drafts if isinstance(one, Draft)]


def problems(*args: Any, **options: Any) -> list[tuple[int | None, str, str]]:
    """Line, column and code of everything that is wrong."""
    return [(one.line, one.column, one.code) for one in planned(*args, **options) if isinstance(one, Trouble)]
