from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audit import trail
from audit.reading import entries
from orgs import facets
from orgs.middleware import AdministratorRequest
from orgs.models import MemberState, MemberType, Organization

LATEST = 8  # actions shown on the home page


@dataclass(frozen=True, slots=True)
class Tile:
    label: str | Promise
    value: int
    url: str
    icon: str


@require_safe
def home(request: AdministratorRequest) -> HttpResponse:
    """The organization at a glance: counts with the lists behind them, and what was done last."""
    context = {
        "organization": request.organization,
        "tiles": _tiles(request.organization),
        "entries": entries(trail.actions_of(request.actor.organization)[:LATEST]),
    }
    return render(request, "console/home.html", context)


def _tiles(organization: Organization) -> list[Tile]:
    members = reverse("members")
    devices = facets.count(organization.facets, "type", str(MemberType.DEVICE.value))
    suspended = facets.count(organization.facets, "state", str(MemberState.SUSPENDED.value))
    return [
        Tile(_("People"), organization.total - devices, members, "users"),
        Tile(_("Devices"), devices, f"{members}?type={MemberType.DEVICE.value}", "device-mobile"),
        Tile(_("Departments"), organization.departments.count(), reverse("departments"), "sitemap"),
        Tile(_("Suspended"), suspended, f"{members}?state={MemberState.SUSPENDED.value}", "user-off"),
    ]
