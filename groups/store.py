"""How groups and memberships get into the mirror: what differs, in one short transaction a reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from groups.models import Group, Membership, Roster
from groups.rows import COLUMNS, Settings, search_text
from orgs import database

_BATCH = 500  # rows a statement
_ERASED_AT_ONCE = 20  # groups, with everybody inside


@dataclass(frozen=True, slots=True)
class Listing:
    """All groups of an organization as the upstream told them at one moment.

    Attributes:
        groups: what was told of each, by group id.
        skipped: rows that could not be read: with any, no group that is missing is taken for deleted.
        clock: the number of this reading.
        group_ver, address_ver: the versions before the list was asked for.
        settled: no later change can have them.
    """

    groups: Mapping[int, dict[str, Any]]
    skipped: int
    clock: int
    group_ver: int
    address_ver: int
    settled: bool
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Members:
    """Everybody in one group, as the upstream told them at one moment.

    ``version`` and ``count`` are what it had told of the group before; see ``Listing`` for the others.
    """

    group_id: int
    settings: Mapping[int, Settings]
    skipped: int
    clock: int
    version: int | None
    count: int | None
    read_at: datetime


def tick(org_num: int) -> int:
    """The next number in the order of readings and our own writes."""
    with database.atomic():
        heads = Roster.objects.filter(pk=org_num)
        heads.update(clock=F("clock") + 1)
        return heads.values_list("clock", flat=True).get()


def write_list(org_num: int, listing: Listing) -> bool:
    """Turn the mirrored groups into ``listing``; False when a newer state is there already."""
    with database.atomic():
        head = Roster.objects.select_for_update().filter(pk=org_num).first()
        if head is None or head.list_clock > listing.clock:
            return False
        present = {group.group_id: group for group in Group.objects.filter(organization=org_num)}
        differing = []
        for group_id, told in listing.groups.items():
            group = present.get(group_id)
            if group is None or any(getattr(group, name) != value for name, value in told.items()):
                differing.append(_taught(group or Group(organization_id=org_num, group_id=group_id), told))
        _save(differing)
        gone = present.keys() - listing.groups.keys() if not listing.skipped else set()
        if gone:
            Group.objects.filter(organization=org_num, group_id__in=gone).delete()
        Roster.objects.filter(pk=org_num).update(
            list_clock=listing.clock,
            group_ver=listing.group_ver,
            address_ver=listing.address_ver,
            settled=listing.settled,
            read_at=listing.read_at,
            failure="",
            failed_at=None,
            skipped=listing.skipped,
            changes=head.changes + bool(differing or gone),
        )
    return True


def write_members(org_num: int, members: Members) -> bool:
    """Turn the mirrored members of a group into ``members``; False when a newer state is there already."""
    with database.atomic():
        group = (
            Group.objects.select_for_update()
            .filter(organization=org_num, group_id=members.group_id, members_clock__lt=members.clock)
            .first()
        )
        if group is None:
            return False
        present = {row.user_id: Settings(row.priority, row.tts, row.loc_share) for row in _inside(group)}
        differing = [
            Membership(group=group, org_num=org_num, user_id=user_id, **settings._asdict())
            for user_id, settings in members.settings.items()
            if settings != present.get(user_id)
        ]
        Membership.objects.bulk_create(
            differing,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["group", "user_id"],
            update_fields=list(Settings._fields),
        )
        gone = sorted(present.keys() - members.settings.keys()) if not members.skipped else []
        for start in range(0, len(gone), _BATCH):
            _inside(group).filter(user_id__in=gone[start : start + _BATCH]).delete()
        size = len(present.keys() | members.settings.keys()) - len(gone)
        if differing or gone or size != group.size:
            Roster.objects.filter(pk=org_num).update(changes=F("changes") + 1)
        group.size, group.members_read_at, group.members_clock = size, members.read_at, members.clock
        group.members_version, group.members_count = members.version, members.count
        group.members_skipped = members.skipped
        group.members_due = _is_due(group)  # the list may have moved on since they were asked for
        group.save(
            update_fields=[
                "size",
                "members_read_at",
                "members_clock",
                "members_version",
                "members_count",
                "members_due",
                "members_skipped",
            ]
        )
    return True


def _inside(group: Group) -> QuerySet[Membership]:
    return Membership.objects.filter(group=group)


def _taught(group: Group, told: Mapping[str, Any]) -> Group:
    for name, value in told.items():
        setattr(group, name, value)
    group.search, group.members_due = search_text(group), _is_due(group)
    group.seen_at = group.seen_at or timezone.now()
    if group.members_due and group.user_count is not None:
        group.size = group.user_count
    return group


def _is_due(group: Group) -> bool:
    told = (group.member_version, group.user_count)
    return group.members_read_at is None or told != (group.members_version, group.members_count)


def _save(groups: list[Group]) -> None:
    for group in groups:
        group.pk = None  # the number decides which row it is
    # In one statement: everybody else waits for SQLite's write lock meanwhile.
    Group.objects.bulk_create(
        groups,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["organization", "group_id"],
        update_fields=[*COLUMNS, "search", "size", "members_due"],
    )


# --- our own writes


def put(org_num: int, group_id: int, told: Mapping[str, Any]) -> Group:
    """Add a group after a write of ours, or bring it up to date; a list that was asked for before is too old."""
    clock = tick(org_num)
    with database.atomic():
        group = Group.objects.select_for_update().filter(organization=org_num, group_id=group_id).first()
        _save([_taught(group or Group(organization_id=org_num, group_id=group_id), told)])
        Roster.objects.filter(pk=org_num).update(list_clock=clock, changes=F("changes") + 1)
    return Group.objects.get(organization=org_num, group_id=group_id)


def remove(org_num: int, group_id: int) -> None:
    """Forget a group that is no more."""
    clock = tick(org_num)
    with database.atomic():
        Group.objects.filter(organization=org_num, group_id=group_id).delete()
        Roster.objects.filter(pk=org_num).update(list_clock=clock, changes=F("changes") + 1)


def erase(org_num: int) -> None:
    """Remove all groups of an organization, a few at a time."""
    while ids := list(
        Group.objects.filter(organization=org_num).values_list("pk", flat=True)[:_ERASED_AT_ONCE]
    ):
        with database.atomic():
            Group.objects.filter(pk__in=ids).delete()
    Roster.objects.filter(pk=org_num).delete()
