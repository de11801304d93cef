"""The page of one group: what is known of it, who is inside, and what happened to it here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from audit import history, trail
from audit.trail import Target
from common.http import render_region, wants_fragment
from common.paging import Page
from common.tables import Column, Empty, Table, TableState, Trouble
from groups import listing, roster, words
from groups.forms.groups import MemberSearch
from groups.listing import Inside
from groups.models import Group
from groups.views.gone import leads_to_the_list
from orgs.listing import departments
from orgs.middleware import AdministratorRequest
from orgs.models import Member
from orgs.words import Words

COLUMNS = (
    Column("pick", gettext_lazy("Select"), fixed=True),
    Column("name", gettext_lazy("Name"), ("name", "user_id"), fixed=True),
    Column("number", gettext_lazy("Weila number"), ("user_num", "user_id")),
    Column("phone", gettext_lazy("Phone"), ("phone", "user_id"), default=False),
    Column("department", gettext_lazy("Department"), ("dept_id", "user_id")),
    Column("type", gettext_lazy("Type"), ("type", "user_id")),
    Column("state", gettext_lazy("State"), ("state", "user_id")),
    Column("priority", gettext_lazy("Priority"), end=True),
    Column("settings", gettext_lazy("In this group"), fixed=True),
)
REGION = "group-members"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table of members; ``said`` are the member's codes in words."""

    inside: Inside
    said: Mapping[str, str]

    @property
    def member(self) -> Member:
        return self.inside.member


@require_safe
@leads_to_the_list
def show(request: AdministratorRequest, group_id: int) -> HttpResponse:
    if wants_fragment(request, REGION):
        # Who is inside was read when the page was opened; sorting and paging it needs no further call.
        group = roster.group(request.actor, group_id)
        return render_region(request, "groups/group.html", REGION, _members(request, group))
    opened = roster.opened(request.actor, request.organization, group_id)
    group = opened.group
    context = {
        **_members(request, group),
        "said": words.of(group),
        "as_of_members": opened.as_of if request.as_of is None else None,
        "unread": group.members_read_at is None,
        "creator": _creator(group),
        "strangers": listing.strangers(group),
        "history": _history(request, group),
        "trail_url": reverse("audit", query={"target": f"group:{group_id}"}),
    }
    return render_region(request, "groups/group.html", REGION, context)


def _members(request: AdministratorRequest, group: Group) -> dict[str, object]:
    state = TableState.parse(request.GET, COLUMNS, "name")
    filters = MemberSearch(request.GET)
    found = listing.members(group, filters.text, order=state.order, page=state.page)
    said = Words(departments(request.organization))
    rows = [Row(one, said.of(one.member)) for one in found.rows]
    if all(one.membership.priority is None for one in found.rows):
        state = _without(state, "priority")  # this upstream does not tell it
    table = Table(
        name=REGION,
        caption=gettext_lazy("Members of the group"),
        state=state,
        page=Page(rows, found.number, found.total),
        trouble=_trouble(group),
        summary=ngettext("%(total)d member or device", "%(total)d members and devices", found.total)
        % {"total": found.total},
        empty=Empty(
            title=gettext_lazy("Nobody is in this group"),
            url=reverse("group-members-add", args=[group.group_id]),
            action=gettext_lazy("Add members"),
        ),
        filters=filters,
    )
    return {"group": group, "table": table}


def _trouble(group: Group) -> Trouble | None:
    """Nobody is shown to be inside only if that is known."""
    unreadable = group.members_skipped and not group.size
    return Trouble.FAILED if group.members_read_at is None or unreadable else None


def _without(state: TableState, key: str) -> TableState:
    return replace(state, columns=tuple(column for column in state.columns if column.key != key))


def _creator(group: Group) -> Member | None:
    if group.creator is None:
        return None
    return listing.who(group.organization_id, [group.creator]).get(group.creator)


def _history(request: AdministratorRequest, group: Group) -> Table:
    target = Target("group", str(group.group_id), group.name)
    return history.table(
        # The latest only: the page has one table to turn the pages of, and the trail has the rest.
        trail.about(request.actor.organization, target)[: history.SIZE],
        TableState.parse(QueryDict(), history.COLUMNS),
        name="group-history",
        nothing=gettext_lazy("Nothing was done to this group here yet"),
    )
