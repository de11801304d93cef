"""What is done to a member as a whole: suspend or enable, another password, delete."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.forms import ConfirmForm
from common.outcome import Outcome
from orgs import directory
from orgs.directory import Conflict, Protected
from orgs.forms.actions import StateForm
from orgs.forms.fields import text_to_type
from orgs.forms.passwords import NewPasswordForm
from orgs.middleware import AdministratorRequest
from orgs.models import Member, MemberState, MemberType
from orgs.views import impact, writing


@require_http_methods(writing.FORM_METHODS)
def state(request: AdministratorRequest, user_id: int) -> HttpResponse:
    """Suspend who is enabled; enable everybody else."""
    member = _member(request, user_id, "weila.member-change-state")
    form = StateForm(writing.posted(request), present=member.state)
    if not form.is_valid():
        return _state_page(request, form, member)
    before, wanted = form.cleaned_data["before"], MemberState(form.cleaned_data["state"])
    try:
        written = writing.attempt(
            form, lambda: directory.set_member_state(request.actor, user_id, before, wanted)
        )
    except Protected:
        return _protected(request, member, impact.protection(request.actor, member))
    except Conflict:
        return _state_conflict(request, user_id, wanted)
    if written is None:
        return _state_page(request, form, member)
    if written.outcome is Outcome.UNKNOWN:
        what = _("“%(name)s” was to be suspended.") if wanted else _("“%(name)s” was to be enabled.")
        return _unknown(request, member, what % {"name": member.name})
    done = _("“%(name)s” is suspended now.") if wanted else _("“%(name)s” is enabled now.")
    messages.success(request, done % {"name": member.name})
    return redirect("member", user_id)


@sensitive_post_parameters("password")
@require_http_methods(writing.FORM_METHODS)
def password(request: AdministratorRequest, user_id: int) -> HttpResponse:
    member = _member(request, user_id, "weila.member-reset-password")
    if member.type == MemberType.DEVICE:
        return _protected(request, member, _("A device signs in by itself and has no password to reset."))
    form = NewPasswordForm(writing.posted(request))
    if not form.is_valid():
        return _password_page(request, form, member)
    if writing.sent_before(request, form):
        messages.info(request, _("This form was sent before, so the password was not reset a second time."))
        return redirect("member", user_id)
    new = form.new_password()
    written = writing.attempt(form, lambda: directory.reset_member_password(request.actor, user_id, new))
    if written is None:
        return _password_page(request, form, member)
    writing.note_sent(request, form)
    if written.outcome is Outcome.UNKNOWN:
        return _unknown(
            request,
            member,
            _("The password of “%(name)s” was to be reset.") % {"name": member.name},
            _("Either the old or the new password is valid now. Reset it once more to be certain."),
        )
    context = {
        "heading": _("The password was reset"),
        "member": member,
        "password": new.reveal(),
        "organization": request.organization,
    }
    return render(request, "orgs/credentials.html", context)


@require_http_methods(writing.FORM_METHODS)
def delete(request: AdministratorRequest, user_id: int) -> HttpResponse:
    member = _member(request, user_id, "weila.member-delete")
    expected = text_to_type(member.name, member.user_num or str(user_id))
    form = ConfirmForm(writing.posted(request), expected=expected)
    if not form.is_valid():
        return _delete_page(request, form, member)
    try:
        written = writing.attempt(form, lambda: directory.delete_member(request.actor, user_id))
    except Protected:
        return _protected(request, member, impact.protection(request.actor, member))
    if written is None:
        return _delete_page(request, form, member)
    if written.outcome is Outcome.UNKNOWN:
        return writing.unknown(
            request,
            _("“%(name)s” was to be deleted.") % {"name": member.name},
            look_url=reverse("members", query={"q": member.user_num or member.name}),
            look_label=_("See whether it is still there"),
        )
    messages.success(request, _("“%(name)s” was deleted.") % {"name": member.name})
    return redirect("members")


def _member(request: AdministratorRequest, user_id: int, operation: str) -> Member:
    operation = writing.operation(request, operation, otherwise="member.open")
    return directory.member(request.actor, user_id, operation=operation)


def _state_page(
    request: AdministratorRequest, form: StateForm, member: Member, *, status: int | None = None
) -> HttpResponse:
    suspending = form.wanted == MemberState.SUSPENDED
    if suspending and (reason := impact.protection(request.actor, member)):
        return _protected(request, member, reason)
    context = {
        "form": form,
        "member": member,
        "suspending": suspending,
        "heading": _state_heading(member, suspending=suspending),
        "submit": _("Suspend") if suspending else _("Enable"),
        "impact": impact.of_state(member, suspending=suspending),
    }
    return render(request, "orgs/member_state.html", context, status=status or writing.status_of(form))


def _state_heading(member: Member, *, suspending: bool) -> str:
    if member.type == MemberType.DEVICE:
        return _("Suspend the device") if suspending else _("Enable the device")
    return _("Suspend the member") if suspending else _("Enable the member")


def _state_conflict(request: AdministratorRequest, user_id: int, wanted: MemberState) -> HttpResponse:
    """Somebody else was faster: either they did the same, or the question has to be asked anew."""
    member = directory.member(request.actor, user_id)
    if member.state == wanted:
        text = _("Somebody else did the same for “%(name)s” meanwhile; nothing was sent.")
        messages.info(request, text % {"name": member.name})
        return redirect("member", user_id)
    text = _("Somebody else changed the state meanwhile. Nothing was sent; please look again.")
    messages.warning(request, text)
    return _state_page(request, StateForm(present=member.state), member, status=writing.CONFLICT)


def _password_page(request: AdministratorRequest, form: NewPasswordForm, member: Member) -> HttpResponse:
    context = {"form": form, "member": member, "impact": impact.of_password(request.actor, member)}
    return render(request, "orgs/member_password.html", context, status=writing.status_of(form))


def _delete_page(request: AdministratorRequest, form: ConfirmForm, member: Member) -> HttpResponse:
    if reason := impact.protection(request.actor, member):
        return _protected(request, member, reason)
    is_device = member.type == MemberType.DEVICE
    context = {
        "form": form,
        "member": member,
        "heading": _("Delete the device") if is_device else _("Delete the member"),
        "impact": impact.of_deletion(member),
    }
    return render(request, "orgs/member_delete.html", context, status=writing.status_of(form))


def _protected(request: AdministratorRequest, member: Member, reason: str) -> HttpResponse:
    context = {"member": member, "reason": reason}
    return render(request, "orgs/protected.html", context, status=writing.FORBIDDEN)


def _unknown(request: AdministratorRequest, member: Member, what: str, *sentences: str) -> HttpResponse:
    return writing.unknown(
        request,
        what,
        *sentences,
        look_url=reverse("member", args=[member.user_id]),
        look_label=_("See how it is now"),
    )
