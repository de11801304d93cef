"""Who counts as missing, where an import suspends what is not in the file."""

import pytest

from changes.kinds import Draft, Trouble
from changes.vocabulary import problem
from tests.orgs.domain.conftest import directory, fill, member
from tests.orgs.tables.planning import OWNER, fill_mirror, planned, problems, wanted
from tests.support.sandbox import ORG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mirror(db: None) -> None:
    fill_mirror()


def suspended(text: str) -> list[str]:
    """Who would be suspended as missing, when something is wrong with the file, too."""
    found = planned(text, suspend_missing=True)
    return [one.target_text for one in found if isinstance(one, Draft) and one.kind.endswith("suspend")]


def test_what_is_not_in_the_file_gets_suspended_but_the_owner_and_oneself() -> None:
    text = "微喇号,姓名\n70000003,李四"
    assert wanted(text, suspend_missing=True) == [
        ("orgs.member.suspend", "王五", {"state": 1}), ("orgs.member.suspend", "赵六", {"state": 1})
    ]  # fmt: skip


def test_devices_get_suspended_only_if_the_file_speaks_of_devices() -> None:
    text = "微喇号,姓名,设备码\n70000003,李四,\n70000004,王五,\n70000005,赵六,\n,新台,135790"
    assert ("orgs.member.suspend", "对讲机", {"state": 1}) in wanted(text, suspend_missing=True)


def test_whoever_a_broken_row_may_mean_is_not_suspended() -> None:
    found = planned("微喇号,姓名,手机\n7000000x,王五,\n70000003,李四,", suspend_missing=True)
    assert [one.target_text for one in found if isinstance(one, Draft)] == ["赵六"]


def test_nobody_is_missing_while_a_row_has_a_formula_for_a_name() -> None:
    assert suspended("姓名,性别\n=?,女\n李四,") == []


def test_a_broken_row_spares_the_owners_of_its_phone_and_of_its_name() -> None:
    assert suspended("微喇号,姓名,手机\n7000000x,王五,13800000003\n70000005,赵六,") == []


@pytest.mark.parametrize(
    "stored", [" 王五", "王\t五", "王\n五", "\u202a王五\u202c", "王  五", "WANG wu", "ＷＡＮＧ  Wu"]
)
def test_a_name_means_whoever_has_it_however_it_is_stored(stored: str) -> None:
    people = [
        member(OWNER, name="企业主", user_num="70000001", type=255),
        member(4, name=stored, user_num="70000004"),
        member(5, name="赵六", user_num="70000005"),
    ]
    fill(ORG, directory(people, []))
    written = "wang wu" if "w" in stored.casefold() or "ｗ" in stored.casefold() else stored
    text = " ".join(written.replace("\u202a", "").replace("\u202c", "").split())
    assert suspended(f"微喇号,姓名\n7000000x,{text}") == ["赵六"]
    assert suspended(f"姓名\n{text}") == ["赵六"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("微喇号,状态\n70000003,启用\n7000000x,启用\n70000005,启用", "3"),
        ("微喇号,姓名\n70000099,王老五\n70000003,李四\n7000000x,周七", "2, 4"),
        ("手机,状态\n1380000000x,启用\n13800000003,启用", "2"),
        ("手机,状态\n13800000099,启用\n13800000003,启用", "2"),
        ("手机,姓名\n1.38E+10,王老五\n13800000003,李四", "2"),
    ],
)
def test_nobody_is_missing_while_a_row_may_mean_anybody(text: str, lines: str) -> None:
    assert suspended(text) == []
    last = planned(text, suspend_missing=True)[-1]
    assert isinstance(last, Trouble)
    assert (last.code, last.line) == ("not_all_known", int(lines.split(",", maxsplit=1)[0]))
    assert lines in problem(last.code, last.params)
    assert "not_all_known" not in {one[2] for one in problems(text)}


def test_only_the_first_lines_that_mean_nobody_are_listed() -> None:
    text = "微喇号,状态\n" + "\n".join(f"x{number},启用" for number in range(12))
    last = planned(text, suspend_missing=True)[-1]
    assert isinstance(last, Trouble)
    assert last.params == {"lines": "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"}


def test_somebody_new_with_a_problem_leaves_no_doubt_who_is_missing() -> None:
    text = "微喇号,姓名,手机,性别\n70000003,李四,,\n,新人,13700000000,x\n,合计,,"
    assert suspended(text) == ["王五", "赵六"]


def test_whoever_is_named_without_a_number_is_not_missing() -> None:
    text = "姓名,部门\n王五,研发部\n李四,研发部"
    found = planned(text, suspend_missing=True)
    assert [(one.kind, one.target_text, one.note) for one in found if isinstance(one, Draft)] == [
        ("orgs.member.create", "王五", "same_name"),
        ("orgs.member.create", "李四", "same_name"),
        ("orgs.member.suspend", "赵六", ""),
    ]
    assert suspended("姓名,手机\n王五,13700000000") == ["李四", "赵六"]  # a phone that nobody has
    assert suspended("姓名,手机\n王五,13800000003") == ["赵六"]  # the phone of 李四
