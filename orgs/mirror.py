"""The directory mirror: fetch the list, compare it with what is stored, write the difference.

Anybody may ask for a fetch at any time, and more often than needed: one fetch per organization runs at a time,
held by the lease of its row, and a fetch that fails or dies leaves a mirror that the next one completes.
"""

import gc
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from accounts import roles, sessions
from accounts.tokens import weila_of
from common import lease
from common.lease import LeaseLost
from orgs import facets, search, store
from orgs.models import Organization
from orgs.rows import collected, department
from orgs.store import Directory
from upstream.errors import Forbidden, SessionOver, UpstreamError
from upstream.weila.client import Weila
from upstream.weila.types import AddressList

logger = logging.getLogger(__name__)

# The version is the upstream's clock. One that is this much older than ours belongs to a second that is over
# even if the two clocks differ; a younger one has to be seen unchanged for MIRROR_VERSION_SETTLES.
CLOCKS_DIFFER = timedelta(minutes=5)


def refresh(org_num: int, session_id: UUID, *, request_id: str = "", seconds: float | None = None) -> bool:
    """Read the whole directory with the tokens of a session and bring the mirror up to date.

    Args:
        seconds: how long the list may take, where somebody waits for it.

    Returns:
        False when somebody else is at it.

    Raises:
        UpstreamError: the list could not be read; the mirror is as it was, and says why in ``failure``.
    """
    heads = Organization.objects.all()
    limit = settings.WEILA["list_deadline"] if seconds is None else seconds
    fence = lease.take(heads, org_num, seconds=limit + store.WRITING_LEASE)
    if fence is None:
        return False
    try:
        directory = read(weila_of(session_id, request_id=request_id, deadline=limit), org_num)
        _keep(org_num, directory, fence)
    except UpstreamError as error:
        _failed(org_num, session_id, fence, error)
        raise
    except LeaseLost:
        logger.warning("The fetch of organization %s took so long that another one took over", org_num)
        return False
    finally:
        lease.release(heads, org_num, fence)
    while search.tidy(search.MUCH):
        time.sleep(store.PAUSE)
    return True


@contextmanager
def _uncollected() -> Iterator[None]:
    """Work on rows while Python does not look for cycles among them.

    There are none, and it would look through all of them again and again: a seventh of the time of a large load.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@_uncollected()
def _keep(org_num: int, directory: Directory, fence: int) -> None:
    """Turn the mirror into ``directory``, and let everybody know who depends on it."""
    heads = Organization.objects.all()
    difference = store.compare(org_num, directory)
    lease.held(heads, org_num, fence).update(progress_total=len(difference.changes))
    store.write(org_num, directory, difference, fence)
    confirm_roles(org_num, directory)
    if not heads.get(num=org_num).indexed:
        store.index_rest(org_num, fence)


def _failed(org_num: int, session_id: UUID, fence: int, error: UpstreamError) -> None:
    row = lease.held(Organization.objects.all(), org_num, fence)
    if isinstance(error, SessionOver) or refused(error):
        # This session's failure and not the organization's: the next one may well read the list.
        row.update(queued_at=None)
    else:
        row.update(failure=error.kind, failed_at=timezone.now())
    if refused(error):
        sessions.end(session_id, sessions.Why.ROLE_LOST)


def refused(error: UpstreamError) -> bool:
    """Whether the upstream itself says that this account may not do this; a proxy's 403 does not count."""
    return isinstance(error, Forbidden) and error.errcode is not None


def read(weila: Weila, org_num: int) -> Directory:
    """The directory as it is now, fetched and made to fit; nothing is written."""
    head = Organization.objects.filter(num=org_num).first() or Organization(num=org_num)
    own_writes = store.last_own_write(org_num)
    now = timezone.now()
    listed = weila.get_address_list(org_num)
    return _directory(listed, own_writes=own_writes, head=head, asked_at=now)


@_uncollected()
def _directory(listed: AddressList, *, own_writes: int, head: Organization, asked_at: datetime) -> Directory:
    return Directory(
        members=collected(listed.everyone()),
        departments={row.dept_id: row for row in map(department, listed.depts) if row.dept_id},
        complete=not listed.skipped,
        own_writes=own_writes,
        version=head.address_ver,
        settled=is_settled(head, asked_at),
        read_at=asked_at,
    )


def is_settled(head: Organization, at: datetime, name: str = "address_ver") -> bool:
    """Whether at the time ``at`` the second was over that the last seen version names.

    The version counts whole seconds (weila.md, 我的企业): a list that is read within that second may lack a
    change that has the same version.

    Args:
        name: which version, ``address_ver`` or ``group_ver``.
    """
    version: int = getattr(head, name)
    if version < (at - CLOCKS_DIFFER).timestamp():
        return True
    seen: datetime | None = getattr(head, f"{name}_seen_at")
    return seen is not None and at - seen >= settings.MIRROR_VERSION_SETTLES


def is_due(head: Organization) -> bool:
    """Whether the directory may differ from the mirror, so that it has to be read again.

    It does when the version moved, or could hide a change because it was too young when the list was read.
    And since no document says that every kind of change moves it, also from time to time.
    """
    now = timezone.now()
    if head.mirrored_at is None:
        return True
    if head.failed_at is not None and now - head.failed_at < settings.MIRROR_LARGE_INTERVAL:
        return False  # pages should not wait for it again and again
    if head.address_ver != head.mirrored_ver or not head.indexed or not facets.whole(head.facets):
        return True
    if not head.mirrored_settled:
        return is_settled(head, now)
    return now - head.mirrored_at >= settings.MIRROR_RECONCILE


def confirm_roles(org_num: int, directory: Directory) -> None:
    """Let the sessions of the organization know who is still an administrator."""
    people = roles.people_signed_in(org_num)
    if not directory.complete and not people <= directory.members.keys():
        return  # who could not be read is not gone
    types = {user_id: directory.members[user_id].type for user_id in people & directory.members.keys()}
    roles.confirm_roles(org_num, types)


# --- in the background


@task
def fetch(org_num: int, session_id: str) -> None:
    """``refresh`` as a job. It may run never, once or many times."""
    try:
        refresh(org_num, UUID(session_id), request_id=f"fetch-{org_num}")
    except UpstreamError as error:
        logger.warning("The directory of organization %s could not be fetched: %s", org_num, error)


def fetch_later(org_num: int, session_id: UUID) -> bool:
    """Ask for a fetch in the background, at most once every ``MIRROR_LARGE_INTERVAL``.

    A job that got lost is asked for again after that time.
    """
    now = timezone.now()
    heads = Organization.objects.filter(num=org_num)
    due = heads.filter(queued_at=None) | heads.filter(queued_at__lte=now - settings.MIRROR_LARGE_INTERVAL)
    if not due.update(queued_at=now):
        return False
    transaction.on_commit(partial(fetch.enqueue, org_num, str(session_id)))
    return True
