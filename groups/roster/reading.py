"""What pages read: the list of groups and one group, as fresh as they have to be."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from audit.trail import Target
from common.actor import Actor
from groups import mirror
from groups.models import Group, Roster
from orgs.directory.written import NotHere, deny, weila_to_look
from orgs.models import Organization
from upstream.errors import Rejected, SessionOver, UpstreamError

logger = logging.getLogger(__name__)

KIND = "group"


class GroupNotHere(NotHere):
    """There is no such group in the actor's organization. Recorded; nothing was sent that names it."""


class GroupGone(GroupNotHere):
    """There was such a group, and it has been deleted elsewhere; ``name`` is what it was called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Opened:
    """A group whose page is opened. ``as_of`` is when its members were read, where they could not be read anew."""

    group: Group
    as_of: datetime | None = None


def keep_fresh(actor: Actor, organization: Organization) -> Roster:
    """Ask for a reading of the groups in the background, if they may have changed; nobody waits for it."""
    head = mirror.head_of(organization)
    if mirror.is_due(organization, head) or mirror.is_any_due(organization.num):
        mirror.fetch_later(head, actor.session_id)
    return head


def bring_up_to_date(actor: Actor, organization: Organization) -> Roster:
    """Read the list of groups, if it may have changed; what is due of their members follows in the background.

    A failure leaves the mirror as it was: the head's ``failure`` and ``read_at`` say why and as of when.

    Raises:
        SessionOver: the session has ended.
    """
    head = mirror.head_of(organization)
    silent = organization.unreachable_at is not None and head.read_at is not None
    if not silent and mirror.is_due(organization, head) and mirror.claim(head):
        _try_to_read_list(actor)
        head.refresh_from_db()
    if head.read_at is not None and mirror.is_any_due(organization.num):
        mirror.fetch_later(head, actor.session_id)
    return head


def read_again(actor: Actor, organization: Organization) -> None:
    """Read the list of groups whether it is due or not: somebody changed them elsewhere and wants to see it.

    Raises:
        UpstreamError: it could not be read; the mirror is as it was.
    """
    mirror.read_list(weila_to_look(actor), organization.num)
    if mirror.is_any_due(organization.num):
        mirror.fetch_later(mirror.head_of(organization), actor.session_id)


def _try_to_read_list(actor: Actor) -> None:
    try:
        mirror.read_list(weila_to_look(actor), actor.organization)
    except SessionOver:
        raise
    except UpstreamError as error:
        logger.warning("The list of groups could not be read: %s", error)


def group(actor: Actor, group_id: int, *, operation: str = "group.open") -> Group:
    """One group of the actor's organization, as the mirror has it.

    Raises:
        GroupNotHere: there is none with this id; recorded under ``operation``.
    """
    row = find(actor.organization, group_id)
    if row is None:
        deny(actor, operation, Target(KIND, str(group_id), ""), "not_here")
        raise GroupNotHere
    return row


def opened(actor: Actor, organization: Organization, group_id: int) -> Opened:
    """One group whose members are shown: they are read anew, unless that was done a few seconds ago.

    Raises:
        GroupNotHere: see ``group``; ``GroupGone`` if it was here until now.
        SessionOver: the session has ended.
    """
    bring_up_to_date(actor, organization)
    row = group(actor, group_id)
    if not row.members_due and _just_read(row):
        return Opened(row)
    if organization.unreachable_at is not None and row.members_read_at is not None:
        return Opened(row, row.members_read_at)
    try:
        mirror.read_members(weila_to_look(actor), row)
    except SessionOver:
        raise
    except Rejected as refusal:
        logger.warning("The members of a group could not be read: %s", refusal)
        _still_there(actor, row)
        return Opened(row, row.members_read_at)
    except UpstreamError as error:
        logger.warning("The members of a group could not be read: %s", error)
        return Opened(row, row.members_read_at)
    return Opened(group(actor, group_id))


def _still_there(actor: Actor, row: Group) -> None:
    """No document gives the code for a group that is no more; the list knows."""
    _try_to_read_list(actor)
    if find(actor.organization, row.group_id) is None:
        raise GroupGone(row.name)


def _just_read(row: Group) -> bool:
    read_at = row.members_read_at
    return read_at is not None and timezone.now() - read_at < settings.MIRROR_VERSION_CHECK


def for_writing(actor: Actor, group_id: int, operation: str) -> Group:
    """One group, after the list was read anew: it is ours, it is still there, and these are its present values.

    Raises:
        GroupNotHere: see ``group``; ``GroupGone`` if it was here until now. Recorded under ``operation``.
        UpstreamError: the list could not be read; nothing was sent.
    """
    known = find(actor.organization, group_id)
    mirror.read_list(weila_to_look(actor), actor.organization)
    row = find(actor.organization, group_id)
    if row is not None:
        return row
    name = known.name if known else ""
    deny(actor, operation, Target(KIND, str(group_id), name), "gone" if known else "not_here")
    raise GroupGone(name) if known else GroupNotHere


def find(org_num: int, group_id: int) -> Group | None:
    """One group of the mirror; None when it has none with this id."""
    return Group.objects.filter(organization=org_num, group_id=group_id).first()
