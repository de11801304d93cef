"""One request to the simulated Weila, as its handlers see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from .errors import (
    FORBIDDEN,
    GROUP_NOT_FOUND,
    MEMBER_NOT_FOUND,
    NO_ORG,
    ORG_NOT_FOUND,
    TOKEN_INVALID,
    Refused,
)
from .fields import Body
from .model import Account, Group, Org
from .tokens import Session
from .world import World


class Access(Enum):
    """What an operation asks of its caller."""

    NOBODY = "no token"
    USER = "any signed-in user"
    READER = "a member of an organization"
    WRITER = "an administrator of an organization"


@dataclass(frozen=True)
class Raw:
    """A finished answer that is not an envelope around `data`."""

    body: bytes
    content_type: str


Data = dict[str, object] | Raw | None
Handler = Callable[["Call"], Data]


@dataclass(frozen=True)
class Operation:
    """One documented operation; `handler` is None for uploads, which stream."""

    name: str
    method: str
    path: str
    access: Access
    handler: Handler | None


@dataclass
class Call:
    """The parsed request and who sent it. `visitor` is the cookie that ties a picture code (A01)."""

    world: World
    body: Body
    query: dict[str, str]
    address: str
    visitor: str
    session: Session | None = None

    @property
    def signed_in(self) -> Session:
        if self.session is None:
            raise Refused(TOKEN_INVALID)
        return self.session

    @property
    def account(self) -> Account:
        account = self.world.accounts.get(self.signed_in.user_id)
        if account is None:
            raise Refused(TOKEN_INVALID)
        return account

    @property
    def own_org(self) -> Org:
        org = self.world.org_of(self.account)
        if org is None:
            raise Refused(NO_ORG)
        return org

    @property
    def org(self) -> Org:
        """The caller's organization, which the body's org_num has to name (A29 says how else)."""
        org = self.own_org
        if self.body.integer("org_num") != org.num:
            forbidden = self.world.switches.get("foreign_org_code") == "forbidden"
            raise Refused(FORBIDDEN if forbidden else ORG_NOT_FOUND)
        return org

    @property
    def member(self) -> Account:
        """The member that the body's member_id names, of the caller's organization."""
        return self.member_by_id(self.org, self.body.integer("member_id"))

    @property
    def group(self) -> Group:
        group = self.own_org.groups.get(self.body.integer("group_id"))
        if group is None:
            raise Refused(GROUP_NOT_FOUND)
        return group

    @staticmethod
    def member_by_id(org: Org, user_id: int) -> Account:
        account = org.members.get(user_id)
        if account is None:
            raise Refused(MEMBER_NOT_FOUND)
        return account

    def name(self) -> str:
        return self.body.name(self.world.switches.get("name_limit"))

    def need_full(self, switch: str, *names: str) -> None:
        """Where a body has to be full (A28, A37, A48), every one of `names` has to be there."""
        if self.world.switches.get(switch) == "full":
            self.body.need(*names)
