"""Error pages: what happened, what to do now, and the id under which it can be found again.

Each answers a page or, to htmx, a fragment with the header ``X-Fragment: error``, which tells our script
to show it in place of the region that was asked for.
"""

import logging
import math
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts import words
from accounts.access import sign_in_again
from common.access import is_posts_only, page_of
from common.outcome import Outcome
from common.throttle import Throttled
from upstream.errors import Forbidden, Malformed, Rejected, SessionOver, Timeout, UpstreamError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    status: int
    kind: str  # picks the picture and the color
    title: str
    text: str
    retry: bool = True  # whether asking again may help


def upstream_error(request: HttpRequest, error: UpstreamError) -> HttpResponse:
    """The answer to a failed upstream call; sign-in when the upstream session is over."""
    logger.warning("%s", error)
    if isinstance(error, SessionOver):
        return sign_in_again(request)
    return _answer(request, _problem(error))


def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    text = _("Too many attempts. Please wait %(wait)s.") % {"wait": words.wait(error.wait)}
    response = _answer(request, Problem(429, "throttled", _("Please wait a moment"), text))
    response["Retry-After"] = str(math.ceil(error.wait.total_seconds()))
    return response


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF failure: nearly always a page that was opened before signing in again elsewhere.

    The reason is for the log only, and what was posted is not shown: it may come from another site.
    The page itself keeps what was typed (static/js).
    """
    logger.warning("csrf: %s", reason)
    text = _("You signed in or out in another tab after opening it. Nothing was changed. Open the page again;"
             " what you typed will be put back.")  # fmt: skip
    return _answer(request, Problem(403, "stale", _("This page is out of date"), text))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("It may have been removed, or the address is wrong.")
    return _answer(request, Problem(404, "not-found", _("There is nothing here"), text, retry=False))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("Your account does not have the right to do this.")
    return _answer(request, Problem(403, "forbidden", _("Not allowed"), text, retry=False))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        text = _("What was sent is larger than anything that this page takes. Nothing was changed."
                 " Choose a smaller file; send a long text or many pasted cells as a file.")  # fmt: skip
        return _answer(request, Problem(413, "failed", _("That is too large"), text, retry=False))
    text = _("The browser sent something that cannot be read. Nothing was changed.")
    return _answer(request, Problem(400, "failed", _("That did not work"), text, retry=False))


def server_error(request: HttpRequest) -> HttpResponse:
    """Something of ours broke. A page in both languages that asks nothing of anything that may be broken."""
    page = render_to_string("errors/500.html", {"request_id": getattr(request, "request_id", "")})
    return HttpResponse(page, status=500)


def _problem(error: UpstreamError) -> Problem:
    if error.outcome is Outcome.UNKNOWN:
        text = _("The request was sent but its answer was lost. It may have been carried out. Look at the present"
                 " state before you try again.")  # fmt: skip
        return Problem(504, "unknown", _("It is not known whether this was done"), text)
    match error:
        case Forbidden():
            return Problem(
                403, "forbidden", _("Not allowed"), _("Weila does not allow this account to do this."), False
            )
        case Rejected():
            text = _("Weila refused: %(text)s (code %(code)s). Nothing was changed.")
            return Problem(
                409, "refused", _("Weila refused this"), text % {"text": error.text, "code": error.code}
            )
        case Malformed():
            text = _("Weila sent an answer that cannot be read. Nothing was changed.")
            return Problem(502, "failed", _("Weila's answer cannot be read"), text)
        case Timeout():
            text = _("Weila did not answer in time. Nothing was changed.")
            return Problem(504, "failed", _("Weila is not answering"), text)
    return Problem(
        503, "failed", _("Weila cannot be reached"), _("Nothing was changed. Please try again in a moment.")
    )


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    fragment = bool(getattr(request, "htmx", False))
    context = {
        "kind": problem.kind,
        "title": problem.title,
        "text": problem.text,
        "retry_url": request.get_full_path() if problem.retry and request.method == "GET" else "",
        "form_url": _form_page(request),
        "request_id": getattr(request, "request_id", ""),
        "as_of": getattr(request, "as_of", None),
    }
    template = "errors/error.html#fragment" if fragment else "errors/error.html"
    response = render(request, template, context, status=problem.status)
    if fragment:
        response["X-Fragment"] = "error"
    return response


def _form_page(request: HttpRequest) -> str:
    """The page with the form that was sent: most of ours answer GET at the address that they are posted to."""
    match = request.resolver_match
    if request.method == "GET" or match is None:
        return ""
    return page_of(match) if is_posts_only(match.func) else request.get_full_path()
