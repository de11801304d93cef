"""Groups: how many, how large, and who should not be in one any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from console.glance.parts import Bar, Chart, Line, Part, Tile, concerns, ranked

_URL = "/groups"
_EMPTY_URL = f"{_URL}?people=none"
_EMPTY = ngettext_lazy("%(count)d group has no members", "%(count)d groups have no members", "count")
_SUSPENDED = ngettext_lazy(
    "%(count)d suspended member is still in groups",
    "%(count)d suspended members are still in groups",
    "count",
)


class GroupInsights(Protocol):
    """The numbers of the groups, as their room has counted them.

    Attributes:
        empty: groups without members.
        largest: the groups with most members (id, name, members), biggest first, a few of them.
        sizes: how many groups have how many members: "0", "1-5", …, "101+", in this order.
        suspended_members: members who are suspended and in a group.
        as_of: when they were counted, where that has to be said.
    """

    @property
    def total(self) -> int: ...
    @property
    def empty(self) -> int: ...
    @property
    def largest(self) -> Sequence[tuple[int, str, int]]: ...
    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def suspended_members(self) -> int: ...
    @property
    def as_of(self) -> datetime | None: ...


def groups(known: GroupInsights) -> Part:
    """The part of the groups."""
    return Part(
        tiles=[Tile(_("Groups"), known.total, _URL, "message-circle")],
        concerns=concerns(
            (known.empty, _EMPTY, _EMPTY_URL),
            (known.suspended_members, _SUSPENDED, f"{_URL}/suspended"),
        ),
        rankings=[_largest(known)] if known.total > known.empty else [],
        columns=[_sizes(known)] if known.total else [],
    )


def _largest(known: GroupInsights) -> Chart:
    bars = ranked(
        (name or _("(no name)"), members, f"{_URL}/{group_id}")
        for group_id, name, members in known.largest
        if members
    )
    return Chart(name="largest-groups", title=_("Largest groups"), bars=bars)


def _sizes(known: GroupInsights) -> Chart:
    bars = [
        Bar(size.replace("-", "–"), count, _EMPTY_URL if size == "0" and count else "")
        for size, count in known.sizes.items()
    ]
    lines = []
    if known.as_of is not None:
        said = f"{timezone.localtime(known.as_of):%Y-%m-%d %H:%M}"
        lines.append(Line(gettext("Groups as of %(time)s") % {"time": said}))
    return Chart(name="group-sizes", title=_("Groups by number of members"), bars=bars, lines=lines)
