"""Signing up and a forgotten password: picture code, SMS code, form."""

from base64 import b64encode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access, entrance, errands
from accounts.entrance import SignedUp
from accounts.forms import CodeForm, ResetPasswordForm, SignUpForm
from accounts.views.verification import TROUBLES, CodePage, initial
from accounts.views.visitor import keep, visitor_of
from common.access import posts_only, public
from common.http import wants_fragment
from upstream.secret import Password

_TEMPLATES: dict[type[CodeForm], str] = {
    SignUpForm: "accounts/sign_up.html",
    ResetPasswordForm: "accounts/reset_password.html",
}


@public
@require_safe
def picture_code(request: HttpRequest) -> HttpResponse:
    """A new picture code: the picture itself or, to htmx, the region that holds it."""
    errand = errands.load(request.session)
    picture = entrance.new_picture(errand.jar, visitor_of(request))
    keep(request, errand)
    if wants_fragment(request, "picture"):
        encoded = b64encode(picture.content).decode()
        return render(request, "accounts/picture.html", {"picture": picture, "encoded": encoded})
    return HttpResponse(picture.content, content_type=picture.content_type)


@public
@sensitive_post_parameters("password", "repeat", "code")
@posts_only("sign-in")
def sms_code(request: HttpRequest) -> HttpResponse:
    """Have an SMS code sent for one of the two forms."""
    wanted = request.POST.get("purpose")
    form = next((form for form in _TEMPLATES if form.purpose == wanted), None)
    if form is None:
        raise BadRequest("unknown purpose of an SMS code")
    return _page(form).send_sms(request, form(request.POST, asks_for_sms=True))


@public
@sensitive_post_parameters("password", "repeat", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    errand, page = errands.load(request.session), _page(SignUpForm)
    if request.method != "POST":
        return page.show(request, SignUpForm(initial=initial(errand, SignUpForm)), errand)
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return page.show(request, form, errand, status=422)
    wanted = form.cleaned_data
    try:
        signed_up = entrance.sign_up(
            wanted["phone"], wanted["code"], Password(wanted["password"]), errand.jar, visitor_of(request)
        )
    except TROUBLES as error:
        return page.refused(request, form, errand, error)
    return _welcome(request, signed_up)


@public
@sensitive_post_parameters("password", "repeat", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    errand, page = errands.load(request.session), _page(ResetPasswordForm)
    if request.method != "POST":
        return page.show(request, ResetPasswordForm(initial=initial(errand, ResetPasswordForm)), errand)
    form = ResetPasswordForm(request.POST)
    if not form.is_valid():
        return page.show(request, form, errand, status=422)
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
    except TROUBLES as error:
        return page.refused(request, form, errand, error)
    errands.forget(request.session)
    messages.success(request, _("The password was changed. Sign in with the new one."))
    return HttpResponseRedirect(reverse("sign-in"))


def _page(form: type[CodeForm]) -> CodePage:
    return CodePage(_TEMPLATES[form], reverse("sms-code"))


def _welcome(request: HttpRequest, signed_up: SignedUp) -> HttpResponse:
    """The new number, shown once: in the answer itself, stored nowhere."""
    if signed_up.session is None:
        errands.forget(request.session)
    else:
        access.enter(request, signed_up.session)
    onward = "sign-in" if signed_up.session is None else "home"
    return render(request, "accounts/welcome.html", {"signed_up": signed_up, "onward": reverse(onward)})
