"""The password once more, before something dangerous; who needs it calls ``accounts.access.prove_again``."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import access, proof, sessions
from accounts.access import SignedInRequest
from accounts.forms import SignInAgainForm
from accounts.proof import SomebodyElse
from accounts.views.visitor import refuse, refused_page, visitor_of
from common.access import signed_in
from common.throttle import Throttled
from upstream.errors import SessionOver, UpstreamError
from upstream.secret import Password

_TEMPLATE = "accounts/sign_in_again.html"


@signed_in
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(plain: HttpRequest) -> HttpResponse:
    request = cast(SignedInRequest, plain)
    following = access.next_page(request, request.GET.get("next", ""))
    onward = HttpResponseRedirect(following or reverse("home"))
    if request.method != "POST" and sessions.proved_lately(request.session_row):
        return onward
    form = SignInAgainForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form, "next": following}
    if not form.is_valid():
        return render(request, _TEMPLATE, context, status=422 if form.is_bound else 200)
    try:
        password = Password(form.cleaned_data["password"])
        proof.prove(request.session_row, request.actor, password, visitor_of(request))
    except SessionOver:
        raise
    except SomebodyElse:
        text = _("Weila knows this account otherwise than when you signed in. Sign out and sign in again.")
        form.add_error(None, text)
        return render(request, _TEMPLATE, context, status=422)
    except (UpstreamError, Throttled) as error:
        return refused_page(request, _TEMPLATE, context, refuse(form, error))
    # Whoever knows the cookie from before is not the one who gave the password.
    request.session.cycle_key()
    return onward
