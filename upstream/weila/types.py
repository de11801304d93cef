"""What Weila's answers say, as typed values.

A field is required only where it says what the row is about. Everything else may be left out: replies of
the same operation omit different fields, later editions of the API add some, and a reply is therefore
merged into what is known and never trusted to be whole (``reading.given`` gives the fields that were sent).
``UNSET`` means that the upstream didn't say; ``null`` reads as the same. Codes are kept as plain numbers,
also those that no document knows.

Times are Unix seconds. ``num`` and ``user_num`` are the Weila number, the one that people sign in with;
``id`` and ``user_id`` are the technical id.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from upstream.secret import Secret

# Larger numbers fit into no database column; such a row counts as unreadable.
Int = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
MaybeInt = Int | UnsetType
MaybeStr = str | UnsetType


class MemberType(IntEnum):
    """``Member.type``. The document never explains it; the vendor's console names these, 2 by inference."""

    MEMBER = 0
    DEVICE = 1
    MANAGER = 2
    OWNER = 255


class MemberState(IntEnum):
    """``Member.state`` (weila.md, 修改企业成员状态: 0 启用 1 暂停)."""

    ENABLED = 0
    SUSPENDED = 1


class Track(IntEnum):
    """How often a device reports its place (weila.md, 修改企业成员信息); a number above these is seconds."""

    OFF = 0
    HIGH = 1
    MEDIUM = 2
    LOW = 3
    RESERVED = 4


class BurstMode(IntEnum):
    """``Group.burst_mode``: who may speak (weila.md, 创建群组: 0排队 1抢麦 2抢断)."""

    QUEUE = 0
    GRAB = 1
    INTERRUPT = 2


class SmsType(StrEnum):
    """What an SMS code is for (weila.md, 发送短信验证码)."""

    REGIST = "regist"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - the API's name for the purpose
    BIND_PHONE = "bind-phone"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture code. The type was recognized from the bytes; what the answer's header says isn't
    believed."""

    content: bytes = field(repr=False)
    content_type: str


class Uploaded(Struct, frozen=True):
    """Where an uploaded file lies now."""

    url: str


class Registered(Struct, frozen=True):
    """A new account. The password hash that the reply carries is a working credential and is not decoded."""

    user_name: str
    country_code: MaybeStr = UNSET


class Tokens(Struct, frozen=True):
    """A fresh pair of tokens; the refresh token before it is dead. ``expires_in`` is seconds."""

    access_token: Secret
    refresh_token: Secret
    # A reply without it must not cost the session. Later editions mean two hours where they leave it out.
    expires_in: Int = 7200


class User(Struct, frozen=True):
    """The person who is signed in. ``job_num``: later editions."""

    id: Int
    num: str
    sex: MaybeInt = UNSET
    name: MaybeStr = UNSET
    bind_phone: MaybeStr = UNSET
    country_code: MaybeStr = UNSET
    avatar: MaybeStr = UNSET
    job_num: MaybeStr = UNSET


class Account(Struct, frozen=True):
    """The account block of the login reply, without its password hash: that is a working credential."""

    user_name: MaybeStr = UNSET
    country_code: MaybeStr = UNSET


class Org(Struct, frozen=True):
    """An organization. ``address_ver`` and ``group_ver`` move when its directory and its groups change:
    they look like the time of the last change in whole seconds. ``creator``: later editions."""

    num: Int
    name: MaybeStr = UNSET
    avatar: MaybeStr = UNSET
    intro: MaybeStr = UNSET
    created: MaybeInt = UNSET
    member_cnt: MaybeInt = UNSET
    group_cnt: MaybeInt = UNSET
    group_ver: MaybeInt = UNSET
    address_ver: MaybeInt = UNSET
    device_cnt: MaybeInt = UNSET
    device_ver: MaybeInt = UNSET
    creator: User | UnsetType = UNSET


class SignedIn(Struct, frozen=True):
    """The reply to a sign-in; ``org`` is ``None`` for somebody without an organization."""

    user: User
    access_token: Secret
    refresh_token: Secret
    expires_in: Int = 7200
    account: Account = Account()
    org: Org | None = None


class Member(Struct, frozen=True, gc=False):
    """A person or a device of an organization.

    ``dept_id`` 0 means without department. ``online``, ``job_num`` and ``dept_name``: later editions.
    """

    user_id: Int
    org_num: MaybeInt = UNSET
    dept_id: MaybeInt = UNSET
    country_code: MaybeStr = UNSET
    phone: MaybeStr = UNSET
    type: MaybeInt = UNSET
    tts: MaybeInt = UNSET
    loc_share: MaybeInt = UNSET
    track: MaybeInt = UNSET
    state: MaybeInt = UNSET
    created: MaybeInt = UNSET
    user_num: MaybeStr = UNSET
    sex: MaybeInt = UNSET
    name: MaybeStr = UNSET
    avatar: MaybeStr = UNSET
    online: MaybeInt = UNSET
    job_num: MaybeStr = UNSET
    dept_name: MaybeStr = UNSET


class Dept(Struct, frozen=True):
    """A department; departments are one level, and two may have one name. ``user_count``: later editions."""

    id: Int
    name: MaybeStr = UNSET
    user_count: MaybeInt = UNSET


class DeptList(Struct, frozen=True):
    """All departments; ``skipped`` counts rows that could not be read."""

    depts: list[Dept]
    skipped: int = 0


class AddressDept(Struct, frozen=True):
    """A department of the directory with the members inside."""

    id: Int
    name: MaybeStr = UNSET
    members: list[Member] = []


class AddressList(Struct, frozen=True):
    """The whole directory of an organization.

    ``members`` are those without department. ``version`` is 0 where the upstream sent none. ``skipped``
    counts rows that could not be read: with any, a member who isn't here must not be taken for deleted.
    """

    version: int
    members: list[Member]
    depts: list[AddressDept]
    skipped: int = 0

    def everyone(self) -> Iterator[Member]:
        """All members; one inside a department whose row doesn't say so gets its number."""
        for member in self.members:
            yield _placed(member, 0)
        for dept in self.depts:
            for member in dept.members:
                yield _placed(member, dept.id)


