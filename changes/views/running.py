"""What every page says of the work that goes on: a badge beside the room's name.

Pages load it by themselves after they are there, so none of them waits for it or spends a query on it, and ask again
only while something runs. It is public and passive: it neither keeps a session alive, nor asks Weila, nor leads anybody
anywhere. It says something only to those whose role the gate has confirmed lately.
"""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from changes import listing
from common.access import passive, public
from common.actor import Actor, Role
from common.http import aside


@public
@passive
@require_safe
def running(request: HttpRequest) -> HttpResponse:
    actor = _knowing(cast(SignedInRequest, request))
    found = listing.underway(actor) if actor else None
    return aside(render(request, "changes/running.html", {"underway": found}))


def _knowing(request: SignedInRequest) -> Actor | None:
    """Whoever asks, if the gate has let them in lately."""
    if request.signed_in is None or request.signed_in.org_num is None:
        return None
    confirmed_at = request.session_row.confirmed_at
    if confirmed_at is None or timezone.now() - confirmed_at > settings.AUTHORIZATION_GRACE:
        return None
    return request.signed_in if request.signed_in.role in (Role.OWNER, Role.MANAGER) else None
