"""Doing one thing to many groups that were selected in their table."""

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from common.selection import Selection
from common.tables import TableState
from groups import bulk, listing, roster
from groups.forms.groups import GroupFilter
from groups.roster import GroupNotHere
from groups.views import index
from groups.views.gone import leads_to_the_list
from orgs.middleware import AdministratorRequest
from orgs.views import selecting, writing
from orgs.views.selecting import NAMED, Chosen, Kind, Unclear


class Groups(Kind):
    actions = bulk.groups
    table, url_name = "groups", "groups-bulk"
    not_here = GroupNotHere

    def chosen(self, request: AdministratorRequest, selection: Selection) -> Chosen:
        org_num = request.actor.organization
        roster.bring_up_to_date(request.actor, request.organization)
        if selection.ids is not None:
            found = bulk.resolve(org_num, selection.ids)
            names = listing.names(org_num, found.ids)[:NAMED]
            return Chosen(found, index.summary(len(found.ids)), "", None, names)
        query = QueryDict(selection.query)
        filters = GroupFilter(query, types=listing.types(org_num))
        if not filters.is_valid():
            raise Unclear(selection)
        found = bulk.resolve(org_num, filters.understood)
        state = TableState.parse(query, index.COLUMNS, index.DEFAULT_SORT)
        page = listing.groups(org_num, filters.understood, order=state.order)
        names = [group.name for group in page.rows[:NAMED]]
        return Chosen(found, index.summary(len(found.ids)), "", filters.in_words, names)


@require_http_methods(writing.FORM_METHODS)
@leads_to_the_list
def choose(request: AdministratorRequest) -> HttpResponse:
    if request.method == "POST":
        return selecting.take(request, Groups())
    return selecting.answer(request, Groups())


@require_http_methods(writing.FORM_METHODS)
def enter(request: AdministratorRequest, code: str) -> HttpResponse:
    return selecting.answer(request, Groups(), code)
