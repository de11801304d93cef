"""/members/export: all members of the table's present query as a file."""

from typing import TypedDict

from django.http import HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.access import exports
from common.actor import Actor
from common.tables import Kept, TableState
from orgs import export, listing
from orgs.export import Export
from orgs.forms.filters import MemberFilter
from orgs.listing import Sort
from orgs.middleware import AdministratorRequest
from orgs.models import Organization
from orgs.views import exporting
from orgs.views.members import COLUMNS, without_untold
from orgs.words import Words

_TABLE = "members"


class Order(TypedDict):
    sort: Sort
    descending: bool


@exports
@require_GET
def members(request: AdministratorRequest) -> HttpResponseBase:
    wanted = exporting.format_of(request)
    found = _taken(request.organization, exporting.table_query(request), request.kept_for(_TABLE))
    if found is None:
        return exporting.back_to_the_table(request, _TABLE)
    return exporting.answer(request, wanted, *found)


def register() -> None:
    """Let a job make the large ones."""
    exporting.make_large_ones(_TABLE, _taken_again)


def _taken(
    organization: Organization, query: QueryDict, kept: Kept | None
) -> tuple[Export, TableState] | None:
    """What the query asks for; None when its filter can't be understood."""
    departments = list(organization.departments.exclude(dept_id=0).order_by("dept_id"))
    state = TableState.parse(query, COLUMNS, "name", kept)
    filters = MemberFilter(query, departments=departments, counted=organization.facets)
    if not filters.is_valid():
        return None
    order: Order = {"sort": Sort(state.order[0].removeprefix("-")), "descending": state.sort.startswith("-")}
    first_page = listing.members(organization, filters.understood, **order)
    state = without_untold(state, first_page.rows)
    columns = [heading.column for heading in state.headings]
    keys = [column.key for column in columns]
    taken = Export(
        what=_TABLE,
        title=_("Members and devices"),
        header=[str(column.label) for column in columns],
        rows=export.members(
            organization, filters.understood, columns=keys, words=Words(departments), **order
        ),
        total=first_page.total,
        filter=exporting.in_words(filters),
    )
    return taken, state


def _taken_again(actor: Actor, query: QueryDict) -> Export:
    found = _taken(Organization.objects.get(num=actor.organization), query, None)
    if found is None:
        raise ValueError("The filter can't be understood any more.")
    return found[0]
