"""An organization's directory in numbers, as they were counted when its mirror last changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orgs import facets, listing
from orgs.models import MemberState, MemberType, Organization

MOST = 10  # departments that are named; there may be hundreds


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryInsights:
    """What home shows of the directory. What an older version has not counted is None.

    Attributes:
        people: everybody but the devices.
        enabled, suspended: people and devices; they make the whole unless the upstream tells another state.
        departments: how many there are, ``empty_departments`` of them without anybody.
        largest: the departments with most people (id, name, people), biggest first, at most ``MOST``.
        outside: people and devices in no department, ``people_outside`` the people among them.
        phoneless: people without a phone.
        sharing: people and devices with a phone that somebody else has too.
        joined: how many of those who are here today joined in which month (``orgs.months``);
            ``facets.NONE`` where it was not told.
    """

    people: int
    devices: int
    enabled: int
    suspended: int
    departments: int
    empty_departments: int
    largest: Sequence[tuple[int, str, int]]
    outside: int
    people_outside: int
    phoneless: int | None
    sharing: int | None
    joined: Mapping[str, int] | None


def of(organization: Organization) -> DirectoryInsights:
    """The numbers of one organization; one query, for the names of its departments."""
    known = organization.facets
    devices = facets.count(known, "type", str(MemberType.DEVICE.value))
    outside = facets.count(known, "dept", "0")
    departments = listing.departments(organization)
    peopled = sorted((one for one in departments if one.people), key=lambda one: -one.people)
    phones = "phone" in known
    return DirectoryInsights(
        people=organization.total - devices,
        devices=devices,
        enabled=facets.count(known, "state", str(MemberState.ENABLED.value)),
        suspended=facets.count(known, "state", str(MemberState.SUSPENDED.value)),
        departments=len(departments),
        empty_departments=sum(not one.members for one in departments),
        largest=[(one.dept_id, one.name, one.people) for one in peopled[:MOST]],
        outside=outside,
        people_outside=outside - facets.count(known, "devices", "0"),
        phoneless=facets.count(known, "phone", facets.NONE) if phones else None,
        sharing=facets.count(known, "phone", facets.SHARED) if phones else None,
        joined=known.get("joined"),
    )
