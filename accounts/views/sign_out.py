"""Signing out, and what becomes of a job that runs on the session."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import access, jobs, sessions
from accounts.access import SignedInRequest
from accounts.models import Why
from common.access import posts_only, public, signed_in
from common.actor import Actor

_LEAVE, _STOP = "leave", "stop"


@public
@posts_only("home")
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """The upstream knows no sign-out: ours ends the row, forgets both tokens and empties the browser.

    While jobs run on the row, "jobs" says what becomes of them; who did not say is asked.
    """
    signed_in: Actor | None = getattr(request, "signed_in", None)
    if signed_in is not None and not _left(signed_in, request.POST.get("jobs", "")):
        return HttpResponseRedirect(reverse("sign-out-jobs"))
    access.leave(request, Why.SIGNED_OUT)
    response = HttpResponseRedirect(reverse("sign-in"))
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _left(actor: Actor, choice: str) -> bool:
    """End the session or leave it to its jobs; False when it is not known which of both."""
    if choice == _STOP:
        jobs.stop(actor, actor.session_id)
        sessions.end(actor.session_id, Why.SIGNED_OUT, by=actor)
    elif choice == _LEAVE or not jobs.running(actor.session_id):
        sessions.leave_to_jobs(actor.session_id, by=actor)
    else:
        return False
    return True


@signed_in
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """What runs on this session, and what one may do about it."""
    running = jobs.running(cast(SignedInRequest, request).actor.session_id)
    return render(request, "accounts/sign_out.html", {"jobs": running, "leave": _LEAVE, "stop": _STOP})
