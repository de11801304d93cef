"""What the simulated Weila knows: accounts, organizations, departments, groups."""

from __future__ import annotations

import msgspec

PERSON, DEVICE, MANAGER, OWNER = 0, 1, 2, 255
ENABLED, SUSPENDED = 0, 1
FORMAL_GROUP = 17
GROUP_LIMIT = 500


class Row(msgspec.Struct):
    """One person or device, in the field order of get-address-list (weila.md, 获取通讯录).

    `dept_id` 0 is "no department"; `type` 0 person, 1 device, 2 manager, 255 owner; `created` is
    the time of joining in Unix seconds; `phone` is a contact, not something to sign in with.
    """

    user_id: int
    dept_id: int
    country_code: str
    phone: str
    type: int
    tts: int
    loc_share: int
    track: int
    state: int
    created: int
    user_num: str
    sex: int
    name: str
    avatar: str


class Account(msgspec.Struct):
    """A Weila account or a device, in an organization or in none."""

    row: Row
    org_num: int | None = None
    bind_phone: str = ""
    password: str | None = None  # MD5 hex as it travels; None: nobody can sign in with a password
    credential: str = ""  # the other working credential, which login replies carry
    personal: bool = False  # no corp user (45016)
    online: int = 0

    @property
    def is_device(self) -> bool:
        return self.row.type == DEVICE

    @property
    def job_num(self) -> str:
        """Later editions show the user id when no job number was ever set."""
        return str(self.row.user_id)


class Dept(msgspec.Struct):
    id: int
    name: str
    members: dict[int, Account] = {}


class Membership(msgspec.Struct):
    """A member in a group; `prority` is the wire's spelling."""

    user_id: int
    prority: int = 0
    tts: int = 0
    loc_share: int = 0


class Group(msgspec.Struct):
    id: int
    name: str
    avatar: str
    creator: int
    created: int
    burst_mode: int = 0
    shutup: int = 0
    type: int = FORMAL_GROUP
    intro: str = ""
    user_limit: int = GROUP_LIMIT
    member_version: int = 1  # 1 + number of changes of its members
    members: dict[int, Membership] = {}


class Org(msgspec.Struct):
    """An organization. `address_ver` and `group_ver`: Unix time of the last change, 1 at first."""

    num: int
    name: str
    avatar: str
    created: int
    owner_id: int
    intro: str = ""
    address_ver: int = 1
    group_ver: int = 1
    device_ver: int = 1
    device_cnt: int = 0
    last_dept: int = 0
    members: dict[int, Account] = {}
    depts: dict[int, Dept] = {}  # 0 is "no department"
    groups: dict[int, Group] = {}


class Device(msgspec.Struct):
    """A device that waits to be added: its code is read off the device itself."""

    code: str
    user_id: int
    user_num: str
    at: float
