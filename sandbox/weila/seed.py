"""The first companies: the document's people, made into a believable organization.

Deterministic: the same number of members gives the same people, departments, phones and joining
times (counted back from today). Whom to sign in as is in DEMO_ACCOUNTS; everybody else has no
password until an administrator resets it.
"""

from __future__ import annotations

import hashlib
import random
import time
from dataclasses import dataclass

from . import names
from .model import DEVICE, MANAGER, OWNER, PERSON, SUSPENDED, Account, Dept, Group, Membership, Org, Row
from .world import World

FEWEST, MOST = 3, 500_000
PASSWORD = hashlib.md5(b"123456", usedforsecurity=False).hexdigest()
HOSTILE_NAME = "<img src=x onerror=alert(1)>"
EMOJI_NAME = "王小虎🐯👨‍👩‍👧"
_DAY = 86_400
_SEED = 100073
_CARRIERS = (35, 36, 38, 39, 50, 58, 59, 86, 87, 88)
_TRACKS = (0, 0, 0, 1, 2, 3, 60, 300)


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to sign in as; the password of all of them is 123456."""

    phone: str
    num: str
    who_en: str
    who_zh: str


DEMO_ACCOUNTS = (
    DemoAccount("13353236154", "70015325", "Owner of 100073", "100073 的企业主"),
    DemoAccount("13353236160", "70016001", "Manager of 100073", "100073 的管理员"),
    DemoAccount("13353236161", "70016002", "Ordinary member of 100073", "100073 的普通成员"),
    DemoAccount(
        "61234567", "70016003", "Manager of 100073 with an eight-digit phone", "100073 的管理员（八位手机号）"
    ),
    DemoAccount("16675441248", "70010885", "Owner of 100080", "100080 的企业主"),
    DemoAccount("13353236170", "20100112", "Has no organization yet", "还没有企业"),
    DemoAccount(
        "13353236171", "20100113", "Personal account, no corp user (45016)", "个人账号，不是企业用户"
    ),
)


def populate(world: World, members: int) -> None:
    """Fill an empty world; `members` counts everybody in organization 100073."""
    _Company(world, members).build()
    _second_organization(world)
    _accounts_without_organization(world)
    world.refill_devices()


def _row(world: World, user_id: int, kind: int, created: int, num: str, name: str, phone: str = "") -> Row:
    picture = world.media.default("group" if kind == DEVICE else "user")
    return Row(user_id, 0, "86", phone, kind, 0, 0, 0, 0, created, num, 0, name, picture)


def _with_password(world: World, account: Account) -> Account:
    world.set_password(world.add_account(account), PASSWORD)
    return account


def _second_organization(world: World) -> None:
    row = _row(world, 1253447, OWNER, 1730457400, "70010885", "ent44094209", "16675441248")
    owner = _with_password(world, Account(row, bind_phone="16675441248"))
    picture = world.media.copy("", "corp/100080/a/1a2b3c4d.jpg", "org")
    org = world.add_org(Org(100080, "kvoon-org", picture, 1730457462, 1253447, address_ver=1730859173))
    world.join(org, owner)


def _accounts_without_organization(world: World) -> None:
    for demo, user_id, personal in ((DEMO_ACCOUNTS[5], 1253431, False), (DEMO_ACCOUNTS[6], 1253432, True)):
        row = _row(world, user_id, PERSON, 1730190000, demo.num, f"微喇{demo.num}", demo.phone)
        _with_password(world, Account(row, bind_phone=demo.phone, personal=personal))


class _Company:
    """Organization 100073, 微喇测试."""

    def __init__(self, world: World, members: int) -> None:
        self._world = world
        self._members = members
        self._chance = random.Random(_SEED)
        self._midnight = int(time.time()) // _DAY * _DAY

    def build(self) -> None:
        picture = self._world.media.copy("", "corp/100073/a/7ddf8c72.jpg", "org")
        self._org = self._world.add_org(Org(100073, "微喇测试", picture, 1730274806, 1253444))
        self._departments()
        self._listed_people()
        self._notable_people()
        while len(self._org.members) < self._members:
            self._device() if self._chance.randrange(8) == 0 else self._person()
        self._groups()
        newest = max(account.row.created for account in self._org.members.values())
        self._org.address_ver = self._org.group_ver = newest

    def _departments(self) -> None:
        wanted = ["研发部2", *names.DEPTS]
        for branch in names.BRANCHES:
            for dept in names.DEPTS:
                wanted += [f"{branch}{dept}{team}" for team in names.TEAMS]
        count = 1 + len(names.DEPTS) + max(0, self._members // 500 - len(names.DEPTS))
        wanted = [*wanted[:count], names.EMPTY_DEPT]
        for index, name in enumerate(wanted):
            self._org.depts[6 + index] = Dept(6 + index, name)
        self._org.last_dept = 5 + len(wanted)
        self._peopled = [dept_id for dept_id in self._org.depts if 6 < dept_id < self._org.last_dept]

    def _listed_people(self) -> None:
        """The three rows of get-address-list's example."""
        world, org = self._world, self._org
        owner = _row(world, 1253444, OWNER, 1730274537, "70015325", "ent19949504", "13353236154")
        owner.tts = 1
        world.join(org, _with_password(world, Account(owner, bind_phone="13353236154")))
        person = _row(world, 1253446, PERSON, 1730279383, "70011173", "222222", "18611111111")
        device = _row(world, 1253448, DEVICE, 1730434624, "30015839", "222222", "18611111111")
        for row in (person, device):
            row.tts = 1
            world.join(org, world.add_account(Account(row)), 6)

    def _notable_people(self) -> None:
        """People whom tests and visitors want to find, as far as there is room for them."""
        manager, ordinary, abroad = DEMO_ACCOUNTS[1:4]
        notable = (
            (MANAGER, "陈建国", manager.phone, "86", 12, True),
            (PERSON, "林晓燕", ordinary.phone, "86", 8, True),
            (MANAGER, "Ada Wong 黃詠詩", abroad.phone, "852", 7, True),
            (PERSON, HOSTILE_NAME, "13900000001", "86", 7, False),
            (PERSON, EMOJI_NAME, "", "86", 0, False),
        )
        room = max(0, self._members - len(self._org.members))
        for kind, name, phone, country_code, dept_id, signs_in in notable[:room]:
            row = self._new_row(kind, self._world.next_person_num(), name)
            row.phone, row.country_code = phone, country_code
            account = Account(row, bind_phone=phone if signs_in else "")
            self._world.add_account(account)
            if signs_in:
                self._world.set_password(account, PASSWORD)
            self._world.join(self._org, account, dept_id)

    def _new_row(self, kind: int, num: str, name: str) -> Row:
        row = _row(self._world, self._world.next_user_id(), kind, self._joined(), num, name)
        row.tts = self._chance.randrange(2)
        row.loc_share = int(self._chance.random() < 0.4)
        row.track = self._chance.choice(_TRACKS) if kind == DEVICE else 0
        return row

    def _joined(self) -> int:
        """Some second of the last two years, more of them lately."""
        days = int(730 * self._chance.random() ** 1.4) + 1
        return self._midnight - days * _DAY + self._chance.randrange(8 * 3600, 18 * 3600) - 8 * 3600

    def _person(self) -> None:
        chance = self._chance
        name = chance.choice(names.SURNAMES) + chance.choice(names.GIVEN)
        row = self._new_row(PERSON, self._world.next_person_num(), name)
        row.sex = chance.randrange(2)
        row.state = SUSPENDED if chance.random() < 0.06 else 0
        if chance.random() >= 0.1:
            row.phone = self._phone()
        if chance.random() < 0.05:
            row.track = 60
        self._place(row)

    def _phone(self) -> str:
        """Mostly one's own; now and then one that a colleague has too."""
        if self._chance.random() < 0.05:
            return "18611111111"
        return f"1{self._chance.choice(_CARRIERS)}{self._chance.randrange(10**8):08}"

    def _device(self) -> None:
        place = f"{self._chance.choice(names.PLACES)}对讲机{self._chance.randrange(1, 100)}"
        row = self._new_row(DEVICE, self._world.next_device_num(), place)
        row.state = SUSPENDED if self._chance.random() < 0.05 else 0
        self._place(row)

    def _place(self, row: Row) -> None:
        outside = self._chance.random() < 0.08
        dept_id = 0 if outside else self._chance.choice(self._peopled)
        online = int(self._chance.random() < 0.6)
        self._world.join(self._org, self._world.add_account(Account(row, online=online)), dept_id)

    def _groups(self) -> None:
        """The two of group-getall's example, then one for each of the first departments."""
        self._group(80000528, "测试群3", "3e01b28d", [1253446, 1253448], 1730452576)
        self._group(80010090, "测试群3", "707546dd", [], 1730452310)
        for dept in [self._org.depts[dept_id] for dept_id in self._peopled[:4]]:
            if dept.members:
                self._world.counters.group_id += 1
                people = list(dept.members)[:50]
                self._group(
                    self._world.counters.group_id, f"{dept.name}对讲群", "5ab9c0de", people, 1730452600
                )

    def _group(self, group_id: int, name: str, picture: str, people: list[int], created: int) -> None:
        path = f"corp/100073/g/{group_id}/a/{picture}.jpg"
        avatar = self._world.media.copy("", path, "group")
        members = {
            user_id: Membership(user_id, 0, row.tts, row.loc_share)
            for user_id in people
            for row in [self._org.members[user_id].row]
        }
        version = 1 + len(members)
        self._org.groups[group_id] = Group(
            group_id, name, avatar, 1253444, created, intro="群介绍", member_version=version, members=members
        )
