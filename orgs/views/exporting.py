"""How every export is answered, whatever list it is of."""

from dataclasses import asdict
from enum import StrEnum

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from common.forms import Form
from common.http import to_take_away
from common.texts import labelled
from orgs import export
from orgs.export import Export
from orgs.middleware import AdministratorRequest
from sheets.views import exports

_CSV = "text/csv; charset=utf-8"


class Format(StrEnum):
    """What can be asked for by ``format``."""

    CSV = "csv"
    XLSX = "xlsx"


def format_of(request: HttpRequest) -> Format:
    """The wanted format.

    Raises:
        Http404: there is no such export.
    """
    try:
        return Format(request.GET.get("format", ""))
    except ValueError:
        raise Http404 from None


def answer(request: AdministratorRequest, wanted: Format, taken: Export) -> HttpResponseBase:
    """The file; a workbook of many rows is made in the background, and a page waits for it."""
    name = _file_name(request.organization_name, taken.title, wanted)
    if wanted is Format.CSV:
        stream = export.as_csv(request.actor, taken)
        return to_take_away(StreamingHttpResponse(stream, content_type=_CSV), name)
    large = taken.total > settings.EXPORT_INLINE_LIMIT
    return exports.answer(request, export.RECIPE, asdict(taken), name, large=large, expected=taken.total)


def in_words(filters: Form) -> str:
    """What narrows the list, for the trail."""
    return "; ".join(labelled(label, text) for label, text in filters.in_words)


def table_query(request: HttpRequest) -> QueryDict:
    """What the address says about the table, as the table itself would have it."""
    query = request.GET.copy()
    query.pop("format", None)
    return query


def back_to_the_table(request: HttpRequest, table: str) -> HttpResponse:
    """To the table with the same query: what of its filter can't be understood is said there, and nobody takes a
    list for narrower than it is.
    """
    return redirect(f"{reverse(table)}?{table_query(request).urlencode()}")


def _file_name(organization: str, title: str, wanted: Format) -> str:
    parts = [organization, title, f"{timezone.localdate():%Y-%m-%d}"]
    return " ".join(part for part in parts if part) + f".{wanted}"
