"""Members and devices (weila.md, 通讯录管理)."""

from __future__ import annotations

from . import wire
from .call import Call, Data
from .errors import (
    BAD_REQUEST,
    DEPT_NOT_FOUND,
    DEVICE_HAS_NO_PASSWORD,
    OWNER_PROTECTED,
    PHONE_TAKEN,
    WRONG_DEVICE_CODE,
    Refused,
)
from .fields import Body
from .model import DEVICE, OWNER, PERSON, SUSPENDED, Account, Org
from .rewriting import created_member_avatar, member_avatar
from .world import Change, World

_CHANGEABLE = ("name", "dept_id", "sex", "avatar", "phone", "tts", "loc_share")


def member_create(call: Call) -> Data:
    world, org, body = call.world, call.org, call.body
    name, password = call.name(), body.md5("password")
    dept_id, phone = _dept_id(org, body), _phone(call, org, None)
    settings, given = _settings(body), body.avatar()
    account = Account(world.new_row(PERSON, world.next_person_num(), name=name))
    account.row.phone = phone
    _apply(account, settings)
    world.set_password(world.add_account(account), password)
    if phone and phone not in world.by_phone and world.switches.get("member_phone_sign_in") == "if-free":
        world.bind_phone(account, phone)
    world.join(org, account, dept_id)
    account.row.avatar = created_member_avatar(world.media, account, given)
    world.directory_changed(org, Change.ROWS)
    return wire.member(account, world.later, settings=True)


def member_add_device(call: Call) -> Data:
    world, org, body = call.world, call.org, call.body
    name, code = call.name(), body.text("verify_code")
    dept_id, phone = _dept_id(org, body), _phone(call, org, None)
    settings, track, given = _settings(body), _track(body), body.avatar()
    device = world.devices.pop(code, None)
    if device is None:
        raise Refused(WRONG_DEVICE_CODE)
    row = world.new_row(DEVICE, device.user_num, name=name, user_id=device.user_id)
    row.phone, row.track, row.avatar = phone, track, given or row.avatar
    account = world.add_account(Account(row))
    _apply(account, settings)
    world.join(org, account, dept_id)
    world.refill_devices()
    world.directory_changed(org, Change.ROWS)
    return wire.member(account, world.later, settings=True)


def member_change(call: Call) -> Data:
    world, org, body = call.world, call.org, call.body
    account = call.member
    call.need_full("member_change_body", *_CHANGEABLE)
    if not any(body.has(name) for name in (*_CHANGEABLE, "track")):
        raise Refused(BAD_REQUEST)
    name = call.name() if body.has("name") else account.row.name
    dept_id = _dept_id(org, body) if body.has("dept_id") else account.row.dept_id
    phone = _phone(call, org, account) if body.has("phone") else account.row.phone
    track = _track(body) if body.has("track") else account.row.track
    if not account.is_device and world.switches.get("track_on_people") == "ignored":
        track = account.row.track
    settings, given = _settings(body), body.avatar()
    row = account.row
    row.name, row.phone, row.track = name, phone, track
    _apply(account, settings)
    if given and given != row.avatar:
        row.avatar = member_avatar(world.media, account, given)
    world.move(org, account, dept_id)
    world.forget(org, row.dept_id)
    world.directory_changed(org, Change.EDIT)
    return wire.member(account, world.later, settings=False)


def member_change_state(call: Call) -> Data:
    world, org, account = call.world, call.org, call.member
    state = call.body.flag("state")
    if state == SUSPENDED:
        _spare_owner(world, account)
    account.row.state = state
    if state == SUSPENDED and world.switches.get("removal_ends_tokens") == "yes":
        world.tokens.end(account.row.user_id)
    world.forget(org, account.row.dept_id)
    world.directory_changed(org, Change.STATE)
    return wire.member(account, world.later, settings=False)


def member_delete(call: Call) -> Data:
    world, org, account = call.world, call.org, call.member
    _spare_owner(world, account)
    remove_member(world, org, account)
    world.directory_changed(org, Change.ROWS)
    return None


def remove_member(world: World, org: Org, account: Account) -> None:
    """Take a member out; what becomes of the account is assumptions A12, A40 and A41."""
    world.leave(org, account)
    row = account.row
    if account.is_device:
        world.remove_account(account)
        if world.switches.get("deleted_device") == "waits-again":
            world.wait_for(row.user_id, row.user_num)
        return
    if world.switches.get("removal_ends_tokens") == "yes":
        world.tokens.end(row.user_id)
    if world.switches.get("deleted_member") == "account-gone":
        world.remove_account(account)
    else:
        row.type, row.state = PERSON, 0


def member_reset_password(call: Call) -> Data:
    world, _, account = call.world, call.org, call.member
    password = call.body.md5("password")
    if account.is_device and world.switches.get("device_password") == "refused":
        raise Refused(DEVICE_HAS_NO_PASSWORD)
    world.set_password(account, password)
    if world.switches.get("password_change_ends") != "none":
        keep = call.session if account is call.account else None
        world.tokens.end(account.row.user_id, keep=keep)
    return None


def _spare_owner(world: World, account: Account) -> None:
    if account.row.type == OWNER and world.switches.get("owner_protected") == "yes":
        raise Refused(OWNER_PROTECTED)


def _dept_id(org: Org, body: Body) -> int:
    dept_id = body.integer("dept_id") if body.has("dept_id") else 0
    if dept_id not in org.depts:
        raise Refused(DEPT_NOT_FOUND)
    return dept_id


def _phone(call: Call, org: Org, own: Account | None) -> str:
    phone = call.body.phone(any_text=call.world.switches.get("phone_format") == "any")
    unique = phone and call.world.switches.get("phones") == "unique"
    if unique and any(one.row.phone == phone and one is not own for one in org.members.values()):
        raise Refused(PHONE_TAKEN)
    return phone


def _track(body: Body) -> int:
    """0 off, 1 high, 2 medium, 3 low, 4 reserved, above that seconds."""
    return body.integer("track", 0, 86_400) if body.has("track") else 0


def _settings(body: Body) -> dict[str, int]:
    return {name: body.flag(name) for name in ("sex", "tts", "loc_share") if body.has(name)}


def _apply(account: Account, settings: dict[str, int]) -> None:
    for name, value in settings.items():
        setattr(account.row, name, value)
