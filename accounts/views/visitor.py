"""What the views of this room hand to its domain modules in place of the request."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import errands
from accounts.entrance import NotKnown, Visitor
from accounts.errands import Errand
from accounts.refusals import Refusal, explain
from common.addresses import client_address
from common.forms import Form
from common.throttle import Throttled
from upstream.errors import UpstreamError

Trouble = UpstreamError | Throttled | NotKnown


def visitor_of(request: HttpRequest) -> Visitor:
    """The browser of this request."""
    return Visitor(
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        request_id=getattr(request, "request_id", ""),
        browser=request.session.session_key or "",
    )


def keep(request: HttpRequest, errand: Errand) -> None:
    """Keep what this browser has under way."""
    errands.keep(request.session, errand, signed_in=getattr(request, "signed_in", None) is not None)


def refuse(form: Form, error: Trouble) -> Refusal:
    """Put what went wrong at its field of the form."""
    refusal = explain(error, form.fields)
    form.add_error(refusal.field, refusal.sentence)
    return refusal


def refused_page(
    request: HttpRequest, template: str, context: dict[str, object], refusal: Refusal
) -> HttpResponse:
    """The form again, with what went wrong in it."""
    response = render(request, template, context, status=refusal.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response
