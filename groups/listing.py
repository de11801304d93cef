"""What pages show of the mirror: the table of groups, who is in one, and in which ones somebody is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from common.paging import Page, clamp
from groups.models import Group, Membership, Roster
from orgs import search
from orgs.models import Member, MemberState

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """Which groups to show; None (or empty, or False) leaves it open."""

    q: str = ""
    burst_mode: int | None = None
    type: int | None = None
    empty: bool = False  # only those in which nobody is
    suspended: bool = False  # only those in which somebody is suspended


@dataclass(frozen=True, slots=True)
class Inside:
    """A member of a group, and what is known of the place in it."""

    member: Member
    membership: Membership


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's groups."""

    member: Member
    groups: Sequence[Group]


def groups(
    org_num: int, filters: Filters, *, order: Sequence[str] = ("name", "group_id"), page: int = 1
) -> Page[Group]:
    """One page of the organization's groups, each with ``suspended``: whether somebody in it is suspended."""
    return _page(_found(org_num, filters, order), page)


def every(org_num: int, filters: Filters, *, order: Sequence[str] = ("name", "group_id")) -> QuerySet[Group]:
    """All of them in this order. They are few enough to be read at once."""
    return _found(org_num, filters, order)


def ids(org_num: int, wanted: Sequence[int] | Filters) -> list[int]:
    """The ids of the groups that match, or of those of these ids that are the organization's, in ascending order."""
    if isinstance(wanted, Filters):
        found = _matching(org_num, wanted)
    else:
        found = Group.objects.filter(organization=org_num, group_id__in=wanted)
    return list(found.order_by("group_id").values_list("group_id", flat=True))


def names(org_num: int, group_ids: Sequence[int]) -> list[str]:
    """What these groups are called, in the order of their names."""
    found = Group.objects.filter(organization=org_num, group_id__in=group_ids)
    return list(found.order_by("name", "group_id").values_list("name", flat=True))


def types(org_num: int) -> list[int]:
    """The types that the organization's groups have."""
    found = Group.objects.filter(organization=org_num, type__isnull=False).order_by("type")
    return [kind for kind in found.values_list("type", flat=True).distinct() if kind is not None]


def choices(org_num: int) -> list[tuple[int, str]]:
    """All groups of an organization by number and name, in the order of their names."""
    rows = Group.objects.filter(organization=org_num).order_by("name", "group_id")
    return list(rows.values_list("group_id", "name"))


def members(
    group: Group, q: str = "", *, order: Sequence[str] = ("name", "user_id"), page: int = 1
) -> Page[Inside]:
    """One page of those in a group who are in the directory; see ``strangers``."""
    found = _inside(group)
    if search.normalized(q):
        found = search.by_reading(found, q)
    rows = _page(found.defer("search").order_by(*_plain(order)), page)
    places = {
        one.user_id: one
        for one in group.memberships.filter(user_id__in=[member.user_id for member in rows.rows])
    }
    inside = [
        Inside(member, places[member.user_id]) for member in rows.rows if member.user_id in places
    ]  # who left meanwhile is left out
    return Page(inside, rows.number, rows.total, PER_PAGE)


def strangers(group: Group) -> list[int]:
    """User ids that a group lists and the directory does not have, the first few."""
    known = Member.objects.filter(organization=group.organization_id, user_id=OuterRef("user_id"))
    rows = group.memberships.filter(~Exists(known)).order_by("user_id")
    return list(rows.values_list("user_id", flat=True)[:PER_PAGE])


def who(org_num: int, user_ids: Sequence[int]) -> dict[int, Member]:
    """These members of the organization, by user id; whoever is not in it is left out."""
    found = Member.objects.filter(organization=org_num, user_id__in=user_ids).defer("search")
    return {member.user_id: member for member in found}


def inside(group: Group, user_ids: Sequence[int]) -> set[int]:
    """Which of these are in the group."""
    return set(group.memberships.filter(user_id__in=user_ids).values_list("user_id", flat=True))


