"""The table of members: filter, sort, page. Plain queries on the mirror that stay fast at 100,000 members.

Two ways lead to a page. When few members match, an index finds them all and they are sorted; when many do, the
index of the sort is walked and each member is looked at, until the page is full. How many match is known
beforehand: from the totals stored with the mirror, or from the search index. Databases choose badly between the
two (SQLite keeps no statistics), so the choice is made here, and said to them by wrapping what must not be looked
up in an expression that no index has (``_plain``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OrderBy, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from orgs import facets, months, search
from orgs.models import Department, Member, MemberType, Organization, SharedPhone, Track

PER_PAGE = 50
# Up to so many matching members are sorted rather than looked for along the sort: there, the expected cost of both
# is equal at 100,000. More hits of a search are, because they may all stand together at the far end of the sort, as
# shared phones do in the sort by phone.
FEW = 2000
FEW_HITS = 10_000
PART = 2000  # members that are read at once where all are wanted


class Sort(StrEnum):
    """What the table can be sorted by; the value is the column."""

    NAME = "name"
    NUMBER = "user_num"
    PHONE = "phone"
    DEPARTMENT = "dept_id"
    TYPE = "type"
    STATE = "state"
    CREATED = "created"


PEOPLE = "people"  # a filter value for ``type``: everybody but the devices
TRACK_CUSTOM = facets.CUSTOM  # one for ``track``: our own number of seconds
PHONE_NONE, PHONE_SHARED = facets.NONE, facets.SHARED  # those for ``phone``, see orgs/facets.py
_COLUMNS = {"dept": "dept_id", "joined": "created"}  # of filters that are called otherwise


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; None (or empty) leaves it open. Some take words beside numbers, see above.

    ``joined`` is a month (``orgs.months``).
    """

    q: str = ""
    dept: int | None = None
    type: int | str | None = None
    state: int | None = None
    phone: str | None = None
    joined: str | None = None
    tts: int | None = None
    loc_share: int | None = None
    track: int | str | None = None

    def __bool__(self) -> bool:
        return bool(search.normalized(self.q) or self.chosen())

    def chosen(self) -> dict[str, Any]:
        """The filters by value, each under its facet's name."""
        names = ("dept", "type", "state", "phone", "joined", "tts", "loc_share", "track")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


@dataclass(frozen=True, slots=True)
class MembersPage:
    """One page of members.

    Attributes:
        rows: the members.
        total: how many match the filters.
        number: the page that this is, counted from 1; the last one where a later one was asked for.
        pages: how many there are, at least 1.
    """

    rows: Sequence[Member]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class _Plan:
    total: int
    driver: str | None = field(default=None)  # the filter whose index finds the few; None: walk the sort


