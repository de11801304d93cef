"""The few members and departments that a few typed characters most likely mean: for jumping to one, not for listing
all. What is called by exactly what was typed comes first, then what begins with it.

Costs about the same however many match: the beginnings of names and numbers are found through their own indexes, and
only if those are too few is the search index asked, for some of its hits.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from orgs import listing, search
from orgs.listing import DepartmentCount
from orgs.models import Member, Organization

_LOOKED_AT = 200  # hits of the search index that are put in order
_BY_INDEX = ("user_num", "phone", "name")
_HIGHEST = "\U0010ffff"
_EXACT, _BEGINS, _CONTAINS, _NOT = range(4)


def members(organization: Organization, query: str, *, most: int) -> list[Member]:
    """At most ``most`` members with ``query`` in name, Weila number, phone or job number."""
    wanted = search.normalized(query)
    if not wanted:
        return []
    everybody = Member.objects.filter(organization=organization).defer("search")
    found: dict[int, Member] = {}
    for column in _BY_INDEX:
        begins = {f"{column}__gte": query.strip(), f"{column}__lt": query.strip() + _HIGHEST}
        found |= {one.pk: one for one in everybody.filter(**begins).order_by(column, "user_id")[:most]}
    if len(found) < most:
        found |= {one.pk: one for one in _containing(organization, query)}
    ranked = sorted(
        (_rank(wanted, (one.user_num, one.phone, one.name, one.job_num)), one.name, one.user_id, one.pk)
        for one in found.values()
    )
    return [found[pk] for rank, _name, _user_id, pk in ranked if rank != _NOT][:most]


def _containing(organization: Organization, query: str) -> QuerySet[Member]:
    if organization.indexed:
        return search.some_by_index(organization.num, query, _LOOKED_AT).defer("search")
    everybody = Member.objects.filter(organization=organization).defer("search")
    return search.by_reading(everybody, query)[:_LOOKED_AT]


def departments(organization: Organization, query: str, *, most: int) -> list[DepartmentCount]:
    """At most ``most`` departments with ``query`` in their name, with their counts."""
    wanted = search.normalized(query)
    if not wanted:
        return []
    ranked = sorted(
        (
            (_rank(wanted, (one.name,)), one.name, one.dept_id, one)
            for one in listing.departments(organization)
        ),
        key=lambda entry: entry[:3],
    )
    return [one for rank, _name, _dept_id, one in ranked if rank != _NOT][:most]


def _rank(wanted: str, values: Iterable[str | None]) -> int:
    compared = [search.normalized(value) for value in values if value]
    if wanted in compared:
        return _EXACT
    if any(value.startswith(wanted) for value in compared):
        return _BEGINS
    return _CONTAINS if any(wanted in value for value in compared) else _NOT
