"""Is this person still an administrator here, and is the mirror still what the upstream has?

One call answers both: org-my-org (weila.md, 我的企业) tells the organization of the session and the version of
its directory. It is asked at most once every ``MIRROR_VERSION_CHECK`` per organization, once every
``AUTHORIZATION_LEASE`` per session, and before every write. The role is read from the person's own row in the
mirror, which therefore has to be fresh as well.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from accounts import roles, sessions
from accounts.models import UpstreamSession
from accounts.sessions import Why
from accounts.tokens import weila_of
from common.actor import Actor, Role
from common.outcome import Outcome
from orgs import erasing, mirror, rows
from orgs.models import Member, Organization
from upstream.errors import Rejected, SessionOver, Timeout, UpstreamError
from upstream.reading import known
from upstream.weila.types import Org

logger = logging.getLogger(__name__)

_POLL = 0.1  # seconds between two looks at a fetch that somebody else is doing


class Verdict(Enum):
    """What the gate in front of an administrator's page does."""

    OPEN = auto()
    NO_ORGANIZATION = auto()  # the person has none yet and may create one
    LOADING = auto()  # the directory is being read for the first time
    ENDED = auto()  # the session was ended, and says why


@dataclass(frozen=True, slots=True)
class Admission:
    """What was found out. ``as_of`` is set while nobody answers."""

    verdict: Verdict
    head: Organization | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoadingState:
    """How far the first reading of a directory is. ``total`` is 0 until the list has arrived."""

    loaded: bool
    done: int
    total: int
    failed: bool


def admit(actor: Actor, row: UpstreamSession, *, writes: bool, local: bool = False) -> Admission:
    """Decide about one request.

    Args:
        row: the actor's session.
        writes: whether the request may change something, or takes much away (``common.access.exports``): then
            the upstream is asked in any case.
        local: whether the request is about rows of ours alone, for which the mirror may be older.

    Raises:
        SessionOver: the token is no longer valid; the session has been ended.
        UpstreamError: nobody answers, and reading may not go on: the time of grace is over, nothing was
            ever confirmed or read, or the request writes. Nothing was sent that changes anything.
    """
    if actor.org_num is None:
        return Admission(Verdict.NO_ORGANIZATION)
    head = _head(actor.org_num)
    if not _due(head, row, writes=writes, local=local):
        return _standing(actor, row, head)
    try:
        org = _my_org(actor)
    except UpstreamError as error:
        if mirror.refused(error):
            sessions.end(actor.session_id, Why.NOT_MEMBER)
            return Admission(Verdict.ENDED)
        if isinstance(error, SessionOver | Rejected):
            raise  # it did answer, and confirmed nothing
        head = _note_unreachable(head, error)
        if writes or not _within_grace(row, head):
            raise
        return _standing(actor, row, head)
    if org is None or org.num != actor.org_num:
        return _organization_changed(actor, row)
    head, failure = _note(org), None
    fetching = mirror.is_due(head)
    if fetching:
        failure = _bring_up_to_date(actor, head)
        if failure is not None and mirror.refused(failure):
            return Admission(Verdict.ENDED)  # who may not read the directory does not administer it
        head = _head(actor.org_num)
    if failure is not None and not _within_grace(row, head):
        raise failure
    # Who was confirmed a moment ago need not be again, unless it matters or the directory may have changed.
    wanted = fetching or writes or not _within(row, settings.AUTHORIZATION_LEASE / 3)
    return _standing(actor, row, head, confirmed=wanted and failure is None)


def _standing(
    actor: Actor, row: UpstreamSession, head: Organization | None, *, confirmed: bool = False
) -> Admission:
    """The verdict by what is stored; ``confirmed`` when the upstream has just answered."""
    if head is None or not head.loaded:
        return Admission(Verdict.LOADING, head)
    if confirmed and (why := _confirm(actor, row, head)):
        sessions.end(actor.session_id, why)
        return Admission(Verdict.ENDED)
    silent = head.unreachable_at is not None or head.failed_at is not None
    return Admission(Verdict.OPEN, head, head.mirrored_at if silent else None)


def _confirm(actor: Actor, row: UpstreamSession, head: Organization) -> Why | None:
    """Note the role as the person's own row tells it, or say why they may not go on."""
    own = Member.objects.filter(organization=head, user_id=actor.user_id).only("type").first()
    if own is None:
        return Why.NOT_MEMBER
    role = roles.role_of(own.type)
    if role is Role.MEMBER:
        return Why.NOT_ADMINISTRATOR if row.role == Role.UNKNOWN else Why.ROLE_LOST
    if row.role != role or not _within(row, settings.MIRROR_VERSION_CHECK):
        roles.confirm(actor.session_id, role=role, at=timezone.now())
    return None


# --- when to ask


def _due(head: Organization | None, row: UpstreamSession, *, writes: bool, local: bool) -> bool:
    """Whether the upstream has to be asked for this request. Of many requests at once, one asks."""
    if writes or head is None or not head.loaded:
        return True
    now = timezone.now()
    checked_before = now - settings.MIRROR_VERSION_CHECK
    if not _within(row, settings.AUTHORIZATION_LEASE):
        # While nobody answers, each page would wait for it in vain.
        silent = head.unreachable_at is not None and head.unreachable_at > checked_before
        return not (silent and _within_grace(row, head))
    if local:
        return False
    if head.checked_at is not None and head.checked_at > checked_before:
        return False  # known without the update, which would wait for SQLite's write lock on every page
    return bool(
        Organization.objects.filter(
            Q(checked_at=None) | Q(checked_at__lte=checked_before), num=head.num
        ).update(checked_at=now, used_at=now)
    )


