"""Views of each sort of access, behind the middlewares of the console."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from common.access import public, signed_in
from orgs.middleware import AdministratorRequest


def gated(request: AdministratorRequest) -> HttpResponse:
    as_of = request.as_of.isoformat() if request.as_of else ""
    return HttpResponse(f"{request.organization_name}|{request.organization.num}|{as_of}")


@signed_in
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("signed in")


@public
def anybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anybody")


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    return HttpResponse(type(error).__name__, status=503)


urlpatterns = [
    path("gated", gated, name="gated"),
    path("open", open_to_all, name="open"),
    path("anybody", anybody, name="anybody"),
    path("org/create", open_to_all, name="org-create"),
    path("org/loading", open_to_all, name="org-loading"),
    path("", open_to_all, name="home"),
    path("", include("accounts.urls")),
]
