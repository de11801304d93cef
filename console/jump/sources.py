"""Where the jump box looks. A further room is one more function in ``SOURCES``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.actor import Actor
from console.jump import pages
from groups import listing as group_listing
from orgs import lookup
from orgs.models import Member, MemberType, Organization
from orgs.words import called

MOST = 8  # hits of one source: what can be seen without scrolling


@dataclass(frozen=True, slots=True)
class Asking:
    """Who looks for what, and where."""

    actor: Actor
    organization: Organization
    query: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One place to go to. ``note`` tells it from others of the same name."""

    label: str | Promise
    url: str
    icon: str
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The hits of one source, the best first."""

    label: str | Promise
    hits: Sequence[Hit]


Source = Callable[[Asking], Section]


def members(asking: Asking) -> Section:
    """People and devices, by name, phone or number."""
    found = lookup.members(asking.organization, asking.query, most=MOST)
    hits = [_member(one) for one in found]
    if len(hits) == MOST:
        every = reverse("members", query={"q": asking.query})
        hits.append(Hit(_("All members with “%(text)s”") % {"text": asking.query}, every, "list-details"))
    return Section(gettext_lazy("Members and devices"), hits)


def _member(member: Member) -> Hit:
    icon = "device-mobile" if member.type == MemberType.DEVICE else "user"
    note = " · ".join(part for part in (member.user_num, member.phone) if part)
    return Hit(called(member.name), reverse("member", args=[member.user_id]), icon, note)


def departments(asking: Asking) -> Section:
    """Departments, by name; each leads to the people in it."""
    hits = [
        Hit(
            one.name,
            reverse("members", query={"dept": one.dept_id}),
            "sitemap",
            ngettext("%(total)d member or device", "%(total)d members and devices", one.members)
            % {"total": one.members},
        )
        for one in lookup.departments(asking.organization, asking.query, most=MOST)
    ]
    return Section(gettext_lazy("Departments"), hits)


def groups(asking: Asking) -> Section:
    """Groups, by name or number."""
    filters = group_listing.Filters(q=asking.query)
    found = group_listing.groups(asking.organization.num, filters).rows if asking.query else ()
    hits = [
        Hit(
            called(one.name),
            reverse("group", args=[one.group_id]),
            "message-circle",
            str(one.group_id),
        )
        for one in found[:MOST]
    ]
    return Section(gettext_lazy("Groups"), hits)


def places(asking: Asking) -> Section:
    """Pages of the console and what can be done on them, by their names in any language."""
    hits = [Hit(page.label, page.url, page.icon) for page in pages.named(asking.query)[:MOST]]
    return Section(gettext_lazy("Pages and actions"), hits)


SOURCES: tuple[Source, ...] = (members, departments, groups, places)


def found(asking: Asking) -> list[Section]:
    """What every source finds; those that find nothing are left out."""
    return [section for source in SOURCES if (section := source(asking)).hits]
