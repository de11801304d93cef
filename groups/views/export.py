"""/groups/export: all groups of the table's present query as a file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpResponseBase
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.access import exports
from common.tables import TableState
from groups import listing, roster, words
from groups.forms.groups import GroupFilter
from groups.listing import Filters
from groups.models import Group
from groups.views.index import COLUMNS
from orgs.export import Export
from orgs.middleware import AdministratorRequest
from orgs.views import exporting

_TABLE = "groups"

# What the table shows of a group, under the keys of its columns.
_CELLS: Mapping[str, Callable[[Group], str]] = {
    "name": lambda group: group.name,
    "number": lambda group: str(group.group_id),
    "members": lambda group: words.say("size", group.size),
    "burst_mode": lambda group: words.say("burst_mode", group.burst_mode),
    "type": lambda group: words.say("type", group.type),
    "shutup": lambda group: words.say("shutup", group.shutup),
    "limit": lambda group: words.say("user_limit", group.user_limit),
    "created": lambda group: localtime(group.created_at).date().isoformat() if group.created else "",
}


def rows(org_num: int, source: Mapping[str, Any]) -> Iterator[list[str]]:
    """The groups as their table shows them, in words of the present language."""
    cells = [_CELLS[key] for key in source["columns"]]
    for group in listing.every(org_num, Filters(**source["filters"]), order=source["order"]):
        yield [cell(group) for cell in cells]


@exports
@require_GET
def groups(request: AdministratorRequest) -> HttpResponseBase:
    wanted = exporting.format_of(request)
    head = roster.bring_up_to_date(request.actor, request.organization)
    state = TableState.parse(exporting.table_query(request), COLUMNS, "name", request.kept_for(_TABLE))
    filters = GroupFilter(request.GET, types=listing.types(request.actor.organization))
    if head.read_at is None or not filters.is_valid():
        return exporting.back_to_the_table(request, _TABLE)
    found = listing.groups(request.actor.organization, filters.understood, order=state.order)
    columns = [heading.column for heading in state.headings]
    taken = Export(
        what=_TABLE,
        title=_("Groups"),
        header=[str(column.label) for column in columns],
        source={
            "filters": asdict(filters.understood),
            "order": list(state.order),
            "columns": [column.key for column in columns],
        },
        total=found.total,
        filter=exporting.in_words(filters),
    )
    return exporting.answer(request, wanted, taken)