def _within_grace(row: UpstreamSession, head: Organization | None) -> bool:
    return head is not None and head.loaded and _within(row, settings.AUTHORIZATION_GRACE)


def _within(row: UpstreamSession, time: timedelta) -> bool:
    """Whether the session was confirmed so lately."""
    return row.confirmed_at is not None and timezone.now() - row.confirmed_at < time


def _my_org(actor: Actor) -> Org | None:
    seconds = settings.MIRROR_VERSION_DEADLINE
    return weila_of(actor.session_id, request_id=actor.request_id, deadline=seconds).org_my_org()


# --- what was told


def _head(org_num: int) -> Organization | None:
    return Organization.objects.filter(num=org_num).defer("intro").first()


def _note_unreachable(head: Organization | None, error: UpstreamError) -> Organization | None:
    logger.warning("Asking for the organization failed: %s", error)
    if head is not None:
        head.unreachable_at = timezone.now()
        Organization.objects.filter(num=head.num).update(unreachable_at=head.unreachable_at)
    return head


def _note(org: Org) -> Organization:
    """Store what org-my-org told; what it left out stays."""
    now = timezone.now()
    told = rows.organization(org)
    versions = {name: known(getattr(org, name), None) for name in ("address_ver", "group_ver")}
    told |= {name: version for name, version in versions.items() if version is not None}
    heads = Organization.objects.filter(num=org.num)
    lately = Q(checked_at__gt=now - settings.MIRROR_VERSION_CHECK, address_ver_seen_at__isnull=False)
    if head := heads.filter(lately, unreachable_at=None, **told).defer("intro").first():
        return head  # nothing new, and looking waits for nobody's write lock
    values = told | {"checked_at": now, "used_at": now, "unreachable_at": None}
    for name, version in versions.items():
        if version is not None:
            seen_at = f"{name}_seen_at"
            unseen = Q(**{seen_at: None}) | ~Q(**{name: version})
            values[seen_at] = Case(When(unseen, then=Value(now)), default=F(seen_at))
    if not heads.update(**values):
        Organization.objects.get_or_create(num=org.num)
        heads.update(**values)
    return heads.defer("intro").get()


def _organization_changed(actor: Actor, row: UpstreamSession) -> Admission:
    """The number changed, or the organization is gone: nothing stored is shown any more."""
    sessions.end(actor.session_id, Why.ORGANIZATION_CHANGED)
    if row.role == Role.OWNER and row.org_num is not None:
        # An owner can't leave: what they owned is gone.
        erasing.erase_later(row.org_num)
    return Admission(Verdict.ENDED)


# --- keeping up


def _bring_up_to_date(actor: Actor, head: Organization) -> UpstreamError | None:
    """Fetch the directory, which may have changed; the error when the page waited for it in vain."""
    if max(head.member_cnt or 0, head.total) > settings.MIRROR_INLINE_LIMIT:
        mirror.fetch_later(head.num, actor.session_id)
        return None
    try:
        _fetch_while_waiting(actor, head.num)
    except SessionOver:
        raise
    except UpstreamError as error:
        return error
    return None


def _fetch_while_waiting(actor: Actor, org_num: int) -> None:
    """Fetch, or wait for whoever is at it already, but no longer than a read may take."""
    seconds = settings.WEILA["read_deadline"]
    until = time.monotonic() + seconds
    while not mirror.refresh(org_num, actor.session_id, request_id=actor.request_id, seconds=seconds):
        time.sleep(_POLL)
        head = _head(org_num)
        if time.monotonic() > until or head is None or not mirror.is_due(head):
            return


class OrganizationChanged(Exception):
    """The session belongs to another organization by now, or to none."""


def bring_up_to_date(actor: Actor) -> None:
    """For a job that is going to compare with the mirror: ask the version, and read the directory if it moved.

    Unlike a page it waits for the list, however long that takes, and takes no version for granted that could
    still hide a change.

    Raises:
        OrganizationChanged: nothing that is stored may be used.
        UpstreamError: it could not be asked or read; the mirror is as it was.
    """
    org = _my_org(actor)
    if org is None or org.num != actor.org_num:
        raise OrganizationChanged
    head = _note(org)
    if not mirror.is_due(head) and head.mirrored_settled and head.address_ver == head.mirrored_ver:
        return
    until = time.monotonic() + settings.WEILA["list_deadline"]
    since = timezone.now()
    while not mirror.refresh(org.num, actor.session_id, request_id=actor.request_id):
        time.sleep(_POLL)
        now = _head(org.num)
        if now is not None and now.mirrored_at is not None and now.mirrored_at > since:
            return  # somebody else has read it, and began after us
        if time.monotonic() > until:
            raise Timeout(operation="get_address_list", outcome=Outcome.NOT_DONE, system="weila")


def loading_state(actor: Actor) -> LoadingState:
    """For the page that waits for the first load; asks for a lost or failed fetch again, once a minute."""
    # Whoever opens this page first of all has not passed the gate, which makes the row.
    head, _ = Organization.objects.defer("facets").get_or_create(num=actor.organization)
    if not head.loaded:
        mirror.fetch_later(head.num, actor.session_id)
    return LoadingState(head.loaded, head.progress_done, head.progress_total, bool(head.failure))
