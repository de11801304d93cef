"""The shapes of replies, key by key as the document's examples have them."""

from __future__ import annotations

from sandbox.assumptions import Switches

from .model import Account, Group, Membership, Org

OK_TEXT = "请求成功"


def user(account: Account, later: bool) -> dict[str, object]:
    """`user` of the login replies and of user-selfinfo (weila.md, 手机号密码登录, 用户信息)."""
    row = account.row
    reply: dict[str, object] = {"id": row.user_id, "num": row.user_num}
    if later:
        reply["job_num"] = account.job_num
    return reply | {
        "sex": row.sex,
        "name": row.name,
        "bind_phone": account.bind_phone,
        "country_code": row.country_code,
        "avatar": row.avatar,
    }


def org(one: Org, switches: Switches, *, intro: bool) -> dict[str, object]:
    """`org` or `corp`. The login replies leave `intro` out."""
    reply: dict[str, object] = {"num": one.num, "name": one.name, "avatar": one.avatar}
    if intro:
        reply["intro"] = one.intro
    members, devices = _counts(one, switches.get("member_cnt"))
    return reply | {
        "created": one.created,
        "member_cnt": members,
        "group_cnt": len(one.groups),
        "group_ver": one.group_ver,
        "address_ver": one.address_ver,
        "device_cnt": devices,
        "device_ver": one.device_ver,
    }


def login_org(one: Org, owner: Account | None, switches: Switches, later: bool) -> dict[str, object]:
    """`org` of the login replies; later editions (A44) add its creator."""
    reply = org(one, switches, intro=False)
    if later and owner:
        row = owner.row
        reply["creator"] = {
            "id": row.user_id,
            "num": row.user_num,
            "job_num": owner.job_num,
            "sex": row.sex,
            "name": row.name,
            "avatar": row.avatar,
        }
    return reply


def _counts(one: Org, how: str) -> tuple[int, int]:
    everyone = len(one.members)
    if how == "people":
        return everyone - one.device_cnt, one.device_cnt
    return everyone, 0 if how == "lagging" else one.device_cnt


def member(account: Account, later: bool, *, settings: bool) -> dict[str, object]:
    """A member in the replies about one. member-change and -change-state omit tts, loc_share, track."""
    row = account.row
    reply: dict[str, object] = {
        "user_id": row.user_id,
        "org_num": account.org_num,
        "dept_id": row.dept_id,
        "country_code": row.country_code,
        "phone": row.phone,
        "type": row.type,
    }
    if settings:
        reply |= {"tts": row.tts, "loc_share": row.loc_share, "track": row.track}
    reply |= {"state": row.state, "created": row.created, "user_num": row.user_num}
    if later:
        reply["job_num"] = account.job_num
    return reply | {"sex": row.sex, "name": row.name, "avatar": row.avatar}


def listed_member(account: Account) -> dict[str, object]:
    """A row of get-address-list as later editions have it (A44); without it the Row itself travels."""
    row = account.row
    return {name: getattr(row, name) for name in row.__struct_fields__} | {
        "job_num": account.job_num,
        "online": account.online,
    }


def group(one: Group) -> dict[str, object]:
    """A group as group-getall lists it."""
    return {
        "id": one.id,
        "name": one.name,
        "avatar": one.avatar,
        "creator": one.creator,
        "type": one.type,
        "user_count": len(one.members),
        "member_version": one.member_version,
        "burst_mode": one.burst_mode,
        "shutup": one.shutup,
        "created": one.created,
    }


def created_group(one: Group) -> dict[str, object]:
    """group-create's reply: no creator, no type."""
    return {key: value for key, value in group(one).items() if key not in {"creator", "type"}}


def changed_group(one: Group) -> dict[str, object]:
    """group-change's reply: the only one with intro and user_limit."""
    common = group(one)
    return {
        **{key: common[key] for key in ("id", "name", "avatar", "creator", "type")},
        **{key: common[key] for key in ("user_count", "member_version")},
        "intro": one.intro,
        "user_limit": one.user_limit,
        **{key: common[key] for key in ("burst_mode", "shutup", "created")},
    }


def group_member(account: Account) -> dict[str, object]:
    """A row of group-member-getall, -add and -change."""
    row = account.row
    return {
        "user_id": row.user_id,
        "user_num": row.user_num,
        "sex": row.sex,
        "name": row.name,
        "avatar": row.avatar,
    }


def later_group_member(account: Account, dept_name: str) -> dict[str, object]:
    """The same row in later editions (A44): still without prority."""
    row = account.row
    return group_member(account) | {
        "dept_id": row.dept_id,
        "country_code": row.country_code,
        "phone": row.phone,
        "type": row.type,
        "tts": row.tts,
        "loc_share": row.loc_share,
        "track": row.track,
        "state": row.state,
        "created": row.created,
        "online": account.online,
        "dept_name": dept_name,
    }


def removed_group_member(account: Account, membership: Membership) -> dict[str, object]:
    """A row of group-member-delete: the only reply with a member's settings in the group."""
    row = account.row
    return {
        "user_id": row.user_id,
        "prority": membership.prority,
        "tts": membership.tts,
        "loc_share": membership.loc_share,
        "user_num": row.user_num,
        "sex": row.sex,
        "name": row.name,
        "avatar": row.avatar,
    }
