"""The page before the first sight of a large organization: its directory is being read in the background."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import next_page
from common.access import passive, signed_in
from common.http import ConsoleRequest, render_region, wants_fragment
from orgs import freshness
from orgs.freshness import LoadingState

REGION = "loading-progress"
LONGEST_WAIT = 8  # seconds between two questions; the first comes after one, each next after twice the time


@signed_in
@passive
@require_safe
def loading(request: ConsoleRequest) -> HttpResponse:
    """How far it is; leads on when it is done, to pages that decide for themselves who may see them."""
    if request.actor.org_num is None:
        return redirect("org-create")
    onward = next_page(request, request.GET.get("next", "")) or reverse("home")
    state = freshness.loading_state(request.actor)
    if state.loaded:
        asked_by_page = wants_fragment(request, REGION)
        return HttpResponseClientRedirect(onward) if asked_by_page else HttpResponseRedirect(onward)
    wait = _wait(request)
    context = {
        "loading": state,
        "onward": onward,
        "wait": wait,
        "poll_url": reverse("org-loading", query={"next": onward, "waited": wait}),
        "progress": _progress(state),
    }
    return render_region(request, "orgs/loading.html", REGION, context)


def _wait(request: ConsoleRequest) -> int:
    waited = request.GET.get("waited", "")
    return min(2 * int(waited), LONGEST_WAIT) if waited in ("1", "2", "4", "8") else 1


def _progress(state: LoadingState) -> str:
    if not state.total:
        return _("Waiting for Weila to send the list.")
    return _("%(done)d of %(total)d members and devices are stored.") % {
        "done": state.done,
        "total": state.total,
    }
