"""The table of groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from common.access import posts_only
from common.http import render_region
from common.paging import Page
from common.selection import Bulk
from common.tables import Column, Empty, Table, TableState, Trouble
from groups import insights, listing, roster, words
from groups.forms.groups import GroupFilter
from groups.models import Group, Roster
from orgs.middleware import AdministratorRequest
from orgs.words import called
from upstream.errors import Forbidden

COLUMNS = (
    Column("name", gettext_lazy("Name"), ("name", "group_id"), fixed=True),
    Column("number", gettext_lazy("Group number"), ("group_id",)),
    Column("members", gettext_lazy("Members"), ("size", "group_id"), end=True),
    Column("burst_mode", gettext_lazy("Burst mode"), ("burst_mode", "group_id")),
    Column("type", gettext_lazy("Type"), ("type", "group_id")),
    Column("shutup", gettext_lazy("Muted"), ("shutup", "group_id"), default=False),
    Column("limit", gettext_lazy("Limit"), ("user_limit", "group_id"), default=False, end=True),
    Column("created", gettext_lazy("Created"), ("created", "group_id")),
)
REGION, DEFAULT_SORT = "groups-table", "name"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the group, its codes in words, and whether somebody in it is suspended."""

    group: Group
    said: Mapping[str, str]
    suspended: bool


@require_safe
def index(request: AdministratorRequest) -> HttpResponse:
    org_num = request.actor.organization
    head = roster.bring_up_to_date(request.actor, request.organization)
    state = TableState.of(request, COLUMNS, DEFAULT_SORT)
    filters = GroupFilter(request.GET, types=listing.types(org_num))
    found = listing.groups(org_num, filters.understood, order=state.order, page=state.page)
    rows = [Row(group, words.of(group), getattr(group, "suspended", False)) for group in found.rows]
    glance = insights.of(request.organization, head)
    trouble = _trouble(head, nothing=glance is None or not glance.total)
    table = Table(
        name=REGION,
        caption=gettext_lazy("Groups"),
        state=state,
        page=None if trouble else Page(rows, found.number, found.total),
        summary=summary(found.total),
        empty=Empty(
            title=gettext_lazy("No groups yet"),
            text=gettext_lazy("The members of a group talk with each other at the press of a key."),
            url=reverse("group-create"),
            action=gettext_lazy("Create a group"),
        ),
        filters=None if trouble else filters,
        trouble=trouble,
        bulk=Bulk(
            url=reverse("groups-bulk"),
            id_of=lambda row: row.group.group_id,
            name_of=lambda row: called(row.group.name),
        ),
        export="groups-export",
    )
    context = {
        "table": table,
        "head": head,
        "stale": head.failed_at is not None and request.as_of is None and trouble is None,
        "progress": listing.progress(head),
        "suspended": glance.suspended_members if glance else 0,
    }
    return render_region(request, "groups/index.html", REGION, context)


@posts_only("groups")
def refresh(request: AdministratorRequest) -> HttpResponse:
    """Read the list anew, for whoever has just changed something in the app."""
    roster.read_again(request.actor, request.organization)
    messages.success(request, _("The groups were read from Weila just now."))
    return redirect("groups")


def summary(total: int) -> str:
    """How many groups there are."""
    return ngettext("%(total)d group", "%(total)d groups", total) % {"total": total}


def _trouble(head: Roster, *, nothing: bool) -> Trouble | None:
    if head.read_at is not None:
        return Trouble.FAILED if nothing and head.skipped else None
    return Trouble.FORBIDDEN if head.failure == Forbidden.kind else Trouble.FAILED
