"""Groups and their members (weila.md, 企业群组管理)."""

from __future__ import annotations

import time

from . import wire
from .call import Call, Data
from .errors import BAD_REQUEST, GROUP_FULL, MEMBER_NOT_FOUND, NAME_TAKEN, Refused
from .model import Group, Membership, Org
from .rewriting import group_avatar, versioned

_CHANGEABLE = ("name", "avatar", "burst_mode")


def group_create(call: Call) -> Data:
    org, world, name = call.org, call.world, call.name()
    burst_mode = call.body.integer("burst_mode", 0, 2) if call.body.has("burst_mode") else 0
    given = call.body.avatar()
    _check_free(call, org, name, None)
    world.counters.group_id += 1
    group = Group(world.counters.group_id, name, "", call.account.row.user_id, int(time.time()), burst_mode)
    group.avatar = group_avatar(world.media, org, group, given)
    org.groups[group.id] = group
    world.groups_changed(org)
    return wire.created_group(group)


def group_change(call: Call) -> Data:
    org, group, body = call.org, call.group, call.body
    call.need_full("group_change_body", *_CHANGEABLE)
    if not any(body.has(name) for name in _CHANGEABLE):
        raise Refused(BAD_REQUEST)
    name = call.name() if body.has("name") else group.name
    burst_mode = body.integer("burst_mode", 0, 2) if body.has("burst_mode") else group.burst_mode
    given = body.avatar()
    _check_free(call, org, name, group)
    group.name, group.burst_mode = name, burst_mode
    if given:
        group.avatar = versioned(call.world.media, group.avatar, given, "group")
    call.world.groups_changed(org)
    return wire.changed_group(group)


def group_delete(call: Call) -> Data:
    org, group = call.own_org, call.group
    del org.groups[group.id]
    call.world.groups_changed(org)
    return None


def group_getall(call: Call) -> Data:
    return {"groups": [wire.group(one) for one in call.org.groups.values()]}


def group_member_getall(call: Call) -> Data:
    return _rows(call, list(call.group.members))


def group_member_add(call: Call) -> Data:
    """Ids that are in the group already are left as they are (vendor clients send them along)."""
    org, group = call.own_org, call.group
    wanted = call.body.integers("member_ids")
    for user_id in wanted:
        call.member_by_id(org, user_id)
    added = [user_id for user_id in wanted if user_id not in group.members]
    if len(group.members) + len(added) > group.user_limit:
        raise Refused(GROUP_FULL)
    for user_id in added:
        row = org.members[user_id].row
        group.members[user_id] = Membership(user_id, 0, row.tts, row.loc_share)
    _members_changed(call, group, len(added))
    everybody = call.world.switches.get("group_add_reply") == "all"
    return _rows(call, list(group.members) if everybody else added)


def group_member_change(call: Call) -> Data:
    org, group, body = call.own_org, call.group, call.body
    membership = group.members.get(body.integer("member_id"))
    if membership is None:
        raise Refused(MEMBER_NOT_FOUND)
    highest = 100 if call.world.switches.get("priority_range") == "0-100" else 2**31 - 1
    prority = body.integer("prority", 0, highest) if body.has("prority") else membership.prority
    tts = body.flag("tts") if body.has("tts") else membership.tts
    loc_share = body.flag("loc_share") if body.has("loc_share") else membership.loc_share
    membership.prority, membership.tts, membership.loc_share = prority, tts, loc_share
    call.world.groups_changed(org, members_only=True)
    everybody = call.world.switches.get("group_change_reply") == "all"
    return _rows(call, list(group.members) if everybody else [membership.user_id])


def group_member_delete(call: Call) -> Data:
    org, group = call.own_org, call.group
    wanted = call.body.integers("member_ids")
    if any(user_id not in group.members for user_id in wanted):
        raise Refused(MEMBER_NOT_FOUND)
    before = dict(group.members)
    for user_id in wanted:
        del group.members[user_id]
    _members_changed(call, group, len(wanted))
    answered = {
        "before": before,
        "removed": {user_id: before[user_id] for user_id in wanted},
        "remaining": group.members,
    }[call.world.switches.get("group_delete_reply")]
    present = [(org.members[user_id], one) for user_id, one in answered.items() if user_id in org.members]
    return {"members": [wire.removed_group_member(account, one) for account, one in present]}


def _members_changed(call: Call, group: Group, changes: int) -> None:
    group.member_version += changes
    if changes:
        call.world.groups_changed(call.own_org, members_only=True)


def _rows(call: Call, user_ids: list[int]) -> Data:
    org = call.own_org
    accounts = [org.members[user_id] for user_id in user_ids if user_id in org.members]
    if call.world.later:
        names = {dept.id: dept.name for dept in org.depts.values()}
        return {"members": [wire.later_group_member(one, names[one.row.dept_id]) for one in accounts]}
    return {"members": [wire.group_member(one) for one in accounts]}


def _check_free(call: Call, org: Org, name: str, own: Group | None) -> None:
    taken = any(group.name == name and group is not own for group in org.groups.values())
    if taken and call.world.switches.get("dept_names") == "unique":
        raise Refused(NAME_TAKEN)
