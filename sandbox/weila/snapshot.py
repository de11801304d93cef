"""Weila's state as one JSON document, for a state file. Codes and uploads are short-lived and stay out."""

from __future__ import annotations

import msgspec

from .model import Account, Dept, Device, Org
from .tokens import Session
from .world import Counters, World


class SavedOrg(msgspec.Struct):
    """An organization with its members by id; the accounts are listed once, in Snapshot."""

    org: Org
    depts: list[tuple[int, str]]
    members: list[int]


class Snapshot(msgspec.Struct):
    """`media` is the address that pictures began with: another port is written in when restoring."""

    media: str
    counters: Counters
    accounts: list[Account]
    orgs: list[SavedOrg]
    devices: list[Device]
    sessions: list[tuple[Session, float]]


def take(world: World) -> Snapshot:
    """The present state. It shares structures with the world, so encode it before the lock is given up."""
    return Snapshot(
        media=world.media.base_url,
        counters=world.counters,
        accounts=list(world.accounts.values()),
        orgs=[_saved(org) for org in world.orgs.values()],
        devices=list(world.devices.values()),
        sessions=world.tokens.saved(),
    )


def _saved(org: Org) -> SavedOrg:
    bare = msgspec.structs.replace(org, members={}, depts={}, device_cnt=0)
    return SavedOrg(bare, [(dept.id, dept.name) for dept in org.depts.values()], list(org.members))


def restore(world: World, snapshot: Snapshot) -> None:
    """Fill an empty world."""
    world.counters = snapshot.counters
    for account in snapshot.accounts:
        world.add_account(account)
    for saved in snapshot.orgs:
        org = saved.org
        org.depts = {dept_id: Dept(dept_id, name) for dept_id, name in saved.depts}
        world.add_org(org)
        for user_id in saved.members:
            account = world.accounts[user_id]
            world.join(org, account, account.row.dept_id)
    world.devices = {device.code: device for device in snapshot.devices}
    world.tokens.restore(snapshot.sessions)
