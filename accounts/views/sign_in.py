"""Signing in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import access, entrance, words
from accounts.forms import SignInForm
from accounts.identifiers import Kind
from accounts.models import UpstreamSession, Why
from accounts.views.visitor import refuse, refused_page, visitor_of
from common.access import public
from common.throttle import Throttled
from upstream.errors import UpstreamError
from upstream.secret import Password

_TEMPLATE = "accounts/sign_in.html"
_KIND_COOKIE = "console_account_kind"
_YEAR = 365 * 24 * 3600


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    following = access.next_page(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        if getattr(request, "signed_in", None):
            return HttpResponseRedirect(following or reverse("home"))
        return render(request, _TEMPLATE, _context(request, SignInForm(), following))
    form = SignInForm(request.POST, remembered=_remembered(request))
    context = _context(request, form, following)
    if not form.is_valid():
        return render(request, _TEMPLATE, context, status=422)
    account = form.cleaned_data["account"]
    try:
        row = entrance.sign_in(account, Password(form.cleaned_data["password"]), visitor_of(request))
    except (UpstreamError, Throttled) as error:
        return refused_page(request, _TEMPLATE, context, refuse(form, error))
    access.enter(request, row)
    response = HttpResponseRedirect(_onward(row, following))
    if form.asks:
        response.set_cookie(
            _KIND_COOKIE,
            account.kind.value,
            max_age=_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _context(request: HttpRequest, form: SignInForm, following: str) -> dict[str, object]:
    why = access.last_end(request)
    return {
        "form": form,
        "next": following,
        "ended": words.ENDED[why] if why else "",
        "interrupted": why is not Why.SIGNED_OUT,  # what was typed waits in the browser (static/js/drafts.js)
    }


def _remembered(request: HttpRequest) -> Kind | None:
    value = request.COOKIES.get(_KIND_COOKIE, "")
    return Kind(value) if value in set(Kind) else None


def _onward(row: UpstreamSession, following: str) -> str:
    if row.org_num is None:
        return reverse("org-create")
    return following or reverse("home")
