"""The browser's side of a session: which session a request belongs to, coming in, going out, and back.

The Django session holds the id of the ``UpstreamSession`` and, between two sign-ins, why the last one ended.
"""

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import sessions
from accounts.models import UpstreamSession, Why
from common.access import Access, access_of, is_export, is_posts_only
from common.actor import Actor
from common.addresses import client_address
from common.http import ConsoleRequest

_SESSION_ID = "upstream_session"
_WHY = "ended_why"


class SignedInRequest(ConsoleRequest):
    """A request of somebody who is signed in (an annotation, never instantiated)."""

    session_row: UpstreamSession


def row_of(request: HttpRequest) -> UpstreamSession | None:
    """The session row that this browser's cookie leads to, ended or not."""
    value = request.session.get(_SESSION_ID)
    return sessions.current(UUID(value)) if value else None


def enter(request: HttpRequest, row: UpstreamSession) -> None:
    """Make ``row`` the session of this browser.

    Everything from before is dropped and the cookie gets a new value, so a session that somebody planted
    leads nowhere. A session of another sign-in in the same browser ends, but for the jobs that run on it.
    """
    before = request.session.get(_SESSION_ID)
    if before:
        sessions.leave_to_jobs(UUID(before))
    request.session.flush()
    request.session[_SESSION_ID] = str(row.id)
    rotate_token(request)


def leave(request: HttpRequest, why: Why | None) -> None:
    """Forget the session of this browser; the sign-in page says ``why``."""
    request.session.flush()
    if why is not None:
        request.session[_WHY] = why.value


def last_end(request: HttpRequest) -> Why | None:
    """Why the last session of this browser ended, for the sign-in page."""
    value = request.session.get(_WHY)
    return Why(value) if value in Why.values else None


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Lead to sign-in, and back to the same page afterwards.

    For whoever has no session, and for whoever's session turned out to be over: what is left of it ends here.
    """
    signed_in: Actor | None = getattr(request, "signed_in", None)
    if signed_in is not None:
        sessions.end(signed_in.session_id, Why.REFUSED)
    if (row := row_of(request)) is not None:
        # Who chose to leave it to jobs has left the browser as well; here it was idle.
        leave(request, Why.IDLE if row.left_to_jobs_at and row.why is None else row.why)
    address = reverse("sign-in")
    if following := _page_of(request):
        address += "?" + urlencode({"next": following})
    if getattr(request, "htmx", None):
        # htmx follows a redirect by itself and would put the sign-in page into the region.
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def prove_again(request: SignedInRequest, back: str = "") -> HttpResponse | None:
    """Ask for the password before something dangerous, unless it was given lately.

    Args:
        back: the page to come back to; without it, the one that the browser shows.

    Returns:
        None when the view may go on. Otherwise its answer; nothing may have been done by then. What was typed is
        kept by the page that it was typed into (``data-keep``).
    """
    if sessions.proved_lately(request.session_row):
        return None
    address = reverse("sign-in-again")
    if back := back or _page_of(request):
        address += "?" + urlencode({"next": back})
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def next_page(request: HttpRequest, value: str) -> str:
    """``value`` if it is the path of a page of ours that can be opened after signing in, otherwise empty."""
    if not value.startswith("/") or not url_has_allowed_host_and_scheme(value, allowed_hosts=None):
        return ""
    try:
        match = resolve(urlsplit(value).path)
    except Resolver404:
        return ""
    is_page = match.url_name and not is_posts_only(match.func) and not is_export(match.func)
    if not is_page or access_of(match.func) is Access.PUBLIC:
        return ""
    return value


def _page_of(request: HttpRequest) -> str:
    """The page that the browser shows: where a fragment, a form or the wish for a file was sent from."""
    if htmx := getattr(request, "htmx", None):
        return next_page(request, htmx.current_url_abs_path or "")
    if request.method in ("GET", "HEAD") and (page := next_page(request, request.get_full_path())):
        return page
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host():
        return ""
    return next_page(request, referer._replace(scheme="", netloc="", fragment="").geturl())


def actor_of(request: HttpRequest, row: UpstreamSession) -> Actor:
    """The person of ``row``, acting by this request."""
    return sessions.actor_for(
        row, address=client_address(request), request_id=getattr(request, "request_id", "")
    )
