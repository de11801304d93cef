"""Suspended members who are still in groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from common.http import render_region
from common.paging import Page
from common.tables import Column, Empty, Table, TableState
from groups import listing, roster
from groups.listing import Place
from orgs.listing import departments
from orgs.middleware import AdministratorRequest
from orgs.words import Words

COLUMNS = (
    Column("name", gettext_lazy("Name"), fixed=True),
    Column("number", gettext_lazy("Weila number"), fixed=True),
    Column("department", gettext_lazy("Department"), fixed=True),
    Column("groups", gettext_lazy("Still in"), fixed=True),
)
REGION = "suspended-table"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; ``said`` are the member's codes in words."""

    place: Place
    said: Mapping[str, str]


@require_safe
def index(request: AdministratorRequest) -> HttpResponse:
    roster.bring_up_to_date(request.actor, request.organization)
    org_num = request.actor.organization
    state = TableState.of(request, COLUMNS)
    found = listing.suspended(org_num, page=state.page)
    said = Words(departments(request.organization))
    table = Table(
        name=REGION,
        caption=gettext_lazy("Suspended members in groups"),
        state=state,
        page=Page([Row(place, said.of(place.member)) for place in found.rows], found.number, found.total),
        summary=ngettext("%(total)d suspended member", "%(total)d suspended members", found.total)
        % {"total": found.total},
        empty=Empty(title=gettext_lazy("No suspended member is in a group")),
    )
    context = {"table": table, "unread": listing.unread(org_num)}
    return render_region(request, "groups/suspended.html", REGION, context)
