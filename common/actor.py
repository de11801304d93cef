"""Who acts: the plain value that domain modules take in place of a request."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What the signed-in person is in the organization, read from their own row in the directory."""

    OWNER = "owner"
    MANAGER = "manager"
    MEMBER = "member"
    UNKNOWN = "unknown"  # the directory has not been read yet


@dataclass(frozen=True, slots=True)
class Actor:
    """Everything about the acting person that a domain module or a job may need to know.

    Attributes:
        session_id: the ``accounts.UpstreamSession`` whose tokens are used.
        user_id: the person's Weila user id.
        user_num: the person's Weila number, which is how they are called at work.
        name: the person's display name at sign-in.
        role: the role as last confirmed by the upstream.
        org_num: the organization; ``None`` until the person has one. It always comes from the session.
        address: the network address of the browser.
        request_id: ties log lines, trail events and upstream calls of one request together.
        on_behalf_of: for whom support staff act; empty otherwise.
    """

    session_id: UUID
    user_id: int
    user_num: str
    name: str
    role: Role
    org_num: int | None
    address: str
    request_id: str
    on_behalf_of: str = ""

    @property
    def organization(self) -> int:
        """The organization number, for code that runs behind the administrator gate only."""
        if self.org_num is None:
            raise ValueError("this actor has no organization")
        return self.org_num
