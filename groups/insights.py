"""What a home page says about the groups. Counted when groups, members or their states changed, and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groups import listing
from groups.models import Group, Roster
from orgs import facets
from orgs.models import MemberState, Organization

LARGEST = 10
# Label of each bucket, and the largest size in it.
_BUCKETS: tuple[tuple[str, float], ...] = (
    ("0", 0),
    ("1-5", 5),
    ("6-20", 20),
    ("21-50", 50),
    ("51-100", 100),
    ("101+", float("inf")),
)


@dataclass(frozen=True, slots=True)
class GroupInsights:
    """The organization's groups at a glance.

    Attributes:
        total, empty: how many groups there are, and in how many of them nobody is.
        largest: number, name and people of the largest groups, the largest first; at most ``LARGEST``.
        sizes: how many groups have how many people; a group whose size nobody told is in none.
        suspended_members: how many suspended people are still in a group.
        as_of: when the list of groups was last read.
    """

    total: int
    empty: int
    largest: Sequence[tuple[int, str, int]]
    sizes: Mapping[str, int]
    suspended_members: int
    as_of: datetime | None


def of(organization: Organization, head: Roster) -> GroupInsights | None:
    """The insights of an organization, whose groups ``head`` is; None while they were never read."""
    if head.read_at is None:
        return None
    state = _state(organization, head)
    if head.insights_of != state:
        head.insights = _counted(organization.num)
        Roster.objects.filter(pk=head.pk).update(insights=head.insights, insights_of=state)
    stored = head.insights
    return GroupInsights(
        total=stored["total"],
        empty=stored["sizes"]["0"],
        largest=[(group_id, name, size) for group_id, name, size in stored["largest"]],
        sizes=stored["sizes"],
        suspended_members=stored["suspended_members"],
        as_of=head.read_at,
    )


def _state(organization: Organization, head: Roster) -> str:
    """What the counts depend on: groups, members, and who of the directory is suspended."""
    suspended = facets.count(organization.facets, "state", str(MemberState.SUSPENDED.value))
    return f"{head.changes} {organization.mirrored_at} {suspended}"


def _counted(org_num: int) -> dict[str, Any]:
    rows = list(Group.objects.filter(organization=org_num).values_list("group_id", "name", "size"))
    known = sorted(
        ((*row[:2], row[2]) for row in rows if row[2] is not None), key=lambda row: (-row[2], row[0])
    )
    sizes = dict.fromkeys((label for label, _most in _BUCKETS), 0)
    for _group_id, _name, size in known:
        sizes[next(label for label, most in _BUCKETS if size <= most)] += 1
    return {
        "total": len(rows),
        "largest": [row for row in known[:LARGEST] if row[2]],
        "sizes": sizes,
        "suspended_members": listing.count_suspended(org_num),
    }
