"""Members, devices and departments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from console.glance.parts import Bar, Chart, Line, Part, Tile, concerns, divided, ranked
from orgs import facets, months
from orgs.forms.departments import NOBODY
from orgs.insights import DirectoryInsights
from orgs.listing import PEOPLE, PHONE_NONE, PHONE_SHARED
from orgs.models import MemberState, MemberType
from orgs.words import called

MONTHS = 24  # of joining that are drawn

_OUTSIDE = ngettext_lazy(
    "%(count)d member or device is in no department",
    "%(count)d members and devices are in no department",
    "count",
)
_PHONELESS = ngettext_lazy("%(count)d person has no phone", "%(count)d people have no phone", "count")
_SHARING = ngettext_lazy(
    "%(count)d member or device has a phone that somebody else has too",
    "%(count)d members and devices have a phone that somebody else has too",
    "count",
)
_EMPTY = ngettext_lazy("%(count)d department is empty", "%(count)d departments are empty", "count")


def directory(known: DirectoryInsights, now: datetime) -> Part:
    """The part of the directory; ``now`` decides which months are the last ones."""
    uncounted = known.phoneless is None or known.joined is None
    return Part(
        tiles=[
            Tile(_("People"), known.people, _members(type=PEOPLE), "users"),
            Tile(_("Devices"), known.devices, _members(type=MemberType.DEVICE), "device-mobile"),
            Tile(_("Departments"), known.departments, reverse("departments"), "sitemap"),
            Tile(_("Suspended"), known.suspended, _members(state=MemberState.SUSPENDED), "user-off"),
        ],
        concerns=concerns(
            # While there are no departments, nobody can be in one.
            (known.outside if known.departments else 0, _OUTSIDE, _members(dept=0)),
            (known.phoneless, _PHONELESS, _members(phone=PHONE_NONE)),
            (known.sharing, _SHARING, _members(phone=PHONE_SHARED, sort="phone")),
            (known.empty_departments, _EMPTY, reverse("departments", query={"people": NOBODY})),
        ),
        rankings=[_departments(known)] if known.largest else [],
        columns=[_joined(known.joined, now)] if known.joined else [],
        shares=[_kinds(known), _states(known)],
        unknown=[_("Phones and months of joining will be counted when the directory is read next.")]
        if uncounted
        else [],
    )


def _departments(known: DirectoryInsights) -> Chart:
    bars = ranked(
        (called(name), people, _members(dept=dept_id, type=PEOPLE)) for dept_id, name, people in known.largest
    )
    rest = known.people - known.people_outside - sum(people for _id, _name, people in known.largest)
    if rest:
        # A sum of many would dwarf each single one: it is said, not drawn.
        bars.append(Bar(_("Other departments"), rest, reverse("departments", query={"sort": "-people"})))
    if known.people_outside:
        bars.append(Bar(_("No department"), known.people_outside, _members(dept=0, type=PEOPLE)))
    return Chart(name="by-department", title=_("People by department"), bars=bars)


def _joined(counted: Mapping[str, int], now: datetime) -> Chart:
    shown = months.last(MONTHS, now)
    bars = [
        Bar(month, counted.get(month, 0), _members(joined=month) if month in counted else "")
        for month in shown
    ]
    lines = []
    if before := sum(count for month, count in counted.items() if month < shown[0]):
        words = ngettext("%(count)d joined before %(month)s", "%(count)d joined before %(month)s", before)
        lines.append(Line(words % {"count": before, "month": shown[0]}, _members(sort="created")))
    if untold := counted.get(facets.NONE, 0):
        words = ngettext("Of %(count)d it is not known when", "Of %(count)d it is not known when", untold)
        lines.append(Line(words % {"count": untold}))
    drawn = bars if any(bar.value for bar in bars) else []
    return Chart(name="joined", title=_("Joined, by month"), bars=drawn, lines=lines)


def _kinds(known: DirectoryInsights) -> Chart:
    bars = divided(
        [
            (_("People"), known.people, _members(type=PEOPLE)),
            (_("Devices"), known.devices, _members(type=MemberType.DEVICE)),
        ]
    )
    return Chart(name="kinds", title=_("People and devices"), bars=bars)


def _states(known: DirectoryInsights) -> Chart:
    unexplained = known.people + known.devices - known.enabled - known.suspended
    bars = divided(
        [
            (_("Enabled"), known.enabled, _members(state=MemberState.ENABLED)),
            (_("Suspended"), known.suspended, _members(state=MemberState.SUSPENDED)),
            (_("Other state"), unexplained, ""),
        ]
    )
    return Chart(name="states", title=_("Enabled and suspended"), bars=bars)


def _members(**filters: Any) -> str:
    return reverse("members", query={name: str(value) for name, value in filters.items()})
