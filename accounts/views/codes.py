"""Signing up and a forgotten password: picture code, SMS code, form."""

from base64 import b64encode
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access, entrance, errands
from accounts.entrance import NotKnown, SignedUp
from accounts.errands import Errand
from accounts.forms import CodeForm, ResetPasswordForm, SignUpForm, with_values
from accounts.identifiers import masked
from accounts.views.visitor import refuse, refused_page, visitor_of
from common.access import posts_only, public
from common.http import wants_fragment
from common.throttle import Throttled
from upstream.errors import UpstreamError
from upstream.secret import Password
from upstream.weila.types import SmsType

_TEMPLATES = {
    SmsType.REGIST: "accounts/sign_up.html",
    SmsType.RESET_PASSWORD: "accounts/reset_password.html",
}
_FORMS: dict[SmsType, type[CodeForm]] = {
    SmsType.REGIST: SignUpForm,
    SmsType.RESET_PASSWORD: ResetPasswordForm,
}
_REGION = "verification"
_TROUBLES = (UpstreamError, Throttled, NotKnown)


@public
@require_safe
def picture_code(request: HttpRequest) -> HttpResponse:
    """A new picture code: the picture itself or, to htmx, the region that holds it."""
    errand = errands.load(request.session)
    picture = entrance.new_picture(errand.jar, visitor_of(request))
    errands.keep(request.session, errand)
    if wants_fragment(request, "picture"):
        encoded = b64encode(picture.content).decode()
        return render(request, "accounts/picture.html", {"picture": picture, "encoded": encoded})
    return HttpResponse(picture.content, content_type=picture.content_type)


@public
@sensitive_post_parameters("password", "repeat", "code")
@posts_only
def sms_code(request: HttpRequest) -> HttpResponse:
    """Have an SMS code sent; answers that region of the form or, without a script, the whole page."""
    purpose = _purpose(request)
    form = _FORMS[purpose](request.POST, asks_for_sms=True)
    errand = errands.load(request.session)
    if not form.is_valid():
        return _answer(request, form, errand, status=422)
    phone = form.cleaned_data["phone"]
    try:
        entrance.send_sms(
            purpose,
            form.country or settings.WEILA_PHONE_COUNTRY_CODE,
            phone,
            form.cleaned_data["picture"],
            errand.jar,
            visitor_of(request),
        )
    except _TROUBLES as error:
        if isinstance(error, NotKnown):
            errand.phones[purpose] = phone
        errands.keep(request.session, errand)
        return _answer(request, form, errand, status=refuse(form, error).status)
    errand.phones[purpose] = phone
    errands.keep(request.session, errand)
    form.data = with_values(form.data, picture="")  # used up
    form.fields["code"].widget.attrs["autofocus"] = True
    return _answer(request, form, errand, sent_to=masked(phone))


@public
@sensitive_post_parameters("password", "repeat", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    errand = errands.load(request.session)
    if request.method != "POST":
        return _page(request, SignUpForm(initial=_initial(errand, SmsType.REGIST)), errand)
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return _page(request, form, errand, status=422)
    wanted = form.cleaned_data
    try:
        signed_up = entrance.sign_up(
            wanted["phone"], wanted["code"], Password(wanted["password"]), errand.jar, visitor_of(request)
        )
    except _TROUBLES as error:
        return refused_page(request, _TEMPLATES[SmsType.REGIST], _context(form, errand), refuse(form, error))
    return _welcome(request, signed_up)


@public
@sensitive_post_parameters("password", "repeat", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    errand = errands.load(request.session)
    purpose = SmsType.RESET_PASSWORD
    if request.method != "POST":
        return _page(request, ResetPasswordForm(initial=_initial(errand, purpose)), errand)
    form = ResetPasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, form, errand, status=422)
    wanted = form.cleaned_data
    try:
        entrance.reset_password(
            form.country,
            wanted["phone"],
            wanted["code"],
            Password(wanted["password"]),
            errand.jar,
            visitor_of(request),
        )
    except _TROUBLES as error:
        return refused_page(request, _TEMPLATES[purpose], _context(form, errand), refuse(form, error))
    errands.forget(request.session)
    messages.success(request, _("The password was changed. Sign in with the new one."))
    return HttpResponseRedirect(reverse("sign-in"))


def _welcome(request: HttpRequest, signed_up: SignedUp) -> HttpResponse:
    """The new number, shown once: in the answer itself, stored nowhere."""
    if signed_up.session is None:
        errands.forget(request.session)
    else:
        access.enter(request, signed_up.session)
    onward = "sign-in" if signed_up.session is None else "home"
    return render(request, "accounts/welcome.html", {"signed_up": signed_up, "onward": reverse(onward)})


def _purpose(request: HttpRequest) -> SmsType:
    wanted = request.POST.get("purpose")
    for purpose in _FORMS:
        if purpose == wanted:
            return purpose
    raise BadRequest("unknown purpose of an SMS code")


def _initial(errand: Errand, purpose: SmsType) -> dict[str, Any]:
    return {"phone": errand.phones.get(purpose, ""), "country_code": settings.WEILA_PHONE_COUNTRY_CODE}


def _context(form: CodeForm, errand: Errand, sent_to: str = "") -> dict[str, object]:
    phone = errand.phones.get(form.purpose)
    return {
        "form": form,
        "purpose": form.purpose.value,
        "seconds": entrance.seconds_until_next_sms(phone) if phone else 0,
        "sent_to": sent_to,
        "sandbox_url": settings.SANDBOX_URL if settings.DEMO else "",
    }


def _page(request: HttpRequest, form: CodeForm, errand: Errand, *, status: int = 200) -> HttpResponse:
    return render(request, _TEMPLATES[form.purpose], _context(form, errand), status=status)


def _answer(
    request: HttpRequest, form: CodeForm, errand: Errand, *, sent_to: str = "", status: int = 200
) -> HttpResponse:
    fragment = wants_fragment(request, _REGION)
    template = "accounts/verification.html" if fragment else _TEMPLATES[form.purpose]
    context = {**_context(form, errand, sent_to), "fragment": fragment}
    response = render(request, template, context, status=status)
    if fragment and status >= 400:
        response.status_code = 422  # htmx puts this one in place of the region; the reason stands in it
    return response
