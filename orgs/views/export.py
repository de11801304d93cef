"""/members/export: all members of the table's present query as a file."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.access import exports
from common.tables import TableState
from orgs import export, listing
from orgs.export import Export
from orgs.middleware import AdministratorRequest
from orgs.views import exporting
from orgs.views.members import COLUMNS, DEFAULT_SORT, departments_of, filter_of, order_of, without_untold

_TABLE = "members"


@exports
@require_GET
def members(request: AdministratorRequest) -> HttpResponseBase:
    wanted = exporting.format_of(request)
    state = TableState.parse(exporting.table_query(request), COLUMNS, DEFAULT_SORT, request.kept_for(_TABLE))
    filters = filter_of(request, request.GET, departments_of(request))
    if not filters.is_valid():
        return exporting.back_to_the_table(request, _TABLE)
    order = order_of(state)
    first_page = listing.members(request.organization, filters.understood, **order)
    state = without_untold(state, first_page.rows)
    columns = [heading.column for heading in state.headings]
    keys = [column.key for column in columns]
    taken = Export(
        what=_TABLE,
        title=_("Members and devices"),
        header=[str(column.label) for column in columns],
        source=export.members_source(filters.understood, columns=keys, **order),
        total=first_page.total,
        filter=exporting.in_words(filters),
    )
    return exporting.answer(request, wanted, taken)
