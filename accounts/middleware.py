"""Who is signed in, and the gate in front of every view that is not public."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts import access, preferences, sessions
from accounts.access import SignedInRequest
from common.access import Access, access_of, is_passive


class SignedInMiddleware:
    """Sets ``request.signed_in`` (an ``Actor`` or None) and, for whoever is signed in, ``request.actor`` and
    ``request.kept_for`` (what they keep for a table).

    Without a live session, every view that is not marked public leads to sign-in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, plain: HttpRequest) -> HttpResponseBase:
        request = cast(SignedInRequest, plain)
        request.signed_in = None
        row = access.row_of(request)
        if row is not None and row.open_to_browsers:
            request.signed_in = request.actor = access.actor_of(request, row)
            request.session_row = row
            request.kept_for = partial(preferences.kept, request.actor)
        return self.get_response(request)

    def process_view(
        self, plain: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        request = cast(SignedInRequest, plain)
        if request.signed_in is not None:
            if not is_passive(view):
                sessions.touch(request.session_row)
            return None
        if access_of(view) is Access.PUBLIC:
            return None
        return access.sign_in_again(request)


class ConsoleSessionMiddleware(SessionMiddleware):
    """Django's session middleware, for which a session that vanished meanwhile is no bad request.

    Somebody signed out in another tab while this request was under way: its answer is not for them any more.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            address = reverse("sign-in")
            answer = (
                HttpResponse(status=401, headers={"HX-Redirect": address})
                if request.headers.get("HX-Request")
                else HttpResponseRedirect(address)
            )
            answer.delete_cookie(settings.SESSION_COOKIE_NAME)
            return answer
