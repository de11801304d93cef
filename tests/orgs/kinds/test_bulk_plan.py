"""What a bulk edit of members becomes: a change for whom it makes a difference, a trouble for whom it can't be."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.utils.translation import override

import groups.bulk
import groups.bulk_plan
import orgs.bulk
import orgs.bulk_plan
from changes import origins, plan, reading
from changes.models import Change, ChangeSet, SetState, State
from common.actor import Actor
from orgs.bulk import Actions
from orgs.bulk_plan import ORIGIN
from orgs.models import Department, Member
from tests.orgs.kinds.support import changes, confirmed, ends, problems, undone, writes
from tests.support.queries import Queries
from tests.support.sandbox import ORG, SandboxProcess

OWNER, PERSON, DEVICE = 1253444, 1253446, 1253448


def bulk(actor: Actor, action: str, user_ids: Sequence[int], **values: Any) -> ChangeSet:
    said = {"title": "暂停", "words": "部门: 研发部2"}
    arguments = {"action": action, "ids": list(user_ids), "values": values, **said}
    return ChangeSet.objects.get(pk=plan.start(actor, ORIGIN, arguments).pk)


def test_those_of_one_name_are_told_apart_by_their_numbers_also_when_they_are_gone(actor: Actor) -> None:
    change_set = bulk(actor, "delete", [PERSON, DEVICE])
    expected = ["70011173", "30015839"]  # both are called 222222
    assert list(reading.numbers(ORG, changes(change_set)).values()) == expected
    Member.objects.filter(user_id__in=[PERSON, DEVICE]).delete()
    assert list(reading.numbers(ORG, changes(change_set)).values()) == expected
    with Queries() as queries:
        reading.numbers(ORG, changes(change_set)[:0])
    assert not [one for one in queries.statements if "orgs_member" in one]


def ids(**wanted: Any) -> list[int]:
    found = Member.objects.filter(organization=ORG, **wanted).order_by("user_id")
    return list(found.values_list("user_id", flat=True))


@pytest.mark.parametrize(
    ("action", "values", "field", "value", "kind"),
    [
        ("move", {"dept_id": 6}, "dept_id", 6, "orgs.member.change"),
        ("tts", {"tts": 1}, "tts", 1, "orgs.member.change"),
        ("loc-share", {"loc_share": 1}, "loc_share", 1, "orgs.member.change"),
        ("enable", {"state": 0}, "state", 0, "orgs.member.enable"),
    ],
)
def test_only_those_who_differ(
    actor: Actor, action: str, values: dict[str, int], field: str, value: int, kind: str
) -> None:
    everybody = ids()
    change_set = bulk(actor, action, everybody, **values)
    planned = changes(change_set)
    differing = [one for one in everybody if getattr(Member.objects.get(user_id=one), field) != value]
    assert differing
    assert [int(one.target_id) for one in planned] == differing
    assert {one.kind for one in planned} == {kind}
    assert all(one.after == {field: value} and one.before.keys() == {field} for one in planned)
    assert (change_set.state, change_set.destructive, change_set.problems) == (SetState.PLANNED, 0, 0)
    assert change_set.expected == len(everybody)


def test_a_move_says_the_names_of_departments(actor: Actor) -> None:
    (one,) = changes(bulk(actor, "move", [PERSON], dept_id=0))
    before, after = one.said["dept_id"]
    assert before == Department.objects.get(dept_id=6).name
    assert after and not after.isdigit()


def test_suspending_takes_something_away_and_spares_the_owner(actor: Actor) -> None:
    enabled = ids(state=0)
    change_set = bulk(actor, "suspend", enabled)
    owner = Member.objects.get(user_id=OWNER).name
    assert problems(change_set) == [("owner", owner)]
    assert change_set.total == change_set.destructive == len(enabled) - 1


def test_oneself_is_spared(actor: Actor) -> None:
    Member.objects.filter(user_id=OWNER).update(type=2)
    for action, code in (("suspend", "self"), ("delete", "self"), ("password", "self_password")):
        assert [one for one, _name in problems(bulk(actor, action, [OWNER]))] == [code]


def test_location_reports_are_for_devices(actor: Actor) -> None:
    change_set = bulk(actor, "track", [PERSON, DEVICE], track=60)
    assert [code for code, _name in problems(change_set)] == ["devices_only"]
    assert [one.target_id for one in changes(change_set)] == [str(DEVICE)]


def test_passwords_are_for_people(actor: Actor, sandbox: SandboxProcess) -> None:
    change_set = bulk(actor, "password", [PERSON, DEVICE])
    assert [code for code, _name in problems(change_set)] == ["no_password"]
    made = confirmed(actor, change_set)
    assert (ends(made), made.secrets) == ([(State.DONE, "")], 1)


def test_deletion_records_what_it_takes_to_undo_it(actor: Actor, sandbox: SandboxProcess) -> None:
    change_set = bulk(actor, "delete", [PERSON, OWNER])
    assert [code for code, _name in problems(change_set)] == ["owner"]
    (one,) = changes(change_set)
    assert {"name", "phone", "dept_id", "state", "type", "user_num"} <= one.before.keys()
    assert one.said["dept_id"] == [Department.objects.get(dept_id=6).name, ""]
    made = confirmed(actor, change_set)
    assert ends(made) == [(State.DONE, "")]
    assert {state for state, _reason in ends(undone(actor, made))} == {State.DONE}
    assert len(ids(name=one.target_text)) >= 1


def test_who_is_gone_is_said(actor: Actor) -> None:
    change_set = bulk(actor, "tts", [1, PERSON], tts=1)
    assert ("not_here", "1") in problems(change_set)


def test_department_that_is_gone(actor: Actor) -> None:
    change_set = bulk(actor, "move", [PERSON], dept_id=4711)
    assert (change_set.state, change_set.reason) == (SetState.FAILED, "department_gone")


def test_unknown_action(actor: Actor) -> None:
    assert bulk(actor, "explode", [PERSON]).reason == "unknown_action"


def test_title_has_the_words_of_whoever_wanted_it(actor: Actor) -> None:
    change_set = bulk(actor, "suspend", [PERSON])
    with override("en"):
        assert str(origins.title(change_set)) == "暂停 (部门: 研发部2)"


@pytest.mark.parametrize(
    ("offered", "planned"),
    [(orgs.bulk.members, orgs.bulk_plan._actions), (groups.bulk.groups, groups.bulk_plan._actions)],
)
def test_what_is_offered_can_be_planned(offered: Actions, planned: Mapping[str, object]) -> None:
    codes = [action.code for actions in offered.sections().values() for action in actions]
    assert sorted(codes) == sorted(planned)


def test_cost_does_not_grow_with_each_member(actor: Actor) -> None:
    """Read in large pieces, whatever is done."""
    everybody = ids()
    for action, values in (("move", {"dept_id": 0}), ("delete", {}), ("suspend", {}), ("password", {})):
        with Queries() as few:
            bulk(actor, action, everybody[:5], **values)
        with Queries() as many:
            bulk(actor, action, everybody, **values)
        assert len(many) == len(few), action


def test_move_to_the_end_and_back(actor: Actor, sandbox: SandboxProcess) -> None:
    some = ids(type=0)[:5]
    was = dict(Member.objects.filter(user_id__in=some).values_list("user_id", "dept_id"))
    made = confirmed(actor, bulk(actor, "move", some, dept_id=0))
    assert {state for state, _reason in ends(made)} == {State.DONE}
    assert writes(sandbox) == ["member-change"] * made.total
    assert Change.objects.filter(change_set=made).count() == sum(1 for dept in was.values() if dept)
    undone(actor, made)
    assert dict(Member.objects.filter(user_id__in=some).values_list("user_id", "dept_id")) == was
