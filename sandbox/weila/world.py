"""The simulated Weila's state, and the changes that keep it whole. Callers hold the one lock."""

from __future__ import annotations

import hashlib
import secrets
import time
from enum import Enum

import msgspec

from sandbox.assumptions import Switches

from . import wire
from .codes import Captchas, SmsCodes
from .media import Media
from .model import DEVICE, Account, Dept, Device, Org, Row
from .tokens import TokenBook

WAITING_DEVICES = 4


class Change(Enum):
    """What happened to a directory, as far as address_ver cares (A30)."""

    ROWS = "rows"  # somebody or a department came or went
    EDIT = "edit"
    STATE = "state"


class Counters(msgspec.Struct):
    """The last ids and numbers given, beginning after those of the document's examples."""

    user_id: int = 1253449
    person_num: int = 70016000
    device_num: int = 30015839
    regist_num: int = 20100114
    org_num: int = 100080
    group_id: int = 80010090
    upload: int = 0


class World:
    """Everything Weila remembers."""

    def __init__(self, switches: Switches, media: Media) -> None:
        self.switches = switches
        self.media = media
        self.tokens = TokenBook(switches)
        self.captchas = Captchas(switches)
        self.sms = SmsCodes(switches)
        self.counters = Counters()
        self.orgs: dict[int, Org] = {}
        self.accounts: dict[int, Account] = {}
        self.by_num: dict[str, Account] = {}
        self.by_phone: dict[str, Account] = {}  # phones that sign in, not contacts
        self.devices: dict[str, Device] = {}
        self._encoded: dict[tuple[int, int, bool], bytes] = {}

    @property
    def later(self) -> bool:
        return self.switches.get("later_fields") == "on"

    # Accounts

    def add_account(self, account: Account) -> Account:
        self.accounts[account.row.user_id] = account
        self.by_num[account.row.user_num] = account
        if account.bind_phone:
            self.by_phone[account.bind_phone] = account
        return account

    def next_user_id(self) -> int:
        self.counters.user_id += 1
        return self.counters.user_id

    def new_row(self, kind: int, num: str, *, name: str, user_id: int | None = None) -> Row:
        """A row with everything else at rest; a device brings its own id."""
        user_id = user_id or self.next_user_id()
        picture = self.media.default("group" if kind == DEVICE else "user")
        return Row(user_id, 0, "86", "", kind, 0, 0, 0, 0, int(time.time()), num, 0, name, picture)

    def next_person_num(self) -> str:
        self.counters.person_num += 1
        return str(self.counters.person_num)

    def next_device_num(self) -> str:
        self.counters.device_num += 1
        return str(self.counters.device_num)

    def set_password(self, account: Account, password: str) -> None:
        """`password` as it travels (MD5). The second credential is made anew."""
        account.password = password
        seed = f"{account.row.user_num}:{password}"
        account.credential = "sandbox-" + hashlib.md5(seed.encode(), usedforsecurity=False).hexdigest()[:24]

    def bind_phone(self, account: Account, phone: str) -> None:
        if self.by_phone.get(account.bind_phone) is account:
            del self.by_phone[account.bind_phone]
        account.bind_phone = phone
        if phone:
            self.by_phone[phone] = account

    def remove_account(self, account: Account) -> None:
        self.tokens.end(account.row.user_id)
        self.bind_phone(account, "")
        self.accounts.pop(account.row.user_id, None)
        self.by_num.pop(account.row.user_num, None)

    # Organizations

    def org_of(self, account: Account) -> Org | None:
        return None if account.org_num is None else self.orgs.get(account.org_num)

    def add_org(self, org: Org) -> Org:
        org.depts.setdefault(0, Dept(0, ""))
        self.orgs[org.num] = org
        return org

    def join(self, org: Org, account: Account, dept_id: int = 0) -> None:
        account.org_num = org.num
        account.row.dept_id = dept_id if dept_id in org.depts else 0
        org.members[account.row.user_id] = account
        org.depts[account.row.dept_id].members[account.row.user_id] = account
        org.device_cnt += account.is_device
        self.forget(org, account.row.dept_id)

    def leave(self, org: Org, account: Account) -> None:
        user_id = account.row.user_id
        del org.members[user_id]
        del org.depts[account.row.dept_id].members[user_id]
        org.device_cnt -= account.is_device
        self.forget(org, account.row.dept_id)
        if self.switches.get("delete_leaves_groups") == "yes":
            for group in org.groups.values():
                if group.members.pop(user_id, None) is not None:
                    group.member_version += 1
        account.org_num = None
        account.row.dept_id = 0

    def move(self, org: Org, account: Account, dept_id: int) -> None:
        """Into another department of the same organization."""
        row = account.row
        if row.dept_id == dept_id:
            return
        del org.depts[row.dept_id].members[row.user_id]
        self.forget(org, row.dept_id)
        row.dept_id = dept_id
        org.depts[dept_id].members[row.user_id] = account
        self.forget(org, dept_id)

    def directory_changed(self, org: Org, change: Change) -> None:
        """Move address_ver to now, where assumption A30 says that this change moves it."""
        moving = {
            "every-change": {Change.ROWS, Change.EDIT, Change.STATE},
            "not-state": {Change.ROWS, Change.EDIT},
            "not-edits": {Change.ROWS},
            "never": set(),
        }[self.switches.get("address_ver")]
        if change in moving:
            org.address_ver = int(time.time())

    def groups_changed(self, org: Org, *, members_only: bool = False) -> None:
        if not members_only or self.switches.get("group_ver") == "groups-and-members":
            org.group_ver = int(time.time())

    # The encoded directory: one piece a department, encoded again only when that department changed

    def forget(self, org: Org, dept_id: int) -> None:
        for later in (False, True):
            self._encoded.pop((org.num, dept_id, later), None)

    def encoded_members(self, org: Org, dept: Dept) -> bytes:
        """A department's rows as a JSON array."""
        key = (org.num, dept.id, self.later)
        if key not in self._encoded:
            accounts = dept.members.values()
            rows: list[object] = [wire.listed_member(one) if self.later else one.row for one in accounts]
            self._encoded[key] = msgspec.json.encode(rows)
        return self._encoded[key]

    # Devices that wait

    def refill_devices(self) -> None:
        """Keep a few devices waiting to be added."""
        while len(self.devices) < WAITING_DEVICES:
            self.wait_for(self.next_user_id(), self.next_device_num())

    def wait_for(self, user_id: int, num: str) -> None:
        code = f"{secrets.randbelow(10**6):06}"
        while code in self.devices:
            code = f"{secrets.randbelow(10**6):06}"
        self.devices[code] = Device(code, user_id, num, time.time())
