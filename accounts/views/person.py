"""The signed-in person's own account: what Weila has, the password, the phone."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access, errands, person, sessions, words
from accounts.access import SignedInRequest
from accounts.entrance import NotKnown
from accounts.forms import BindPhoneForm, ChangePasswordForm
from accounts.models import Why
from accounts.person import PasswordChanged
from accounts.views.verification import TROUBLES, CodePage, initial
from accounts.views.visitor import refuse, refused_page
from common.access import posts_only, signed_in
from upstream.errors import SessionOver
from upstream.reading import given, known
from upstream.secret import Password
from upstream.weila.types import User

_PASSWORD_PAGE = "accounts/password.html"  # noqa: S105  # a template
_UNKNOWN = 504


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    actor = cast(SignedInRequest, request).actor
    user = person.myself(actor)
    sex = known(user.sex, None) if user else None
    context = {
        "user": given(user) if user else None,
        "phone": _phone(user),
        "sex": "" if sex is None else words.SEXES.get(sex, sex),
        "role": words.ROLES.get(actor.role, ""),
    }
    return render(request, "accounts/account.html", context)


@signed_in
@sensitive_post_parameters("password", "new", "repeat")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    actor = cast(SignedInRequest, request).actor
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form, "jobs_elsewhere": sessions.jobs_elsewhere(actor)}
    if not form.is_valid():
        return render(request, _PASSWORD_PAGE, context, status=422 if form.is_bound else 200)
    wanted = form.cleaned_data
    try:
        changed = person.change_password(
            actor,
            Password(wanted["password"]),
            Password(wanted["new"]),
            end_others=wanted["end_others"],
        )
    except NotKnown:
        return _password_unknown(request)
    except SessionOver:
        raise
    except TROUBLES as error:
        return refused_page(request, _PASSWORD_PAGE, context, refuse(form, error))
    return _password_changed(request, changed)


def _password_changed(request: HttpRequest, changed: PasswordChanged) -> HttpResponse:
    if not changed.signed_in:
        access.leave(request, Why.PASSWORD_CHANGED)
        return HttpResponseRedirect(reverse("sign-in"))
    text = _("The password was changed. It counts here and in the Weila app.")
    if changed.ended:
        ended = ngettext(
            "%(number)d other session is ended.", "%(number)d other sessions are ended.", changed.ended
        )
        text = f"{text} {ended % {'number': changed.ended}}"
    messages.success(request, text)
    return HttpResponseRedirect(reverse("account"))


def _password_unknown(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Your password was to be changed."),
        "sentences": [
            _(
                "Sign out, then sign in with the new password. If Weila does not take it, the present one still"
                " counts. If neither works, set a new one by “I forgot my password”."
            )
        ],
        "look_url": reverse("sessions"),
        "look_label": _("My sessions"),
        "never_asked": True,
    }
    return render(request, "components/unknown.html", context, status=_UNKNOWN)


@signed_in
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    actor = cast(SignedInRequest, request).actor
    user, errand = person.myself(actor), errands.load(request.session)
    page = _phone_page(user)
    if request.method != "POST":
        opened = initial(errand, BindPhoneForm)
        if user and (country := known(user.country_code, "")):
            opened["country_code"] = country
        return page.show(request, BindPhoneForm(initial=opened, present=_bound(user)), errand)
    form = BindPhoneForm(request.POST, present=_bound(user))
    if not form.is_valid():
        return page.show(request, form, errand, status=422)
    wanted = form.cleaned_data
    try:
        person.bind_phone(
            actor, _bound(user), wanted["phone"], wanted["code"], Password(wanted["password"]), errand.jar
        )
    except NotKnown:
        return _phone_unknown(request, wanted["phone"])
    except TROUBLES as error:
        return page.refused(request, form, errand, error)
    errands.forget(request.session)
    text = _("The phone %(phone)s is bound to your account. From now on you sign in with it.")
    messages.success(request, text % {"phone": wanted["phone"]})
    return HttpResponseRedirect(reverse("account"))


@signed_in
@sensitive_post_parameters("password", "code")
@posts_only("account-phone")
def phone_code(request: HttpRequest) -> HttpResponse:
    """Have an SMS code sent to the new phone."""
    user = person.myself(cast(SignedInRequest, request).actor)
    form = BindPhoneForm(request.POST, present=_bound(user), asks_for_sms=True)
    return _phone_page(user).send_sms(request, form)


def _phone_page(user: User | None) -> CodePage:
    return CodePage("accounts/phone.html", reverse("account-phone-code"), {"present": _phone(user)})


def _phone_unknown(request: HttpRequest, phone: str) -> HttpResponse:
    context = {
        "title": _("The phone %(phone)s was to be bound to your account.") % {"phone": phone},
        "look_url": reverse("account"),
        "look_label": _("See which phone is bound now"),
    }
    return render(request, "components/unknown.html", context, status=_UNKNOWN)


def _bound(user: User | None) -> str:
    """The digits of the bound phone; empty without one, or where it is not known."""
    return known(user.bind_phone, "") if user else ""


def _phone(user: User | None) -> str:
    """The bound phone as people write it."""
    country = known(user.country_code, "") if user else ""
    number = _bound(user)
    return f"+{country} {number}" if number and country.strip("0") else number
