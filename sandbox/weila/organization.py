"""The organization and the signed-in user (weila.md, 企业管理, 用户信息管理)."""

from __future__ import annotations

import time

from . import wire
from .call import Call, Data
from .errors import BAD_REQUEST, HAS_ORG, NO_ORG, PHONE_TAKEN, WRONG_PASSWORD, Refused
from .model import OWNER, Org
from .rewriting import org_avatar, versioned


def org_create(call: Call) -> Data:
    name, avatar = call.name(), call.body.avatar()
    world, account = call.world, call.account
    earlier = world.org_of(account)
    if earlier:
        if world.switches.get("second_org") == "refused":
            raise Refused(HAS_ORG)
        world.leave(earlier, account)
    world.counters.org_num += 1
    org = world.add_org(Org(world.counters.org_num, name, "", int(time.time()), account.row.user_id))
    org.avatar = org_avatar(world.media, org, avatar)
    account.row.type = OWNER
    world.join(org, account)
    return {"org": wire.org(org, world.switches, intro=True)}


def org_change(call: Call) -> Data:
    org = call.org
    call.need_full("org_change_body", "name", "avatar")
    if not (call.body.has("name") or call.body.has("avatar")):
        raise Refused(BAD_REQUEST)
    name = call.name() if call.body.has("name") else org.name
    if call.body.avatar():
        org.avatar = versioned(call.world.media, org.avatar, call.body.avatar(), "org")
    org.name = name
    return {"corp": wire.org(org, call.world.switches, intro=True)}


def org_my_org(call: Call) -> Data:
    org = call.world.org_of(call.account)
    if org:
        return {"corp": wire.org(org, call.world.switches, intro=True)}
    how = call.world.switches.get("no_org_reply")
    if how == "errcode":
        raise Refused(NO_ORG)
    return {"corp": None} if how == "null" else {}


def user_selfinfo(call: Call) -> Data:
    return {"user": wire.user(call.account, call.world.later)}


def user_change_password(call: Call) -> Data:
    old, new = call.body.text("old_password"), call.body.md5("new_password")
    account = call.account
    if old not in (account.password, account.credential):
        raise Refused(WRONG_PASSWORD)
    call.world.set_password(account, new)
    ends = call.world.switches.get("password_change_ends")
    if ends != "none":
        call.world.tokens.end(account.row.user_id, keep=call.session if ends == "others" else None)
    return None


def user_bind_phone(call: Call) -> Data:
    phone, account = call.body.needed_phone(), call.account
    if call.body.text("password") not in (account.password, account.credential):
        raise Refused(WRONG_PASSWORD)
    message = call.world.sms.check(phone, "bind-phone", call.body.text("verify_code"))
    if phone in call.world.by_phone:
        raise Refused(PHONE_TAKEN)
    message.used = True
    call.world.bind_phone(account, phone)
    return None
