"""Where I am signed in."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import jobs, sessions
from accounts.access import SignedInRequest
from accounts.browsers import browser, system
from accounts.jobs import Job
from accounts.models import UpstreamSession
from common.access import posts_only, signed_in
from common.actor import Actor
from common.http import render_region

_ENDED_SHOWN = timedelta(days=14)
_MOST_ENDED = 50


@signed_in
@require_safe
def sessions_page(request: HttpRequest) -> HttpResponse:
    actor = cast(SignedInRequest, request).actor
    mine = list(sessions.mine(actor.user_id))
    running = jobs.running_on([row.id for row in mine])
    ended = sessions.ended_lately(actor.user_id, within=_ENDED_SHOWN)[:_MOST_ENDED]
    context = {
        "sessions": [_shown(row, actor, running.get(row.id, [])) for row in mine],
        "jobs_elsewhere": bool(running.keys() - {actor.session_id}),
        "ended": [_shown(row, actor) for row in ended],
        "days": _ENDED_SHOWN.days,
    }
    return render_region(request, "accounts/sessions.html", "sessions", context)


@signed_in
@posts_only("sessions")
def end(request: HttpRequest, session_id: UUID) -> HttpResponse:
    actor = cast(SignedInRequest, request).actor
    match sessions.end_mine(actor, session_id):
        case None:
            raise Http404
        case True:
            messages.success(request, _("The session is ended."))
        case False:
            messages.info(request, _("The session had already ended."))
    return HttpResponseRedirect(reverse("sessions"))


@signed_in
@posts_only("sessions")
def end_others(request: HttpRequest) -> HttpResponse:
    number = sessions.end_others(cast(SignedInRequest, request).actor)
    text = ngettext("%(number)d other session is ended.", "%(number)d other sessions are ended.", number)
    if number:
        messages.success(request, text % {"number": number})
    else:
        messages.info(request, _("There was no other session."))
    return HttpResponseRedirect(reverse("sessions"))


def _shown(row: UpstreamSession, actor: Actor, running: Sequence[Job] = ()) -> dict[str, object]:
    return {
        "row": row,
        "jobs": running,
        "browser": browser(row.user_agent),
        "system": system(row.user_agent),
        "here": row.id == actor.session_id,
        "why": row.why.label if row.why else "",
    }
