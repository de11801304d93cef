"""The pages of this room, and a few others for what happens around every page."""

from typing import cast

from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from accounts.access import SignedInRequest, prove_again
from accounts.tokens import weila
from common.access import passive, public, signed_in


@signed_in
def asks(request: HttpRequest) -> HttpResponse:
    """Asks the upstream on behalf of whoever is signed in."""
    org = weila(cast(SignedInRequest, request).actor).org_my_org()
    return HttpResponse(f"organization {org.num if org else None}")


@signed_in
def risky(request: HttpRequest) -> HttpResponse:
    """Does something for which the password must have been given lately."""
    answer = prove_again(cast(SignedInRequest, request), request.GET.get("back", ""))
    return answer or HttpResponse("done")


@signed_in
@passive
def polls(request: HttpRequest) -> HttpResponse:
    return HttpResponse("polled")


@signed_in
def vanishes(request: HttpRequest) -> HttpResponse:
    """Somebody signs out in another tab while this request writes to the session."""
    Session.objects.all().delete()
    request.session["note"] = "too late"
    return HttpResponse("for nobody")


@public
def anybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"signed in: {getattr(request, 'signed_in', None) is not None}")


def other(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


urlpatterns = [
    path("asks", asks, name="asks"),
    path("risky", risky, name="risky"),
    path("polls", polls, name="polls"),
    path("vanishes", vanishes, name="vanishes"),
    path("anybody", anybody, name="anybody"),
    path("unnamed", signed_in(asks)),
    path("language", public(set_language), name="language"),
    path("", include("accounts.urls")),
    path("", other, name="home"),
    *(
        path(name, other, name=name)
        for name in ("org", "org-create", "departments", "members", "groups", "changes", "files", "audit")
    ),
    *(path(name, other, name=name) for name in ("jump", "shortcuts", "changes-running")),
]
