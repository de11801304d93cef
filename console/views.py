from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import trail
from audit.reading import entries
from console import glance
from groups import insights as group_insights
from groups import roster
from orgs import insights
from orgs.middleware import AdministratorRequest

LATEST = 8  # changes that are shown
COMING_AND_GOING = ("session", "account")  # kinds of the trail; every morning begins with them


@require_safe
def home(request: AdministratorRequest) -> HttpResponse:
    """The organization at a glance: numbers with the lists behind them, and what was done last."""
    now, organization = timezone.now(), request.organization
    changes = trail.actions_of(request.actor.organization).exclude(target_kind__in=COMING_AND_GOING)
    head = roster.keep_fresh(request.actor, organization)
    parts = [
        glance.directory(insights.of(organization), now),
        glance.groups(group_insights.of(organization, head)),
    ]
    context = {
        "organization": organization,
        "glance": glance.together(*parts),
        "being_read": organization.lease_until is not None and organization.lease_until > now,
        "entries": entries(changes[:LATEST]),
    }
    return render(request, "console/home.html", context)
