"""Reading lists, and the directory above all: one bad row must not blank it, and a large one is one pass."""

import json
from typing import Any

import pytest
from msgspec import UNSET

from tests.upstream.support import envelope
from tests.upstream.test_reading import MEMBER, ask
from upstream.errors import Malformed
from upstream.weila.types import AddressList, Member


def directory(*, members: Any = UNSET, depts: Any = UNSET, version: Any = 7) -> dict[str, Any]:
    fields = {"version": version, "members": members, "depts": depts}
    return envelope({"address_list": {key: value for key, value in fields.items() if value is not UNSET}})


def test_priority_is_read_in_both_spellings() -> None:
    rows = [{"user_id": 1, "prority": 5}, {"user_id": 2, "priority": 6}, {"user_id": 3}]
    members = ask("group_member_getall", envelope({"members": rows})).members
    assert [member.priority for member in members] == [5, 6, UNSET]


def test_counts_of_later_editions() -> None:
    depts = ask("dept_getall", envelope({"depts": [{"id": 0, "name": "x", "user_count": "3"}]})).depts
    assert (depts[0].id, depts[0].user_count) == (0, 3)


@pytest.mark.parametrize("bad", [None, 5, "x", [], {}, {"id": "x"}, {"id": None, "name": "y"}])
def test_bad_row_is_left_out_and_counted(bad: object) -> None:
    rows = [{"id": 1, "name": "a"}, bad, {"id": "2", "name": None}]
    listed = ask("dept_getall", envelope({"depts": rows}))
    assert [(dept.id, dept.name) for dept in listed.depts] == [(1, "a"), (2, UNSET)]
    assert listed.skipped == 1


def test_one_bad_member_does_not_blank_the_directory() -> None:
    inside = [{**MEMBER, "user_id": 1}, {"name": "who?"}, {**MEMBER, "user_id": "2", "dept_id": "6"}]
    body = directory(
        members=[{**MEMBER, "user_id": 3, "dept_id": 0}, 17],
        depts=[
            {"id": 6, "name": "a", "members": inside},
            {"name": "no id", "members": [{**MEMBER, "user_id": 4}]},
            {"id": 7, "name": "empty"},
            {"id": 8, "name": "empty too", "members": None},
        ],
    )
    listed: AddressList = ask("get_address_list", body)
    assert [member.user_id for member in listed.everyone()] == [3, 1, 2]
    assert [dept.id for dept in listed.depts] == [6, 7, 8]
    assert listed.skipped == 1 + 1 + 2, "a row, a row inside, and a department with its member"


def test_broken_name_does_not_blank_the_directory() -> None:
    body = json.dumps(directory(members=[{**MEMBER, "name": "\ud800"}, {**MEMBER, "user_id": 2}])).encode()
    listed = ask("get_address_list", body)
    assert [member.name for member in listed.members] == ["?", MEMBER["name"]]
    assert listed.skipped == 0


@pytest.mark.parametrize(
    "body",
    [
        directory(),
        directory(members=[], depts=[]),
        directory(members=None, depts=None),
        directory(members=[], depts=[{"id": 1, "name": "a", "members": []}]),
        directory(members=["x"], depts=[]),
    ],
)
def test_directory_that_lists_nobody_is_malformed(body: object) -> None:
    with pytest.raises(Malformed):
        ask("get_address_list", body)


@pytest.mark.parametrize("version", [None, UNSET, ""])
def test_directory_without_version(version: object) -> None:
    assert ask("get_address_list", directory(members=[MEMBER], version=version)).version == 0


def test_member_of_a_department_is_placed_where_it_stands() -> None:
    bare = {"user_id": 1, "name": "x"}
    body = directory(members=[bare], depts=[{"id": 6, "name": "a", "members": [{**bare, "user_id": 2}]}])
    assert [member.dept_id for member in ask("get_address_list", body).everyone()] == [0, 6]


def large_directory(rows: int) -> bytes:
    inside = [{**MEMBER, "user_id": number, "name": f"成员{number}"} for number in range(1, rows)]
    depts = [{"id": 6, "name": "研发部", "members": inside}]
    return json.dumps(directory(members=[{**MEMBER, "user_id": 0, "type": 255}], depts=depts)).encode()


@pytest.mark.parametrize("bad", [0, 1])
def test_large_directory(bad: int) -> None:
    body = large_directory(100_000)
    if bad:
        body = body.replace(b'"user_id": 50000,', b'"user_id": "?",', 1)
    listed: AddressList = ask("get_address_list", body)
    ids = [member.user_id for member in listed.everyone()]
    assert len(ids) == 100_000 - bad
    assert listed.skipped == bad
    assert ids[-1] == 99_999


def test_large_directory_is_decoded_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def patient(*_: object) -> None:
        raise AssertionError("the slow way was taken")

    monkeypatch.setattr("upstream.weila.reading.parse", patient)
    assert len(ask("get_address_list", large_directory(1000)).depts[0].members) == 999


def test_member_row_is_small() -> None:
    assert not Member.__struct_config__.gc, "a hundred thousand rows are nothing for the collector to walk"
