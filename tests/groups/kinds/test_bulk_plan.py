"""What a bulk edit of groups becomes, and one of members that is about groups."""

from collections.abc import Sequence
from typing import Any

import pytest

from changes import plan
from changes.models import ChangeSet, SetState, State
from common.actor import Actor
from common.outcome import Outcome
from groups import mirror
from groups.bulk_plan import ORIGIN
from groups.models import Group, Membership
from orgs.bulk_plan import ORIGIN as MEMBERS
from orgs.models import Member
from tests.groups.domain.conftest import EMPTY, GROUP, group, inside
from tests.orgs.kinds.support import changes, confirmed, ends, problems, undone, writes
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import UpstreamError

SAID = {"title": "", "words": ""}


def bulk(actor: Actor, action: str, group_ids: Sequence[int], **values: Any) -> ChangeSet:
    arguments = {"action": action, "ids": list(group_ids), "values": values, **SAID}
    return ChangeSet.objects.get(pk=plan.start(actor, ORIGIN, arguments).pk)


def of_members(actor: Actor, action: str, user_ids: Sequence[int], **values: Any) -> ChangeSet:
    arguments = {"action": action, "ids": list(user_ids), "values": values, **SAID}
    return ChangeSet.objects.get(pk=plan.start(actor, MEMBERS, arguments).pk)


def everybody() -> list[int]:
    return list(Member.objects.filter(organization=ORG).order_by("user_id").values_list("user_id", flat=True))


def test_burst_mode_of_those_that_differ(reader: Actor, sandbox: SandboxProcess) -> None:
    Group.objects.filter(group_id=EMPTY).update(burst_mode=2)
    change_set = bulk(reader, "burst-mode", [GROUP, EMPTY, 1], burst_mode=2)
    assert [(one.target_id, one.after) for one in changes(change_set)] == [(str(GROUP), {"burst_mode": 2})]
    assert problems(change_set) == [("group_gone", "1")]
    assert ends(confirmed(reader, change_set)) == [(State.DONE, "")]
    assert group().burst_mode == 2


def test_delete_and_back(reader: Actor, sandbox: SandboxProcess) -> None:
    was = inside()
    change_set = bulk(reader, "delete", [GROUP])
    (one,) = changes(change_set)
    assert {user_id for user_id, _name in one.before["members"]} == was
    assert one.said["members"][0]
    assert change_set.destructive == 1
    back = undone(reader, confirmed(reader, change_set))
    assert inside(changes(back)[0].result["id"]) == was


def test_group_with_somebody_who_is_in_no_directory(reader: Actor, sandbox: SandboxProcess) -> None:
    Membership.objects.create(group=group(), org_num=ORG, user_id=4711)
    change_set = bulk(reader, "delete", [GROUP])
    assert 4711 not in [user_id for user_id, _name in changes(change_set)[0].before["members"]]
    assert ends(confirmed(reader, change_set)) == [(State.DONE, "")]


def test_members_that_may_have_changed_are_read_first(reader: Actor, sandbox: SandboxProcess) -> None:
    Group.objects.filter(group_id=GROUP).update(members_due=True)
    was = inside()
    Membership.objects.filter(group=group()).delete()
    (one,) = changes(bulk(reader, "delete", [GROUP]))
    assert {user_id for user_id, _name in one.before["members"]} == was


def test_group_whose_members_can_not_be_read_is_left_out(
    reader: Actor, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise UpstreamError(operation="group_member_getall", outcome=Outcome.NOT_DONE)

    Group.objects.filter(group_id=GROUP).update(members_due=True)
    monkeypatch.setattr(mirror, "read_members", fail)
    assert [code for code, _ in problems(bulk(reader, "delete", [GROUP]))] == ["members_not_read"]
    change_set = of_members(reader, "groups-remove", everybody(), groups=[GROUP])
    assert (change_set.state, change_set.reason) == (SetState.FAILED, "members_not_read")


def test_copy_into_an_existing_group(reader: Actor, sandbox: SandboxProcess) -> None:
    change_set = bulk(reader, "copy", [GROUP], into=EMPTY)
    assert change_set.total == len(inside())
    made = confirmed(reader, change_set)
    assert inside(EMPTY) == inside()
    assert writes(sandbox) == ["group-member-add"]
    assert changes(bulk(reader, "copy", [GROUP], into=EMPTY)) == []
    undone(reader, made)
    assert inside(EMPTY) == set()


def test_copy_into_a_new_group_and_back(reader: Actor, sandbox: SandboxProcess) -> None:
    confirmed(reader, of_members(reader, "groups-add", everybody(), groups=[GROUP]))
    assert len(inside()) == len(everybody())
    sandbox.clear_journal()
    made = confirmed(reader, bulk(reader, "copy", [GROUP, EMPTY], name="合并群", burst_mode=1))
    assert {state for state, _reason in ends(made)} == {State.DONE}
    assert writes(sandbox) == ["group-create", "group-member-add"]
    new = Group.objects.get(name="合并群")
    assert (new.burst_mode, inside(new.group_id)) == (1, inside())
    back = undone(reader, made)
    assert problems(back) == []
    assert not Group.objects.filter(name="合并群").exists()


def test_add_members_to_groups_and_remove_them(reader: Actor, sandbox: SandboxProcess) -> None:
    was = inside()
    change_set = of_members(reader, "groups-add", everybody(), groups=[GROUP])
    assert change_set.total == len(everybody()) - len(was)
    assert {state for state, _reason in ends(confirmed(reader, change_set))} == {State.DONE}
    assert inside() == set(everybody())
    removal = of_members(reader, "groups-remove", sorted(set(everybody()) - was), groups=[GROUP, EMPTY])
    assert removal.destructive == removal.total == len(everybody()) - len(was)
    confirmed(reader, removal)
    assert inside() == was
    assert writes(sandbox) == ["group-member-add", "group-member-delete"]


def test_group_that_is_gone(reader: Actor) -> None:
    change_set = of_members(reader, "groups-add", everybody(), groups=[1])
    assert (change_set.state, change_set.reason) == (SetState.FAILED, "group_gone")
    assert bulk(reader, "copy", [GROUP], into=1).reason == "group_gone"
