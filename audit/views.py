from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from audit import trail
from audit.forms import EventFilter
from audit.reading import Entry, entries
from common.http import ConsoleRequest, render_region
from common.paging import PAGE_SIZE, Page, clamp
from common.tables import Column, Empty, Table, TableState

COLUMNS = (
    Column("at", _("When"), fixed=True),
    Column("actor", _("Who")),
    Column("operation", _("What"), fixed=True),
    Column("target", _("Target")),
    Column("outcome", _("Outcome"), fixed=True),
    Column("changes", _("Changes")),
    Column("address", _("Address"), default=False),
    Column("request", _("Request id"), default=False),
)


@require_safe
def event_list(request: ConsoleRequest) -> HttpResponse:
    """The trail of the acting person's organization."""
    state = TableState.of(request, COLUMNS)
    filters = EventFilter(request.GET)
    events = filters.narrow(trail.actions_of(request.actor.organization))
    total = events.aggregate(total=Count("id"))["total"]
    number = clamp(state.page, total)
    start = (number - 1) * PAGE_SIZE
    page: Page[Entry] = Page(entries(events[start : start + PAGE_SIZE]), number, total)
    table = Table(
        name="events",
        caption=_("Audit trail"),
        state=state,
        page=page,
        summary=ngettext("%(total)d action", "%(total)d actions", total) % {"total": total},
        empty=Empty(title=_("No activity yet"), text=_("Every change made in this console is listed here.")),
        filters=filters,
    )
    return render_region(request, "audit/event_list.html", "events", {"table": table})
