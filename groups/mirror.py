"""The groups' mirror: when the upstream is asked, by whom, and for what.

The list of groups comes whole (weila.md, 获取所有群组) and is small, so the page that needs it waits for it. Members
come a call a group (weila.md, 获取群组所有成员): a page reads those of its own group, a job those of all groups that
moved. Anybody may ask at any time; a reading that fails or dies leaves the mirror as it was.
"""

import logging
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from accounts.tokens import weila_of
from common import lease
from common.lease import LeaseLost
from groups import store
from groups.models import Group, Roster
from groups.rows import memberships, told
from groups.store import Listing, Members
from orgs import mirror
from orgs.models import Organization
from upstream.errors import Rejected, UpstreamError
from upstream.weila.client import Weila

logger = logging.getLogger(__name__)

_LEASE = 60  # seconds; renewed after each group


def head_of(organization: Organization) -> Roster:
    """The head of the organization's groups' mirror; made when it is first needed."""
    return Roster.objects.get_or_create(organization=organization)[0]


def is_due(organization: Organization, head: Roster) -> bool:
    """Whether the groups may be others than those of the mirror, so that the list has to be read again.

    They may when a version moved, or could hide a change because it was too young when the list was read; and,
    since no document says that every kind of change moves one, from time to time.
    """
    now = timezone.now()
    if head.failed_at is not None and now - head.failed_at < settings.MIRROR_LARGE_INTERVAL:
        return False  # pages should not wait for it again and again
    if head.read_at is None:
        return True
    if (head.group_ver, head.address_ver) != (organization.group_ver, organization.address_ver):
        return True
    if not head.settled:
        return _settled(organization)
    return now - head.read_at >= settings.MIRROR_RECONCILE


def _settled(organization: Organization) -> bool:
    now = timezone.now()
    return all(mirror.is_settled(organization, now, name) for name in ("group_ver", "address_ver"))


def claim(head: Roster) -> bool:
    """Whether this one may read the list now; of many pages at once, one does."""
    now = timezone.now()
    unasked = Q(asked_at=None) | Q(asked_at__lte=now - settings.MIRROR_VERSION_CHECK)
    return bool(Roster.objects.filter(unasked, pk=head.pk).update(asked_at=now))


def read_list(weila: Weila, org_num: int) -> Listing:
    """Read all groups and bring the mirror up to date.

    Raises:
        UpstreamError: the list could not be read; the mirror is as it was, and says why in ``failure``.
    """
    organization = Organization.objects.only(
        "num", "group_ver", "address_ver", "group_ver_seen_at", "address_ver_seen_at"
    ).get(num=org_num)
    head_of(organization)
    settled, now, clock = _settled(organization), timezone.now(), store.tick(org_num)
    try:
        listed = weila.group_getall(org_num)
    except UpstreamError as error:
        Roster.objects.filter(pk=org_num).update(failure=error.kind, failed_at=timezone.now())
        raise
    listing = Listing(
        groups={group.id: told(group) for group in listed.groups},
        skipped=listed.skipped,
        clock=clock,
        group_ver=organization.group_ver,
        address_ver=organization.address_ver,
        settled=settled,
        read_at=now,
    )
    store.write_list(org_num, listing)
    return listing


def read_members(weila: Weila, group: Group) -> Members:
    """Read who is in a group and bring the mirror up to date; see ``read_list``.

    The operation carries no organization: the group has to be one of the actor's.
    """
    org_num = group.organization_id
    now, clock = timezone.now(), store.tick(org_num)
    listed = weila.group_member_getall(group.group_id)
    members = Members(
        group_id=group.group_id,
        settings=memberships(listed.members),
        skipped=listed.skipped,
        clock=clock,
        version=group.member_version,
        count=group.user_count,
        read_at=now,
    )
    store.write_members(org_num, members)
    return members


# --- in the background


def members_due(org_num: int) -> list[Group]:
    """The groups whose members may be others than those of the mirror, in the order of their ids."""
    return list(Group.objects.filter(organization=org_num, members_due=True).order_by("group_id"))


def is_any_due(org_num: int) -> bool:
    """Whether there are such groups."""
    return Group.objects.filter(organization=org_num, members_due=True).exists()


def refresh_all(org_num: int, session_id: UUID, *, request_id: str = "") -> bool:
    """Read the list, if it is due, and the members of all groups that moved.

    Returns:
        False when somebody else is at it.

    Raises:
        UpstreamError: what was read so far stays; the next one goes on with the rest.
    """
    organization = Organization.objects.get(num=org_num)
    head, heads = head_of(organization), Roster.objects.all()
    fence = lease.take(heads, org_num, seconds=_LEASE)
    if fence is None:
        return False
    weila = weila_of(session_id, request_id=request_id, deadline=settings.WEILA["read_deadline"])
    try:
        if is_due(organization, head):
            read_list(weila, org_num)
        due = members_due(org_num)
        lease.held(heads, org_num, fence).update(progress_done=0, progress_total=len(due))
        for done, group in enumerate(due, start=1):
            try:
                read_members(weila, group)
            except Rejected as refusal:
                logger.warning("The members of a group could not be read: %s", refusal)  # it may be gone
            lease.renew(heads, org_num, fence, seconds=_LEASE, progress_done=done)
    except LeaseLost:
        return False
    finally:
        lease.held(heads, org_num, fence).update(progress_done=0, progress_total=0)
        lease.release(heads, org_num, fence)
    return True


@task
def fetch(org_num: int, session_id: str) -> None:
    """``refresh_all`` as a job. It may run never, once or many times."""
    try:
        refresh_all(org_num, UUID(session_id), request_id=f"groups-{org_num}")
    except UpstreamError as error:
        logger.warning("The groups of organization %s could not be read: %s", org_num, error)


def fetch_later(head: Roster, session_id: UUID) -> bool:
    """Ask for a reading of everything that is due, in the background, at most once every ``MIRROR_LARGE_INTERVAL``.

    A job that got lost is asked for again after that time.
    """
    now = timezone.now()
    unasked = Q(queued_at=None) | Q(queued_at__lte=now - settings.MIRROR_LARGE_INTERVAL)
    if not Roster.objects.filter(unasked, pk=head.pk).update(queued_at=now):
        return False
    transaction.on_commit(partial(fetch.enqueue, head.pk, str(session_id)))
    return True
