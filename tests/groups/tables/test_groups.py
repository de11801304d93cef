"""Rows of groups and of who is in them."""

from uuid import UUID

import pytest
from django.utils.translation import override

from changes.kinds import Draft, Ref, Trouble
from common.actor import Actor, Role
from common.spreadsheets import csv_stream, open_pasted
from groups import store
from groups.models import Group, Membership, Roster
from groups.tables import directory as tables
from orgs.models import Organization
from orgs.rows import DepartmentRow
from orgs.tables.members import MemberPlanner
from sheets import tables as registry
from sheets.importing import Mapped, lines
from sheets.recognition import recognize
from sheets.tables import Import, Mode
from tests.orgs.domain.conftest import directory, fill, member
from tests.support.sandbox import ORG

pytestmark = pytest.mark.django_db
ACTOR = Actor(UUID(int=1), 1, "70000001", "企业主", Role.OWNER, ORG, "", "")


@pytest.fixture(autouse=True)
def mirror(db: None) -> None:
    people = [
        member(1, name="企业主", user_num="70000001", type=255),
        member(2, name="张三", user_num="70000002", phone="13800000002"),
        member(3, name="李四", user_num="70000003"),
        member(4, name="李四", user_num="70000004"),
    ]
    fill(ORG, directory(people, [DepartmentRow(6, "研发部", 0)]))
    Roster.objects.create(organization=Organization.objects.get(pk=ORG))
    for group_id, name in ((11, "调度"), (12, "巡逻"), (13, "巡逻")):
        store.put(ORG, group_id, {"name": name, "burst_mode": 0, "user_count": 0})
    dispatch = Group.objects.get(group_id=11)
    Membership.objects.create(group=dispatch, org_num=ORG, user_id=2)


def planned(table: str, text: str, wanted: Import | None = None) -> list[Draft | Trouble]:
    (sheet,) = open_pasted(text.replace(",", "\t")).sheets
    found = recognize(sheet)
    assert found is not None and found.table == table, found
    planner = registry.table(table).planner(ACTOR, wanted or Import(Mode.BOTH))
    return [*planner.plan(lines(sheet, Mapped(0, table, found.columns, found.line))), *planner.finish()]


def said(drafts: list[Draft | Trouble]) -> list[tuple[object, ...]]:
    return [
        (one.kind, one.target_text, dict(one.after))
        if isinstance(one, Draft)
        else (one.line, one.column, one.code)
        for one in drafts
    ]


def test_groups_are_created_by_name_and_changed_by_number() -> None:
    drafts = planned("groups", "群组号,群名,抢话模式\n,新群,抢断\n11,调度中心,\n11,,\n,调度,排队")
    assert said(drafts) == [
        ("groups.group.create", "新群", {"burst_mode": 2, "name": "新群"}),
        ("groups.group.change", "调度", {"name": "调度中心"}),
        (4, "群组号", "repeats"),
        (5, "群名", "repeats"),
    ]


def test_a_formula_without_a_value_names_nothing() -> None:
    assert said(planned("groups", "群组号,群名\n=?,调度\n,=?")) == [
        (2, "群组号", "formula_uncalculated"),
        (3, "群名", "formula_uncalculated"),
    ]
    assert said(planned("memberships", "群组,微喇号\n调度,=?")) == [(2, "微喇号", "formula_uncalculated")]


def test_a_name_of_several_groups_needs_the_number() -> None:
    drafts = planned("groups", "群名,抢话模式\n巡逻,抢麦\n巡逻 #12,抢麦\n新群,吼")
    assert said(drafts) == [
        (2, "群名", "group_ambiguous"),
        ("groups.group.change", "巡逻", {"burst_mode": 1}),
        (4, "抢话模式", "not_one_of"),
    ]


def test_members_are_added_who_are_not_in_the_group() -> None:
    drafts = planned(
        "memberships",
        "群组,微喇号,姓名,手机\n调度,70000002,,\n调度,70000003,,\n调度,,企业主,\n巡逻 #13,,,13800000002\n"
        "调度,,李四,\n没有,70000002,,\n调度,7,,\n调度,,无名,\n调度,70000003,,",
    )
    assert said(drafts) == [
        ("groups.membership.add", "调度", {"user_id": 3}),
        ("groups.membership.add", "调度", {"user_id": 1}),
        ("groups.membership.add", "巡逻", {"user_id": 2}),
        (6, "姓名", "member_ambiguous"),
        (7, "群组", "no_such_group"),
        (8, "微喇号", "no_such_number"),
        (9, "姓名", "no_such_member"),
        (10, "群组", "repeats"),
    ]


def test_new_members_get_into_new_groups() -> None:
    wanted = Import(Mode.BOTH)
    (sheet,) = open_pasted("姓名\t手机\n新人\t13700000000").sheets
    found = recognize(sheet)
    assert found is not None
    (person,) = MemberPlanner(ACTOR, wanted).plan(lines(sheet, Mapped(0, "members", found.columns, 1)))
    (group,) = planned("groups", "群名,抢话模式\n新群,", wanted)
    drafts = planned("memberships", "群组,手机\n新群,13700000000", wanted)
    assert isinstance(person, Draft) and isinstance(group, Draft) and isinstance(drafts[0], Draft)
    assert drafts[0].target_ref == Ref(group.key) and drafts[0].refs == {"user_id": Ref(person.key)}


