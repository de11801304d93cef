"""What happened to one thing, as a table on its page."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.models import Event
from audit.reading import Entry, entries
from common.paging import Page, clamp
from common.tables import Column, Empty, Table, TableState, Text

COLUMNS = (
    Column("at", _("When"), fixed=True),
    Column("actor", _("Who"), fixed=True),
    Column("operation", _("What"), fixed=True),
    Column("outcome", _("Outcome"), fixed=True),
    Column("changes", _("Changes"), fixed=True),
)
SIZE = 10


def table(
    events: QuerySet[Event],
    state: TableState,
    *,
    name: str,
    nothing: Text,
) -> Table:
    """The actions on one thing, the newest first.

    Args:
        state: which page; of ``COLUMNS``.
        name: the id of the region.
        nothing: what is said while there are none.
    """
    total = events.count()
    number = clamp(state.page, total, SIZE)
    start = (number - 1) * SIZE
    page: Page[Entry] = Page(entries(events[start : start + SIZE]), number, total, SIZE)
    return Table(
        name=name,
        caption=_("What happened here"),
        state=state,
        page=page,
        summary=ngettext("%(total)d action", "%(total)d actions", total) % {"total": total},
        empty=Empty(title=nothing, text=_("Every change made in this console will be listed.")),
    )
