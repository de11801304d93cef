"""What tests and visitors do to Weila from outside the API: read its inbox, change it as somebody else."""

from __future__ import annotations

from . import wire
from .errors import Refused
from .fields import Body
from .members import remove_member
from .model import SUSPENDED, Account
from .world import Change, World

_NUMBERS = {
    "type": 10_000,
    "state": 10_000,
    "sex": 10_000,
    "tts": 1,
    "loc_share": 1,
    "track": 86_400,
    "dept_id": 2**31,
    "online": 1,
}
_TEXTS = ("name", "phone", "avatar")


class ControlError(ValueError):
    """A control that can't be done; the text says why."""


def inbox(world: World) -> list[dict[str, object]]:
    """SMS messages, and the codes of devices that wait to be added; newest first."""
    messages = [(one.at, one.phone, one.kind, one.code) for one in world.sms.messages()]
    messages += [(one.at, "", "device", one.code) for one in world.devices.values()]
    return [
        {"phone": phone, "kind": kind, "code": code, "at": round(at, 3)}
        for at, phone, kind, code in sorted(messages, key=lambda one: one[0], reverse=True)
    ]


def change_member(world: World, account: Account, fields: dict[str, object]) -> dict[str, object]:
    """Set any field of a member, values that the API itself would refuse included (an unknown type)."""
    org = world.org_of(account)
    if org is None:
        raise ControlError("This user is in no organization.")
    values = _checked(fields)
    dept_id = values.pop("dept_id", account.row.dept_id)
    if not isinstance(dept_id, int) or dept_id not in org.depts:
        raise ControlError("dept_id: no such department.")
    was_device = account.is_device
    account.online = int(str(values.pop("online", account.online)))
    for name, value in values.items():
        setattr(account.row, name, value)
    org.device_cnt += account.is_device - was_device
    if values.get("state") == SUSPENDED and world.switches.get("removal_ends_tokens") == "yes":
        world.tokens.end(account.row.user_id)
    world.move(org, account, dept_id)
    world.forget(org, dept_id)
    world.directory_changed(org, Change.STATE if set(values) == {"state"} else Change.EDIT)
    return {"member": wire.member(account, later=True, settings=True)}


def _checked(fields: dict[str, object]) -> dict[str, object]:
    body, values = Body(fields), dict[str, object]()
    if not fields:
        raise ControlError(f"Send some of: {', '.join((*_NUMBERS, *_TEXTS))}.")
    for name, value in fields.items():
        if name in _NUMBERS:
            try:
                values[name] = body.integer(name, 0, _NUMBERS[name])
            except Refused as refused:
                raise ControlError(f"{name}: a whole number from 0 to {_NUMBERS[name]}.") from refused
        elif name in _TEXTS and isinstance(value, str) and len(value) <= 1000:
            values[name] = value
        else:
            raise ControlError(f"{name}: no such field, or no text of at most 1000 characters.")
    return values


def delete_member(world: World, account: Account) -> dict[str, object]:
    org = world.org_of(account)
    if org is None:
        raise ControlError("This user is in no organization.")
    remove_member(world, org, account)
    world.directory_changed(org, Change.ROWS)
    return {"deleted": account.row.user_id}


def move_user(world: World, account: Account, body: dict[str, object]) -> dict[str, object]:
    """Into another organization, or with `{"org_num": null}` into none. Tokens stay."""
    if set(body) != {"org_num"}:
        raise ControlError('Send {"org_num": <number or null>}.')
    num = body["org_num"]
    target = world.orgs.get(num) if isinstance(num, int) else None
    if num is not None and target is None:
        raise ControlError("org_num: no such organization.")
    earlier = world.org_of(account)
    if earlier:
        world.leave(earlier, account)
        world.directory_changed(earlier, Change.ROWS)
    if target:
        world.join(target, account)
        world.directory_changed(target, Change.ROWS)
    return {"user_id": account.row.user_id, "org_num": account.org_num}
