"""Groups: how many, how large, and who should not be in one any more."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from console.glance.parts import Bar, Chart, Line, Part, Tile, concerns, ranked
from groups.insights import GroupInsights
from orgs.words import called

_EMPTY = ngettext_lazy("%(count)d group has no members", "%(count)d groups have no members", "count")
_SUSPENDED = ngettext_lazy(
    "%(count)d suspended member is still in groups",
    "%(count)d suspended members are still in groups",
    "count",
)


def groups(known: GroupInsights | None) -> Part:
    """The part of the groups; ``known`` is None while they were never read."""
    if known is None:
        return Part(
            unknown=[_("Groups will be counted as soon as they have been read; that takes a moment.")]
        )
    return Part(
        tiles=[Tile(_("Groups"), known.total, reverse("groups"), "message-circle")],
        concerns=concerns(
            (known.empty, _EMPTY, _empty()),
            (known.suspended_members, _SUSPENDED, reverse("groups-suspended")),
        ),
        rankings=[_largest(known)] if known.total > known.empty else [],
        columns=[_sizes(known)] if known.total else [],
    )


def _largest(known: GroupInsights) -> Chart:
    bars = ranked(
        (called(name), members, reverse("group", args=[group_id]))
        for group_id, name, members in known.largest
        if members
    )
    return Chart(name="largest-groups", title=_("Largest groups"), bars=bars)


def _sizes(known: GroupInsights) -> Chart:
    bars = [
        Bar(size.replace("-", "–"), count, _empty() if size == "0" and count else "")
        for size, count in known.sizes.items()
    ]
    lines = []
    if known.as_of is not None:
        said = f"{timezone.localtime(known.as_of):%Y-%m-%d %H:%M}"
        lines.append(Line(gettext("Groups as of %(time)s") % {"time": said}))
    return Chart(name="group-sizes", title=_("Groups by number of members"), bars=bars, lines=lines)


def _empty() -> str:
    return reverse("groups", query={"only": "empty"})
