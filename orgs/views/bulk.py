"""Doing one thing to many members and devices that were selected in their table."""

from collections.abc import Sequence

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.selection import Selection
from common.tables import TableState
from orgs import bulk, listing
from orgs.bulk import Found
from orgs.middleware import AdministratorRequest
from orgs.views import members, selecting, writing
from orgs.views.selecting import NAMED, Chosen, Kind, Unclear


class Members(Kind):
    actions = bulk.members
    table, url_name = "members", "members-bulk"

    def chosen(self, request: AdministratorRequest, selection: Selection) -> Chosen:
        if selection.ids is not None:
            found = bulk.resolve(request.organization, selection.ids)
            names = listing.names(request.organization, found.ids, NAMED)
            return _chosen(found, None, names)
        query = QueryDict(selection.query)
        filters = members.filter_of(request, query, members.departments_of(request))
        if not filters.is_valid():
            raise Unclear(selection)
        found = bulk.resolve(request.organization, filters.understood)
        state = TableState.parse(query, members.COLUMNS, members.DEFAULT_SORT)
        page = listing.members(request.organization, filters.understood, **members.order_of(state))
        return _chosen(found, filters.in_words, [row.called for row in page.rows[:NAMED]])


@require_http_methods(writing.FORM_METHODS)
def choose(request: AdministratorRequest) -> HttpResponse:
    if request.method == "POST":
        return selecting.take(request, Members())
    return selecting.answer(request, Members())


@require_http_methods(writing.FORM_METHODS)
def enter(request: AdministratorRequest, code: str) -> HttpResponse:
    return selecting.answer(request, Members(), code)


def _chosen(found: Found, filter_words: Sequence[tuple[str, str]] | None, names: Sequence[str]) -> Chosen:
    people, devices = len(found.ids) - len(found.devices), len(found.devices)
    parts = _("%(people)s, %(devices)s") % {
        "people": ngettext("%(count)d person", "%(count)d people", people) % {"count": people},
        "devices": ngettext("%(count)d device", "%(count)d devices", devices) % {"count": devices},
    }
    return Chosen(found, members.summary(len(found.ids)), parts, filter_words, names)
