"""Creating and editing a member. A new password is shown in the answer to the POST, and never again."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.outcome import Outcome
from common.uploads import takes_files
from media.forms.pictures import upload_chosen
from media.uploads import LARGEST_PICTURE
from orgs import directory, listing
from orgs.directory import Conflict, NewMember
from orgs.forms.changes import Files
from orgs.forms.members import MemberForm, NewMemberForm
from orgs.middleware import AdministratorRequest
from orgs.views import writing
from orgs.words import Words


@takes_files(LARGEST_PICTURE)
@sensitive_post_parameters("password")
@require_http_methods(writing.FORM_METHODS)
def create(request: AdministratorRequest) -> HttpResponse:
    form = NewMemberForm(
        writing.posted(request),
        writing.sent_files(request),
        departments=listing.departments(request.organization),
        dept_id=writing.department_asked_for(request),
    )
    if not form.is_valid():
        return _create_page(request, form)
    if writing.sent_before(request, form):
        messages.info(request, _("This form was sent before, so the member was not created a second time."))
        return redirect(reverse("members", query={"sort": "-created"}))
    if not upload_chosen(request.actor, form):
        return _create_page(request, form)
    new = NewMember(password=form.new_password(), **form.values)
    written = writing.attempt(form, lambda: directory.create_member(request.actor, new))
    if written is None:
        return _create_page(request, form)
    writing.note_sent(request, form)
    if written.outcome is Outcome.UNKNOWN:
        return _creation_unknown(request, new.name)
    context = {
        "heading": _("The member was created"),
        "member": written.value,
        "password": new.password.reveal(),
        "organization": request.organization,
        "again_url": reverse("member-create", query={"dept": new.dept_id}),
        "again_label": _("Create another member"),
    }
    return render(request, "orgs/credentials.html", context)


@takes_files(LARGEST_PICTURE)
@require_http_methods(writing.FORM_METHODS)
def edit(request: AdministratorRequest, user_id: int) -> HttpResponse:
    form = _edit_form(request, user_id, writing.posted(request), writing.sent_files(request))
    if not form.is_valid() or not upload_chosen(request.actor, form):
        return _edit_page(request, form)
    if not form.changes:
        return writing.unchanged(request, "member", user_id)
    try:
        written = writing.attempt(
            form, lambda: directory.change_member(request.actor, user_id, form.replaced, form.changes)
        )
    except Conflict as conflict:
        form = _edit_form(request, user_id, contested=conflict.fields, typed=form.changes)
        return _edit_page(request, form, conflict)
    if written is None:
        return _edit_page(request, form)
    if written.outcome is Outcome.UNKNOWN:
        return writing.unknown(
            request,
            _("“%(name)s” was to be changed.") % {"name": form.member.name},
            look_url=reverse("member", args=[user_id]),
            look_label=_("See how it is now"),
        )
    name = written.value.name if written.value else form.member.name  # somebody else may have changed it
    messages.success(request, _("“%(name)s” was changed.") % {"name": name})
    return redirect("member", user_id)


def _create_page(request: AdministratorRequest, form: NewMemberForm) -> HttpResponse:
    return render(request, "orgs/member_create.html", {"form": form}, status=writing.status_of(form))


def _creation_unknown(request: AdministratorRequest, name: str) -> HttpResponse:
    return writing.unknown(
        request,
        _("The member “%(name)s” was to be created.") % {"name": name},
        _("If the member is there, reset the password: the intended one is not shown any more."),
        _("If the member is still not there after a few minutes, create them again."),
        look_url=reverse("members", query={"q": name}),
        look_label=_("Look for the member"),
    )


def _edit_form(
    request: AdministratorRequest,
    user_id: int,
    data: QueryDict | None = None,
    files: Files = None,
    *,
    contested: Iterable[str] = (),
    typed: Mapping[str, Any] | None = None,
) -> MemberForm:
    operation = writing.operation(request, "weila.member-change", otherwise="member.open")
    member = directory.member(request.actor, user_id, operation=operation)
    departments = listing.departments(request.organization)
    return MemberForm(data, files, member=member, departments=departments, contested=contested, typed=typed)


def _edit_page(
    request: AdministratorRequest, form: MemberForm, conflict: Conflict | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "member": form.member,
        "is_device": form.is_device,
        "keep": form.subject,
        "contests": writing.contests(form, Words(form.departments).say, conflict),
    }
    return render(request, "orgs/member_edit.html", context, status=writing.status_of(form, conflict))