@pytest.mark.parametrize("table", [tables.GROUPS, tables.MEMBERSHIPS], ids=lambda one: one.code)
def test_it_is_counted_as_it_is_exported(table: registry.Table) -> None:
    Membership.objects.create(
        group=Group.objects.get(group_id=11), org_num=ORG, user_id=999
    )  # in no directory
    assert table.count(ORG) == len(list(table.rows(ORG))) > 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("table", [tables.GROUPS, tables.MEMBERSHIPS], ids=lambda one: one.code)
def test_what_is_exported_changes_nothing_when_it_comes_back(language: str, table: registry.Table) -> None:
    with override(language):
        header = [str(column.label) for column in table.columns]
        text = b"".join(csv_stream(header, table.rows(ORG))).decode("utf-8-sig")
    assert "调度" in text
    assert planned(table.code, text.replace("\r\n", "\n")) == []


def people(text: str, wanted: Import) -> list[Draft | Trouble]:
    (sheet,) = open_pasted(text.replace(",", "\t")).sheets
    found = recognize(sheet)
    assert found is not None and found.table == "members", found
    return list(MemberPlanner(ACTOR, wanted).plan(lines(sheet, Mapped(0, "members", found.columns, 1))))


def test_a_name_that_several_new_people_have_means_nobody() -> None:
    wanted = Import(Mode.BOTH)
    assert all(
        isinstance(one, Draft) for one in people("姓名,部门\n新人,甲\n新人 ,乙\n新 Ren,甲\n张三,甲", wanted)
    )
    found = planned("memberships", "群组,姓名\n调度,新人\n调度,新 ren\n调度,张三", wanted)
    (several, one, again) = found
    assert isinstance(several, Trouble) and isinstance(again, Trouble) and isinstance(one, Draft)
    assert (several.code, several.params) == ("member_ambiguous", {"count": 2})
    assert one.refs == {"user_id": Ref("member::4")}
    assert (again.code, again.params) == ("member_ambiguous", {"count": 2})  # one there, one new


def test_a_phone_that_several_new_devices_have_means_none() -> None:
    wanted = Import(Mode.BOTH)
    people("姓名,设备码,手机\n甲,13579,13700000000\n乙,24680,13700000000", wanted)
    (found,) = planned("memberships", "群组,手机\n调度,13700000000", wanted)
    assert isinstance(found, Trouble)
    assert (found.code, found.params) == ("member_ambiguous", {"count": 2})


@pytest.mark.parametrize("stored", [" 周七", "周\t七", "\u202a周\n七\u202c", "周  七"])
def test_a_name_means_whoever_has_it_however_it_is_stored(stored: str) -> None:
    fill(
        ORG, directory([member(7, name=stored, user_num="70000007"), member(8, name="", user_num="70000008")])
    )
    text = " ".join(stored.strip("\u202a\u202c").split())
    assert said(planned("memberships", f"群组,姓名\n调度,{text}")) == [
        ("groups.membership.add", "调度", {"user_id": 7})
    ]


def test_a_group_without_a_member_adds_nobody_not_even_the_nameless() -> None:
    fill(
        ORG,
        directory([member(8, name="", user_num="70000008"), member(9, name="\u202a", user_num="70000009")]),
    )
    drafts = planned("memberships", "群组,微喇号,姓名,手机\n调度,,,")
    assert said(drafts) == [(2, "姓名", "member_missing")]
    assert said(planned("memberships", "群组,手机\n调度,")) == [(2, "手机", "member_missing")]


def test_a_number_behind_a_name_means_the_group_that_has_both() -> None:
    store.put(ORG, 14, {"name": "x #11", "burst_mode": 0, "user_count": 0})
    text = "群组,微喇号\n{},70000003"
    for cell, group in (
        ("调度 #11", "11"),
        ("#11", "11"),
        ("巡逻＃12", "12"),
        ("X  #11", "14"),
        ("x #11 #14", "14"),
    ):
        (draft,) = planned("memberships", text.format(cell))
        assert isinstance(draft, Draft) and draft.target_id == group
    (found,) = planned("memberships", text.format("巡逻 #11"))
    assert isinstance(found, Trouble)
    assert (found.code, found.params) == ("group_differs", {"number": 11, "called": "调度"})
    assert said(planned("groups", "群名,抢话模式\n新群 #11,排队")) == [(2, "群名", "group_differs")]


def test_the_new_name_of_a_group_means_it_in_the_same_file() -> None:
    wanted = Import(Mode.BOTH)
    planned("groups", "群组号,群名\n11,Dispatch  一\n12,指挥\n13,指挥", wanted)
    for cell in ("dispatch 一", "调度", "Dispatch 一 #11", "调度 #11"):
        (draft,) = planned("memberships", f"群组,微喇号\n{cell},70000003", wanted)
        assert isinstance(draft, Draft) and (draft.target_id, draft.target_ref) == ("11", None)
    assert said(planned("memberships", "群组,微喇号\n指挥,70000003", wanted)) == [
        (2, "群组", "group_ambiguous")
    ]
    assert said(planned("groups", "群组号,群名\n11,Dispatch  一\n,dispatch 一", Import(Mode.BOTH))) == [
        ("groups.group.change", "调度", {"name": "Dispatch  一"}),
        (3, "群名", "repeats"),
    ]
