"""Groups."""

from __future__ import annotations

from tests.sandbox.api import Api
from tests.sandbox.assumptions.checks import Outcome, ids, outcome
from tests.sandbox.flows import DEVICE, GROUP, OWNER_ID, PERSON
from tests.support.sandbox import ORG, SandboxProcess


@outcome("group_add_reply", added=[OWNER_ID], all=[PERSON, DEVICE, OWNER_ID])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return ids(api.data("group-member-add", group_id=GROUP, member_ids=[OWNER_ID]))


@outcome("group_delete_reply", before=[PERSON, DEVICE], removed=[PERSON], remaining=[DEVICE])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return ids(api.data("group-member-delete", group_id=GROUP, member_ids=[PERSON]))


@outcome("group_change_reply", changed=[DEVICE], all=[PERSON, DEVICE])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return ids(api.data("group-member-change", group_id=GROUP, member_id=DEVICE, tts=1))


@outcome("group_change_body", partial=0, full=40001)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("group-change", org_num=ORG, group_id=GROUP, burst_mode=2)


@outcome("group_ver", groups_and_members=[True, True], groups=[False, True])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    before = api.org()["group_ver"]
    api.data("group-member-add", group_id=GROUP, member_ids=[OWNER_ID])
    moved = api.org()["group_ver"] != before
    api.data("group-change", org_num=ORG, group_id=GROUP, name="x")
    return [moved, api.org()["group_ver"] != before]


@outcome("priority_range", **{"0_100": 40001, "any": 0})
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("group-member-change", group_id=GROUP, member_id=PERSON, prority=101)


@outcome("delete_leaves_groups", yes=1, no=2)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    api.data("member-delete", org_num=ORG, member_id=PERSON)
    groups = api.data("group-getall", org_num=ORG)["groups"]
    assert ids(api.data("group-member-getall", group_id=GROUP)) == [DEVICE]
    return next(one["user_count"] for one in groups if one["id"] == GROUP)
