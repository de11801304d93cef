"""A member as a plain tuple: what the upstream told, made to fit the columns of the mirror.

Comparing and writing 100,000 rows is done on tuples; model instances would cost ten times as much.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import UNSET, UnsetType

from orgs.models import Member, MemberState, MemberType
from upstream.reading import known
from upstream.weila.types import AddressDept, Dept, Org
from upstream.weila.types import Member as Told

_INT4 = 2**31 - 1
LATEST = 253_402_300_799  # the last second of the year 9999: what a datetime can hold
_MEMBER, _ENABLED = MemberType.MEMBER.value, MemberState.ENABLED.value


class Row(NamedTuple):
    """One member; the names and the order are those of the columns."""

    user_id: int
    user_num: str
    name: str
    phone: str
    country_code: str
    dept_id: int
    type: int
    state: int
    sex: int | None
    tts: int | None
    loc_share: int | None
    track: int | None
    avatar: str
    created: int
    job_num: str | None
    online: int | None


class DepartmentRow(NamedTuple):
    """One department, as the mirror keeps it."""

    dept_id: int
    name: str
    user_count: int | None


COLUMNS = Row._fields

_width = {field.attname: field.max_length or 0 for field in Member._meta.concrete_fields}


def from_upstream(member: Told) -> Row:
    """The row of a member as the upstream tells them (weila.md, 获取通讯录), made to fit the columns."""
    return Row(
        member.user_id,
        text(member.user_num, _width["user_num"]),
        text(member.name, _width["name"]),
        text(member.phone, _width["phone"]),
        text(member.country_code, _width["country_code"]),
        bounded(member.dept_id, 2**63 - 1),
        number(member.type, _MEMBER),
        number(member.state, _ENABLED),
        number(member.sex),
        number(member.tts),
        number(member.loc_share),
        number(member.track),
        text(member.avatar, _width["avatar"]),
        bounded(member.created, LATEST),
        None if member.job_num is UNSET else text(member.job_num, _width["job_num"]),
        number(member.online),
    )


def merged(row: Row, member: Told) -> Row:
    """``row`` with what a reply tells of it. Replies omit fields, and what they omit stays."""
    told = from_upstream(member)
    return row._replace(
        **{column: getattr(told, column) for column in COLUMNS if getattr(member, column) is not UNSET}
    )


def organization(org: Org) -> dict[str, Any]:
    """The columns of the organization's row that a reply tells; what it left out stays."""
    columns: dict[str, Any] = {}
    columns["name"], columns["avatar"] = text(org.name, _width["name"]), text(org.avatar, _width["avatar"])
    columns["intro"] = known(org.intro, "")
    columns["created"] = bounded(org.created, LATEST)
    for column in ("member_cnt", "device_cnt", "group_cnt"):
        columns[column] = number(getattr(org, column))
    return {column: value for column, value in columns.items() if getattr(org, column) is not UNSET}


def text(value: str | UnsetType, width: int) -> str:
    """A text cut to the width of its column; empty when it was not told."""
    if value is UNSET:
        return ""
    return value[:width] if len(value) > width else value


def number(value: int | UnsetType, default: Any = None) -> Any:
    """A number that no column holds reads as one that was not told."""
    if value is UNSET or not -_INT4 <= value <= _INT4:
        return default
    return value


def bounded(value: int | UnsetType, limit: int) -> int:
    """A number that is not negative; 0 when it was not told or is larger than ``limit``."""
    return 0 if value is UNSET or not 0 <= value <= limit else value


def collected(members: Iterable[Told]) -> dict[int, Row]:
    """Rows by user id. Of a member who is listed twice, the entry inside a department counts."""
    rows: dict[int, Row] = {}
    for member in members:
        row = from_upstream(member)
        known = rows.get(row.user_id)
        if known is None or (not known.dept_id and row.dept_id):
            rows[row.user_id] = row
    return rows


def department(dept: Dept | AddressDept) -> DepartmentRow:
    """The row of a department; only later editions count its people."""
    count = dept.user_count if isinstance(dept, Dept) else UNSET
    return DepartmentRow(dept.id, text(dept.name, _width["name"]), number(count))
