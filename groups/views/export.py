"""/groups/export: all groups of the table's present query as a file."""

from collections.abc import Callable, Mapping

from django.http import HttpResponseBase, QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.access import exports
from common.actor import Actor
from common.tables import Kept, TableState
from groups import listing, roster
from groups.forms.groups import GroupFilter
from groups.models import Group
from groups.views import words
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


@exports
@require_GET
def groups(request: AdministratorRequest) -> HttpResponseBase:
    wanted = exporting.format_of(request)
    head = roster.bring_up_to_date(request.actor, request.organization)
    query = exporting.table_query(request)
    found = _taken(request.actor.organization, query, request.kept_for(_TABLE)) if head.read_at else None
    if found is None:
        return exporting.back_to_the_table(request, _TABLE)
    return exporting.answer(request, wanted, *found)


def register() -> None:
    """Let a job make the large ones."""
    exporting.make_large_ones(_TABLE, _taken_again)


def _taken(org_num: int, query: QueryDict, kept: Kept | None) -> tuple[Export, TableState] | None:
    """What the query asks for; None when its filter can't be understood."""
    state = TableState.parse(query, COLUMNS, "name", kept)
    filters = GroupFilter(query, types=listing.types(org_num))
    if not filters.is_valid():
        return None
    found = list(listing.every(org_num, filters.understood, order=state.order))
    columns = [heading.column for heading in state.headings]
    taken = Export(
        what=_TABLE,
        title=_("Groups"),
        header=[str(column.label) for column in columns],
        rows=[[_CELLS[column.key](group) for column in columns] for group in found],
        total=len(found),
        filter=exporting.in_words(filters),
    )
    return taken, state


def _taken_again(actor: Actor, query: QueryDict) -> Export:
    found = _taken(actor.organization, query, None)
    if found is None:
        raise ValueError("The filter can't be understood any more.")
    return found[0]