def groups_of(org_num: int, user_id: int) -> list[Group]:
    """The groups in which a member is known to be, in the order of their names."""
    of_member = Membership.objects.filter(org_num=org_num, user_id=user_id).values("group")
    return list(
        Group.objects.filter(organization=org_num, pk__in=of_member)
        .defer("search", "intro")
        .order_by("name", "group_id")
    )


def unread(org_num: int) -> int:
    """In how many groups it is not known yet who is inside."""
    return Group.objects.filter(organization=org_num, members_read_at=None).count()


def suspended(org_num: int, *, page: int = 1) -> Page[Place]:
    """One page of the suspended members who are still in groups, each with those groups."""
    still_in = Membership.objects.filter(org_num=org_num, user_id=OuterRef("user_id"))
    found = Member.objects.filter(Exists(still_in), organization=org_num, state=MemberState.SUSPENDED)
    rows = _page(found.defer("search").order_by(*_plain(("name", "user_id"))), page)
    places: dict[int, list[Group]] = {member.user_id: [] for member in rows.rows}
    memberships = Membership.objects.filter(org_num=org_num, user_id__in=places).select_related("group")
    for one in memberships.order_by("group__name", "group_id"):
        places[one.user_id].append(one.group)
    return Page(
        [Place(member, places[member.user_id]) for member in rows.rows], rows.number, rows.total, PER_PAGE
    )


def count_suspended(org_num: int) -> int:
    """How many suspended members are still in groups."""
    still_in = Membership.objects.filter(org_num=org_num, user_id=OuterRef("user_id"))
    return Member.objects.filter(Exists(still_in), organization=org_num, state=MemberState.SUSPENDED).count()


def progress(head: Roster) -> Mapping[str, int]:
    """How far the reading of all members is; empty while nobody is at it."""
    return {"done": head.progress_done, "total": head.progress_total} if head.progress_total else {}


def _found(org_num: int, filters: Filters, order: Sequence[str]) -> QuerySet[Group]:
    found = _matching(org_num, filters).annotate(suspended=Exists(_suspended_inside(org_num)))
    return found.defer("search", "intro").order_by(*_nulls_last(order))


def _matching(org_num: int, filters: Filters) -> QuerySet[Group]:
    found = Group.objects.filter(organization=org_num)
    if wanted := search.normalized(filters.q):
        found = found.filter(search__contains=wanted)
    for name in ("burst_mode", "type"):
        if (value := getattr(filters, name)) is not None:
            found = found.filter(**{name: value})
    if filters.empty:
        found = found.filter(size=0)
    if filters.suspended:
        found = found.filter(pk__in=_with_suspended(org_num))
    return found


def _with_suspended(org_num: int) -> QuerySet[Any]:
    """The groups from the other end: few are suspended, so that it pays to begin with them."""
    people = Member.objects.filter(organization=org_num, state=MemberState.SUSPENDED).values("user_id")
    return Membership.objects.filter(org_num=org_num, user_id__in=people).values("group")


def _suspended_inside(org_num: int) -> QuerySet[Any]:
    state = Member.objects.filter(
        organization=org_num, user_id=OuterRef("user_id"), state=MemberState.SUSPENDED
    )
    return Membership.objects.filter(Exists(state), group=OuterRef("pk"))


def _inside(group: Group) -> QuerySet[Member]:
    listed = group.memberships.values("user_id")
    return Member.objects.filter(organization=group.organization_id, user_id__in=listed)


def _page(found: QuerySet[Any], wanted: int) -> Page[Any]:
    total = found.count()
    number = clamp(wanted, total, PER_PAGE)
    start = (number - 1) * PER_PAGE
    return Page(list(found[start : start + PER_PAGE]), number, total, PER_PAGE)


def _nulls_last(order: Sequence[str]) -> list[Any]:
    return [
        F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
        for name in order
    ]


def _plain(order: Sequence[str]) -> list[Any]:
    """The columns as no index has them: a group is small, and walking all members in their order is not."""
    return [
        Coalesce(name[1:], name[1:]).desc() if name.startswith("-") else Coalesce(name, name).asc()
        for name in order
    ]
