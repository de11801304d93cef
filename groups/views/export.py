"""/groups/export: all groups of the table's present query as a file."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.access import exports
from common.tables import TableState
from groups import export, listing, roster
from groups.forms.groups import GroupFilter
from groups.views.index import COLUMNS, DEFAULT_SORT
from orgs.export import Export
from orgs.middleware import AdministratorRequest
from orgs.views import exporting

_TABLE = "groups"


@exports
@require_GET
def groups(request: AdministratorRequest) -> HttpResponseBase:
    wanted = exporting.format_of(request)
    head = roster.bring_up_to_date(request.actor, request.organization)
    state = TableState.parse(exporting.table_query(request), COLUMNS, DEFAULT_SORT, request.kept_for(_TABLE))
    filters = GroupFilter(request.GET, types=listing.types(request.actor.organization))
    if head.read_at is None or not filters.is_valid():
        return exporting.back_to_the_table(request, _TABLE)
    found = listing.groups(request.actor.organization, filters.understood, order=state.order)
    columns = [heading.column for heading in state.headings]
    keys = [column.key for column in columns]
    taken = Export(
        what=_TABLE,
        title=_("Groups"),
        header=[str(column.label) for column in columns],
        source=export.groups_source(filters.understood, order=state.order, columns=keys),
        total=found.total,
        filter=exporting.in_words(filters),
    )
    return exporting.answer(request, wanted, taken)
