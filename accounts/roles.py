"""What the rooms above learn about those who are signed in: whether they may administer, and which organization."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings

from accounts import sealing, sessions
from accounts.models import UpstreamSession, Why
from common.actor import Role
from common.crypto import SealBroken

OWNER_TYPE = 255


def role_of(member_type: int) -> Role:
    """The role that a member's ``type`` means; which types administer is a setting (weila.md, 获取通讯录)."""
    if member_type not in settings.WEILA_ADMIN_TYPES:
        return Role.MEMBER
    return Role.OWNER if member_type == OWNER_TYPE else Role.MANAGER


def confirm(session_id: UUID, *, role: Role, at: datetime) -> None:
    """Note what the upstream confirmed at ``at``. Whoever may not administer is refused by the caller."""
    UpstreamSession.objects.filter(pk=session_id, ended_at=None).update(role=role, confirmed_at=at)


def people_signed_in(org_num: int) -> set[int]:
    """The user ids of everybody with a live session in this organization."""
    return set(sessions.live().filter(org_num=org_num).values_list("user_id", flat=True))


def confirm_roles(org_num: int, types: Mapping[int, int]) -> None:
    """Bring all sessions of an organization in line with its directory, after it was read whole.

    Args:
        types: the member ``type`` by user id, complete for ``people_signed_in``: a person who is missing
            is no longer a member.
    """
    for row in sessions.live().filter(org_num=org_num).only("id", "user_id", "role"):
        known = types.get(row.user_id)
        if known is None:
            sessions.end(row.id, Why.NOT_MEMBER)
            continue
        role = role_of(known)
        if role is Role.MEMBER:
            sessions.end(row.id, Why.NOT_ADMINISTRATOR if row.role == Role.UNKNOWN else Why.ROLE_LOST)
        elif role != row.role:
            UpstreamSession.objects.filter(pk=row.pk, ended_at=None).update(role=role)


def bind_organization(session_id: UUID, org_num: int) -> None:
    """Move a session without an organization into the one that its person has just created.

    The tokens are bound to the organization, so they are sealed anew; when they were renewed meanwhile,
    the new ones are.
    """
    while row := UpstreamSession.objects.filter(pk=session_id, ended_at=None, org_num=None).first():
        try:
            tokens = sealing.unseal_tokens(row)
        except SealBroken:
            sessions.end(session_id, Why.UNREADABLE)
            return
        access, refresh = sealing.seal_tokens(row.id, org_num, tokens)
        if UpstreamSession.objects.filter(
            pk=session_id, ended_at=None, org_num=None, token_version=row.token_version
        ).update(
            org_num=org_num,
            access_sealed=access,
            refresh_sealed=refresh,
            role=Role.UNKNOWN,
            confirmed_at=None,
        ):
            return
