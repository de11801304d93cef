"""Rows of members and devices: whom they mean, what they want, and everything that is wrong with them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from changes.kinds import Draft, Ref, Trouble
from changes.vocabulary import notes, problem
from common.spreadsheets import csv_stream, open_pasted
from common.spreadsheets.rows import Limits
from orgs.rows import DepartmentRow
from orgs.tables import directory as tables
from orgs.tables.departments import TABLE as DEPARTMENTS
from orgs.tables.members import MemberPlanner
from sheets.importing import Mapped, lines
from sheets.tables import Import, Mode, Table
from tests.orgs.domain.conftest import directory, fill, member
from tests.orgs.tables.planning import OWNER, an_actor, fill_mirror, planned, problems, wanted
from tests.support.sandbox import ORG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mirror(db: None) -> None:
    fill_mirror()


def test_a_number_says_who_is_meant_and_only_what_differs_is_wanted() -> None:
    assert wanted("微喇号,姓名,部门\n70000003,李四光,研发部") == [
        ("orgs.member.change", "李四", {"name": "李四光", "dept_id": 6})
    ]
    assert wanted("Weila number,Name,Sex\n70000003,李四,female") == []


def test_a_phone_says_it_where_one_has_it() -> None:
    assert wanted("手机号,姓名\n138 0000 0003,李四光") == [("orgs.member.change", "李四", {"name": "李四光"})]


def test_a_phone_of_several_is_a_problem_and_never_somebody_new() -> None:
    assert problems("手机号,姓名\n13900000000,王五") == [(2, "手机号", "phone_shared")]


def test_whoever_is_not_there_is_new() -> None:
    (draft,) = planned("姓名,手机\n新人,13700000000")
    assert isinstance(draft, Draft)
    assert (draft.kind, draft.target_text) == ("orgs.member.create", "新人")
    assert draft.after == {
        "name": "新人", "phone": "13700000000", "dept_id": 0, "sex": 0, "tts": 0, "loc_share": 0
    }  # fmt: skip


def test_a_name_that_is_there_already_is_said() -> None:
    (draft,) = planned("姓名\n张三")
    assert isinstance(draft, Draft) and draft.note == "same_name"


def test_a_department_that_is_not_there_is_created_once_and_first() -> None:
    drafts = planned("姓名,部门\n甲,新部门\n乙,新部门\n丙,新部门 ")
    assert [one.kind for one in drafts if isinstance(one, Draft)] == [
        "orgs.department.create", *["orgs.member.create"] * 3
    ]  # fmt: skip
    first, *others = drafts
    assert isinstance(first, Draft)
    assert all(isinstance(one, Draft) and one.refs == {"dept_id": Ref(first.key)} for one in others)
    assert isinstance(others[0], Draft) and others[0].said == {"dept_id": ("", "新部门")}


def test_a_row_with_a_problem_creates_no_department() -> None:
    drafts = planned("姓名,部门,性别\n甲,新部门,x\n乙,新部门,男")
    assert [getattr(one, "kind", "") or getattr(one, "code", "") for one in drafts] == [
        "not_one_of", "orgs.department.create", "orgs.member.create"
    ]  # fmt: skip


def test_a_department_name_of_several_needs_its_number_unless_the_member_is_in_it() -> None:
    assert problems("微喇号,部门\n70000002,研发部2") == [(2, "部门", "department_ambiguous")]
    assert wanted("微喇号,部门\n70000003,研发部2") == []
    assert wanted("微喇号,部门\n70000002,研发部2 #8") == [("orgs.member.change", "张三", {"dept_id": 8})]
    assert problems("微喇号,部门\n70000002,研发部2 #99") == [(2, "部门", "no_such_department")]


@pytest.mark.parametrize("text", ["无部门", "-", "–", "—", "－"])
def test_no_department_can_be_written(text: str) -> None:
    assert wanted(f"微喇号,部门\n70000003,{text}") == [("orgs.member.change", "李四", {"dept_id": 0})]
    assert wanted(f"微喇号,部门\n70000004,{text}") == []


def test_no_department_is_said_before_and_after() -> None:
    def words(text: str) -> list[tuple[str, str]]:
        return [one.said["dept_id"] for one in planned(text) if isinstance(one, Draft)]

    for language, none in (("zh-hans", "未分配部门"), ("en", "No department")):
        with override(language):
            assert words("微喇号,部门\n70000004,研发部\n70000003,无部门") == [
                (none, "研发部"),
                ("研发部2 #7", none),
            ]
            assert words("姓名,部门\n新人,无部门\n新人二,研发部") == [("", none), ("", "研发部")]


def test_a_state_is_a_change_of_its_own() -> None:
    assert wanted("微喇号,状态\n70000003,暂停") == [("orgs.member.suspend", "李四", {"state": 1})]
    assert problems("微喇号,状态\n70000001,停用\n70000002,suspended") == [
        (2, "状态", "owner"), (3, "状态", "self")
    ]  # fmt: skip


def test_every_problem_of_a_row_is_named() -> None:
    assert problems("微喇号,姓名,手机,性别,状态\n70000003,,1.38E+10,x,y") == [
        (2, "手机", "rounded"), (2, "性别", "not_one_of"), (2, "状态", "not_one_of")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("微喇号,性别\n70000003,x", ["李四"]),
        ("微喇号,姓名,性别,设备码\n70000003,李四光,x,135790", ["李四", "李四"]),
        ("微喇号,姓名\n70000003,\n70000003,李四光", ["李四"]),
        ("手机,姓名,状态\n13800000001,老板,暂停", ["企业主"]),
        ("微喇号,姓名\n7000000x,王老五", ["王老五"]),
        ("手机,姓名\n13900000000,王老五", ["王老五"]),
        ("姓名,性别\n新人,x", ["新人"]),
    ],
)
def test_a_problem_names_whom_its_row_means(text: str, targets: list[str]) -> None:
    assert [one.target_text for one in planned(text) if isinstance(one, Trouble)] == targets


def test_two_rows_for_one_member() -> None:
    assert problems("微喇号,手机,姓名\n70000003,,李\n,13800000003,李四") == [(3, "微喇号", "same_member")]


def test_rows_that_repeat_each_other() -> None:
    assert problems("姓名,手机\n甲,13700000000\n乙,13700000000") == [(3, "手机", "repeats")]
    assert problems("姓名,部门\n甲,研发部\n甲,研发部") == [(3, "姓名", "repeats")]
    assert problems("姓名,部门\n甲,研发部\n甲,") == []


def test_a_device_comes_by_its_code_which_is_a_secret() -> None:
    (draft,) = planned("姓名,设备码,定位频率\n电台,246810,30")
    assert isinstance(draft, Draft) and draft.kind == "orgs.device.add" and draft.secret == "246810"
    assert "246810" not in repr(draft)
    assert draft.after == {"name": "电台", "dept_id": 0, "tts": 0, "loc_share": 0, "track": 30}


def test_what_only_devices_or_people_have() -> None:
    assert problems("微喇号,定位频率,性别\n70000003,高频,\n70000006,,女") == [
        (2, "定位频率", "devices_only"), (3, "性别", "people_only")
    ]  # fmt: skip
    assert wanted("微喇号,定位频率\n70000006,低频") == [("orgs.member.change", "对讲机", {"track": 3})]


def test_a_first_password_is_a_secret() -> None:
    (draft,) = planned("姓名,初始密码\n甲,correct horse")
    assert isinstance(draft, Draft) and draft.secret == "correct horse" and "horse" not in repr(draft)
    assert problems("姓名,初始密码\n甲,123") == [(2, "初始密码", "password_too_short")]
    assert problems("微喇号,初始密码\n70000003,long enough") == [(2, "初始密码", "password_of_existing")]


def test_it_is_said_whether_the_first_password_comes_from_the_file() -> None:
    found = planned("姓名,初始密码\n甲,correct horse\n乙,\n张三,correct horse\n李四,")
    said = [one.note for one in found if isinstance(one, Draft)]
    assert said == ["password_given", "", "same_name_password_given", "same_name"]
    assert set(filter(None, said)) <= notes.keys()


def test_a_problem_with_a_password_does_not_repeat_it() -> None:
    (trouble,) = planned("姓名,初始密码\n甲,123")
    assert isinstance(trouble, Trouble) and trouble.value == ""


@pytest.mark.parametrize(("mode", "code"), [(Mode.CREATE, "exists_already"), (Mode.UPDATE, "not_there")])
def test_what_was_not_asked_for_is_a_problem(mode: Mode, code: str) -> None:
    found = problems("微喇号,姓名\n70000003,李四光\n,新人", mode=mode)
    assert [one[2] for one in found] == [code]


@pytest.mark.parametrize("table", [tables.MEMBERS, DEPARTMENTS], ids=lambda one: one.code)
def test_it_is_counted_as_it_is_exported(table: Table) -> None:
    assert table.count(ORG) == len(list(table.rows(ORG))) > 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("other", ["zh-hans", "en"])
def test_what_is_exported_changes_nothing_when_it_comes_back(language: str, other: str) -> None:
    with override(language):
        header = [str(column.label) for column in tables.MEMBERS.columns]
        text = b"".join(csv_stream(header, tables.rows(ORG))).decode("utf-8-sig")
    with override(other):
        assert planned(text.replace("\r\n", "\n")) == []


@pytest.mark.parametrize(
    "written",
    [
        *(
            "+86 138-0000-0003",
            "0086 13800000003",
            "86-13800000003",
            "１３８０００００００３",
            "13800000003.0",
        ),
        *("'13800000003", "138\u200b00000003", "\u202a13800000003\u202c"),
    ],
)
def test_a_phone_is_the_same_however_it_is_written(written: str) -> None:
    assert wanted(f"手机,姓名\n{written},李四") == []


def test_a_phone_abroad_keeps_its_country() -> None:
    ((_kind, _name, after),) = wanted("姓名,手机\n甲,+852 5123 4567")
    assert after["phone"] == "+85251234567"


@pytest.mark.parametrize("written", ["70000003.0", "７００００００３", "'70000003"])
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert wanted(f"微喇号,姓名\n{written},李四") == []


@pytest.mark.parametrize(
    ("heading", "text"),
    [("姓名", "#N/A"), ("手机", "#VALUE!"), ("部门", "#REF!"), ("工号", "#NAME?"), ("性别", "#N/A")],
)
def test_a_formula_that_failed_is_no_value(heading: str, text: str) -> None:
    assert (2, heading, "formula_error") in problems(f"微喇号,{heading}\n70000003,{text}")


@pytest.mark.parametrize(
    "heading",
    [*("微喇号", "姓名", "手机", "部门", "类型", "状态", "性别", "语音播报", "位置共享", "定位频率"),
     *("工号", "设备码", "初始密码")],
)  # fmt: skip
def test_a_formula_without_a_value_is_a_problem_in_every_column(heading: str) -> None:
    present = "手机" if heading == "微喇号" else "微喇号"
    written = "13800000003" if heading == "微喇号" else "70000003"
    assert problems(f"{present},{heading}\n{written},=?") == [(2, heading, "formula_uncalculated")]


@pytest.mark.parametrize("text", ["合计", "总计：", "合计：4人", "Total", "小计 3"])
def test_the_row_that_counts_the_others_is_nobody(text: str) -> None:
    assert problems(f"姓名,手机\n甲,13700000000\n{text},") == [(3, "姓名", "total")]


def test_a_word_that_is_unknown_is_answered_with_those_that_are_known() -> None:
    (trouble,) = planned("姓名,性别\n甲,1")
    assert isinstance(trouble, Trouble)
    assert {"男", "女", "Male", "Female"} <= set(trouble.params["words"].split(" / "))
    assert "Female" in problem(trouble.code, trouble.params)


@pytest.mark.parametrize("words", ["开,关闭", "Y,N", "是,否", "√,×"])
def test_switches_in_many_words(words: str) -> None:
    ((_kind, _name, after),) = wanted(f"姓名,语音播报,位置共享\n甲,{words}")
    assert (after["tts"], after["loc_share"]) == (1, 0)


def test_what_nobody_sees_is_no_change() -> None:
    people = [member(OWNER, name=" 企业\u3000主\n二 ", user_num="70000001", type=255, phone="+8613800000001")]
    departments = [DepartmentRow(6, "无", 1), DepartmentRow(7, " 研发\t部 ", 1)]
    fill(ORG, directory([*people, member(3, name="李", user_num="3", dept_id=6)], departments))
    rows = [[str(cell) for cell in row] for row in tables.rows(ORG)]
    text = b"".join(csv_stream([str(one.label) for one in tables.MEMBERS.columns], rows)).decode()
    assert "无 #6" in text
    assert problems(text) == [] and wanted(text) == []


def test_what_an_earlier_result_calls_done_is_not_created_once_more() -> None:
    text = "姓名,部门,结果,原因\n李四,研发部,成功,\n新人,研发部,失败,微喇拒绝"
    assert [one[1] for one in wanted(text)] == ["新人"]
    ((kind, name, _after),) = wanted("姓名,手机,Result,Reason\n李四光,13800000003,Done,")
    assert (kind, name) == ("orgs.member.change", "李四")  # what is corrected later is a change
    assert wanted("姓名,结果\n李四,成功") != []  # a column of their own


def test_a_column_without_a_heading_is_named_by_its_letter() -> None:
    (sheet,) = open_pasted("姓名\t\n甲\tx", Limits()).sheets
    mapped = Mapped(0, "members", {0: "name", 1: "sex"}, 1)
    (trouble,) = MemberPlanner(an_actor(), Import(Mode.BOTH)).plan(lines(sheet, mapped))
    assert isinstance(trouble, Trouble) and trouble.column == "B"