def members(
    organization: Organization | int,
    filters: Filters,
    *,
    sort: Sort = Sort.NAME,
    descending: bool = False,
    page: int = 1,
) -> MembersPage:
    """The members of an organization, ``PER_PAGE`` a page; equal ones in the order of their user ids.

    Args:
        organization: the one of the request, whose totals are then read once for the whole page; or its number.
    """
    head = _head(organization)
    plan = _Plan(0) if head is None else _plan(head, filters, sort)
    if head is None or not plan.total:
        return MembersPage([], 0, 1, 1)
    pages = -(-plan.total // PER_PAGE)
    number = min(max(page, 1), pages)
    first = (number - 1) * PER_PAGE
    found = _matching(head.num, filters, plan).defer("search")
    if number <= pages // 2 + 1:
        rows = list(found.order_by(*_order(sort, descending, plan))[first : first + PER_PAGE])
    else:
        # Read from the end: the last page costs what the first one does.
        length = min(PER_PAGE, plan.total - first)
        start = plan.total - first - length
        rows = list(found.order_by(*_order(sort, not descending, plan))[start : start + length])[::-1]
    return MembersPage(rows, plan.total, number, pages)


def kinds(organization: Organization, filters: Filters) -> list[tuple[int, int]]:
    """User id and type of all members who match, by user id."""
    plan = _plan(organization, filters, Sort.NAME)
    found = _matching(organization.num, filters, plan).values_list("user_id", "type")
    # Sorted here: asked to sort, a database would walk all members in the order of their ids.
    return sorted(found.iterator(chunk_size=5000)) if plan.total else []


def names(organization: Organization, user_ids: Sequence[int], most: int) -> list[str]:
    """How the first of these members are called, by name."""
    rows = Member.objects.filter(organization=organization, user_id__in=user_ids).defer("search")
    return [one.called for one in rows.order_by("name", "user_id")[:most]]


def every(
    organization: Organization | int, filters: Filters, *, sort: Sort = Sort.NAME, descending: bool = False
) -> Iterator[Member]:
    """All members that match, in the order of ``members``, a part at a time: neither memory nor a transaction
    grows with how many there are, or with how slowly they are taken.

    Whoever is changed meanwhile may be missed or come twice, if it changes their place in the order.
    """
    head = _head(organization)
    plan = _Plan(0) if head is None else _plan(head, filters, sort)
    if head is None or not plan.total:
        return
    key = F(sort.value) if plan.driver is None else _plain(sort.value)
    found: QuerySet[Member] = _matching(head.num, filters, plan).defer("search").alias(key=key)
    found = found.order_by(*_order(sort, descending, plan))
    part = list(found[:PART])
    while part:
        yield from part
        part = list(_beyond(found, part[-1], sort, descending=descending)[:PART]) if len(part) == PART else []


def _beyond(found: QuerySet[Member], last: Member, sort: Sort, *, descending: bool) -> QuerySet[Member]:
    """What comes after a member in the order. The index is entered at ``key``, which is why it is said twice."""
    value, way = getattr(last, sort.value), "lt" if descending else "gt"
    further = Q(**{f"key__{way}": value}) | Q(**{f"user_id__{way}": last.user_id})
    return found.filter(further, **{f"key__{way}e": value})


def _head(organization: Organization | int) -> Organization | None:
    if isinstance(organization, Organization):
        return organization
    return Organization.objects.only("total", "facets", "indexed").filter(num=organization).first()


def _plan(head: Organization, filters: Filters, sort: Sort) -> _Plan:
    """How many match, and which way to go."""
    counts = {name: _count(head, name, value) for name, value in filters.chosen().items()}
    if search.normalized(filters.q):
        if not head.indexed:
            # A few seconds after the first load of many: the rows themselves are read.
            return _Plan(_matching(head.num, filters, _Plan(0)).count())
        counts["q"] = search.count(head.num, filters.q)
    if not counts:
        return _Plan(head.total)
    smallest = min(counts, key=counts.__getitem__)
    few = [name for name in counts if counts[name] <= _most(filters, name, sort)]
    driver = min(few, key=counts.__getitem__) if few else None
    if len(counts) == 1 or not counts[smallest]:
        return _Plan(counts[smallest], driver)
    # Together they match fewer: the smallest part is read to count them.
    return _Plan(_matching(head.num, filters, _Plan(0, driver or smallest)).count(), driver)


def _most(filters: Filters, name: str, sort: Sort) -> int:
    """Up to how many matches of this filter are found by its index."""
    if name == "type" and filters.type == PEOPLE:
        return 0  # no index leads to "not", and where there are many members most of them are people
    together = name == "q" or (filters.phone == PHONE_SHARED and (name, sort) == ("phone", Sort.PHONE))
    return FEW_HITS if together else FEW


def _count(head: Organization, name: str, value: int | str) -> int:
    if value == PEOPLE:
        return head.total - facets.count(head.facets, "type", str(MemberType.DEVICE.value))
    return facets.count(head.facets, name, str(value))


def _matching(org_num: int, filters: Filters, plan: _Plan) -> QuerySet[Member]:
    searching = bool(search.normalized(filters.q))
    found: QuerySet[Member] = Member.objects.filter(organization=org_num)
    if searching and plan.driver == "q":
        plain = Member.objects.alias(plain_organization=_plain("organization_id"))
        found = plain.filter(plain_organization=org_num).filter(search.by_index(org_num, filters.q))
    elif searching:
        found = search.by_reading(found, filters.q)
    for name, value in filters.chosen().items():
        found = _filtered(found, name, value, org_num, indexed=name == plan.driver)
    return found


def _filtered(
    found: QuerySet[Member], name: str, value: int | str, org_num: int, *, indexed: bool
) -> QuerySet[Member]:
    column = _COLUMNS.get(name, name)
    if not indexed or value == PEOPLE:
        found = found.alias(**{f"plain_{column}": _plain(column)})
        column = f"plain_{column}"
    if value == PEOPLE:
        return found.exclude(**{column: MemberType.DEVICE})
    if value == TRACK_CUSTOM:
        return found.filter(**{f"{column}__gt": max(Track)})
    if name == "joined":
        first, after = months.span(str(value))
        # 0 stands for "not told", and lies within January 1970.
        return found.filter(**{f"{column}__gte": max(first, 1), f"{column}__lt": after})
    if name == "phone":
        return _by_phone(found, column, str(value), org_num, indexed=indexed)
    return found.filter(**{column: value})


def _by_phone(
    found: QuerySet[Member], column: str, value: str, org_num: int, *, indexed: bool
) -> QuerySet[Member]:
    if value == PHONE_NONE:
        return _filtered(found.filter(**{column: ""}), "type", PEOPLE, org_num, indexed=False)
    shared = SharedPhone.objects.filter(organization=org_num)
    if indexed:
        return found.filter(phone__in=shared.values("phone"))
    return found.filter(Exists(shared.filter(phone=OuterRef("phone"))))


def _order(sort: Sort, descending: bool, plan: _Plan) -> list[OrderBy]:
    first = F(sort.value) if plan.driver is None else _plain(sort.value)
    return [way.desc() if descending else way.asc() for way in (first, F("user_id"))]


def _plain(column: str) -> Coalesce:
    """The column as no index has it."""
    return Coalesce(column, column)


@dataclass(frozen=True, slots=True)
class DepartmentCount:
    """A department with how many are in it. ``dept_id`` 0 is everybody without a department."""

    dept_id: int
    name: str
    people: int
    devices: int
    user_count: int | None = None  # the upstream's own count, told by later editions only

    @property
    def members(self) -> int:
        return self.people + self.devices


def departments(organization: Organization | int) -> list[DepartmentCount]:
    """All departments in the order in which they were created, with their counts; see ``members``."""
    head = _head(organization)
    if head is None:
        return []
    rows = Department.objects.filter(organization=head).order_by("dept_id")
    return [_counted(head, row) for row in rows]


def counted(row: Department) -> DepartmentCount:
    """One department with its counts."""
    return _counted(Organization.objects.only("facets").get(num=row.organization_id), row)


def _counted(head: Organization, row: Department) -> DepartmentCount:
    word = str(row.dept_id)
    everybody = facets.count(head.facets, "dept", word)
    devices = facets.count(head.facets, "devices", word)
    return DepartmentCount(row.dept_id, row.name, everybody - devices, devices, row.user_count)
