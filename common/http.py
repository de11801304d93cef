"""The request as our middleware leaves it, and how one view answers both page and fragment."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django_htmx.middleware import HtmxDetails

from common.actor import Actor
from common.tables import Kept
from common.texts import readable_name

Response = TypeVar("Response", bound=HttpResponseBase)

_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class ConsoleRequest(HttpRequest):
    """What a view gets: the middlewares have set these attributes (an annotation, never instantiated)."""

    htmx: HtmxDetails
    request_id: str
    signed_in: Actor | None
    actor: Actor  # set unless the view is public
    kept_for: Callable[[str], Kept]  # what the acting person keeps for a table; set with ``actor``


def wants_fragment(request: HttpRequest, target: str) -> bool:
    """Whether htmx asks for the region with the id ``target`` and nothing more.

    A restored history entry and any other target get the whole page.
    """
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    return bool(htmx) and not htmx.history_restore_request and htmx.target == target


def aside(response: HttpResponse) -> HttpResponse:
    """Mark a region that a page asks for by itself: it brings neither waiting messages nor the age of the data."""
    response["X-Fragment"] = "aside"
    return response


def render_region(
    request: HttpRequest, template: str, region: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the page ``template``, or only its partial named ``region`` when htmx asks for that region.

    The partial's name and the id of its outer element are the same word.
    """
    if wants_fragment(request, region):
        template = f"{template}#{region}"
    return render(request, template, context, status=status)


def to_take_away(response: Response, name: str) -> Response:
    """Make it a file that the browser keeps, under a name that every system takes."""
    legal = readable_name(_NO_FILE_NAME.sub(" ", name))
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=legal)
    return response