def _placed(member: Member, dept_id: int) -> Member:
    if member.dept_id is UNSET:
        return msgspec.structs.replace(member, dept_id=dept_id)
    return member


class Group(Struct, frozen=True):
    """A talk group. ``type`` 17 is a formal company group; ``number`` and ``owner_id`` stand in the
    document's table only, ``org_num`` in later editions."""

    id: Int
    name: MaybeStr = UNSET
    avatar: MaybeStr = UNSET
    creator: MaybeInt = UNSET
    type: MaybeInt = UNSET
    user_count: MaybeInt = UNSET
    member_version: MaybeInt = UNSET
    intro: MaybeStr = UNSET
    user_limit: MaybeInt = UNSET
    burst_mode: MaybeInt = UNSET
    shutup: MaybeInt = UNSET
    created: MaybeInt = UNSET
    owner_id: MaybeInt = UNSET
    number: MaybeStr = UNSET
    org_num: MaybeInt = UNSET


class GroupList(Struct, frozen=True):
    """All groups of an organization; ``skipped`` counts rows that could not be read."""

    groups: list[Group]
    skipped: int = 0


class GroupMember(Struct, frozen=True, gc=False):
    """A member of a group. ``tts`` and ``loc_share`` are those inside the group, where the reply has them."""

    user_id: Int
    prority: MaybeInt = UNSET
    also_priority: MaybeInt = msgspec.field(default=UNSET, name="priority")
    tts: MaybeInt = UNSET
    loc_share: MaybeInt = UNSET
    user_num: MaybeStr = UNSET
    sex: MaybeInt = UNSET
    name: MaybeStr = UNSET
    avatar: MaybeStr = UNSET
    dept_id: MaybeInt = UNSET
    country_code: MaybeStr = UNSET
    phone: MaybeStr = UNSET
    type: MaybeInt = UNSET
    track: MaybeInt = UNSET
    state: MaybeInt = UNSET
    created: MaybeInt = UNSET
    online: MaybeInt = UNSET
    job_num: MaybeStr = UNSET
    dept_name: MaybeStr = UNSET

    @property
    def priority(self) -> int | UnsetType:
        """Who may interrupt whom. On the wire it is spelled ``prority``; the right spelling is read as
        well."""
        return self.also_priority if self.prority is UNSET else self.prority


class GroupMemberList(Struct, frozen=True):
    """Members as a group operation answers them; ``skipped`` counts rows that could not be read.

    Only the reply of ``group_member_getall`` is known to be the whole list.
    """

    members: list[GroupMember]
    skipped: int = 0
