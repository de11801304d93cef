"""The gate in front of every administrator's page."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import get_callable, reverse

from accounts.access import SignedInRequest, next_page, sign_in_again
from common.access import Access, access_of, is_export, is_local
from common.actor import Actor
from orgs.freshness import Verdict, admit
from orgs.models import Member, Organization
from upstream.errors import UpstreamError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AdministratorRequest(SignedInRequest):
    """A request that passed the gate (an annotation, never instantiated)."""

    organization: Organization
    organization_name: str
    own_picture: Callable[
        [], str
    ]  # the address of the acting person's; a query, so only asked where it is shown
    as_of: datetime | None  # how old the data is, while the upstream does not answer


class AdministratorMiddleware:
    """Lets owners and managers pass, as the upstream last confirmed them; see ``orgs.freshness``.

    Sets ``request.organization``, ``request.organization_name``, ``request.own_picture`` and ``request.as_of``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, plain: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if access_of(view) is not Access.ADMINISTRATOR:
            return None
        request = cast(AdministratorRequest, plain)
        local = is_local(view)
        certain = (request.method not in _SAFE and not local) or is_export(view)
        try:
            admission = admit(request.actor, request.session_row, writes=certain, local=local)
        except UpstreamError as error:
            # Django hands to process_exception only what the view itself raises.
            fail: Callable[[HttpRequest, UpstreamError], HttpResponse] = get_callable(
                settings.UPSTREAM_FAILURE_VIEW
            )
            return fail(request, error)
        match admission.verdict:
            case Verdict.NO_ORGANIZATION:
                return _lead_to(request, "org-create")
            case Verdict.LOADING:
                return _lead_to(request, "org-loading", _onward(request))
            case Verdict.ENDED:
                return sign_in_again(request)
        head = admission.head
        assert head is not None  # noqa: S101  # an open gate always has one
        request.organization, request.organization_name = head, head.name
        request.as_of = admission.as_of
        request.own_picture = partial(_picture_of, request.actor)
        return None


def _picture_of(actor: Actor) -> str:
    own = Member.objects.filter(organization=actor.organization, user_id=actor.user_id)
    return own.values_list("avatar", flat=True).first() or ""


def _onward(request: AdministratorRequest) -> dict[str, str]:
    """Where to go on when the directory is there: to the page that was asked for."""
    page = next_page(request, request.get_full_path()) if request.method == "GET" and not request.htmx else ""
    return {"next": page} if page else {}


def _lead_to(request: AdministratorRequest, name: str, query: dict[str, str] | None = None) -> HttpResponse:
    address = reverse(name, query=query)
    if request.htmx:
        # htmx follows a redirect by itself and would put the whole page into the region.
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
