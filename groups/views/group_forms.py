"""Creating, editing and deleting a group."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.forms import ConfirmForm
from common.outcome import Outcome
from common.uploads import takes_files
from groups import listing, roster, words
from groups.forms.groups import GroupForm, NewGroupForm
from groups.models import Group
from groups.roster import GroupGone, NewGroup
from groups.views.gone import leads_to_the_list
from media.forms.pictures import upload_chosen
from media.uploads import LARGEST_PICTURE
from orgs.directory import Conflict
from orgs.forms.changes import Files
from orgs.forms.fields import text_to_type
from orgs.middleware import AdministratorRequest
from orgs.views import writing
from orgs.words import called


@takes_files(LARGEST_PICTURE)
@require_http_methods(writing.FORM_METHODS)
def create(request: AdministratorRequest) -> HttpResponse:
    roster.bring_up_to_date(request.actor, request.organization)
    form = NewGroupForm(writing.posted(request), writing.sent_files(request), names=_names(request))
    if not form.is_valid() or not upload_chosen(request.actor, form):
        return _create_page(request, form)
    values = form.cleaned_data
    new = NewGroup(values["name"], values["avatar"] or None, values["burst_mode"])
    written = writing.attempt(form, lambda: roster.create_group(request.actor, new))
    if written is None:
        return _create_page(request, form)
    if written.outcome is Outcome.UNKNOWN or written.value is None:
        return _unknown(request, _("The group “%(name)s” was to be created.") % {"name": new.name})
    messages.success(request, _("The group “%(name)s” was created.") % {"name": written.value.name})
    return redirect("group", written.value.group_id)


@takes_files(LARGEST_PICTURE)
@require_http_methods(writing.FORM_METHODS)
@leads_to_the_list
def edit(request: AdministratorRequest, group_id: int) -> HttpResponse:
    form = _edit_form(request, group_id, writing.posted(request), writing.sent_files(request))
    if not form.is_valid() or not upload_chosen(request.actor, form):
        return _edit_page(request, form)
    if not form.changes:
        return writing.unchanged(request, "group", group_id)
    try:
        written = writing.attempt(
            form, lambda: roster.change_group(request.actor, group_id, form.replaced, form.changes)
        )
    except Conflict as conflict:
        form = _edit_form(request, group_id, contested=conflict.fields, typed=form.changes)
        return _edit_page(request, form, conflict)
    if written is None:
        return _edit_page(request, form)
    if written.outcome is Outcome.UNKNOWN:
        return writing.unknown(
            request,
            _("The group “%(name)s” was to be changed.") % {"name": form.group.name},
            look_url=reverse("group", args=[group_id]),
            look_label=_("See how it is now"),
        )
    name = written.value.name if written.value else form.group.name
    messages.success(request, _("The group “%(name)s” was changed.") % {"name": name})
    return redirect("group", group_id)


@require_http_methods(writing.FORM_METHODS)
@leads_to_the_list
def delete(request: AdministratorRequest, group_id: int) -> HttpResponse:
    group = _group(request, group_id, "weila.group-delete")
    # A size that nobody told may be any.
    expected = "" if group.size == 0 else text_to_type(group.name, str(group_id))
    form = ConfirmForm(writing.posted(request), expected=expected)
    if not form.is_valid():
        return _delete_page(request, form, group)
    said = {"name": called(group.name)}
    try:
        written = writing.attempt(form, lambda: roster.delete_group(request.actor, group_id))
    except GroupGone:
        text = _("Somebody else had deleted the group “%(name)s” already; nothing was sent.")
        messages.info(request, text % said)
        return redirect("groups")
    if written is None:
        return _delete_page(request, form, group)
    if written.outcome is Outcome.UNKNOWN:
        return _unknown(request, _("The group “%(name)s” was to be deleted.") % said)
    messages.success(request, _("The group “%(name)s” was deleted.") % said)
    return redirect("groups")


def _group(request: AdministratorRequest, group_id: int, operation: str) -> Group:
    """The group, and on opening as fresh as a page has to be; what is sent later is checked anew then."""
    if request.method != "POST":
        roster.bring_up_to_date(request.actor, request.organization)
    operation = writing.operation(request, operation, otherwise="group.open")
    return roster.group(request.actor, group_id, operation=operation)


def _names(request: AdministratorRequest) -> list[str]:
    return [name for _group_id, name in listing.choices(request.actor.organization)]


def _create_page(request: AdministratorRequest, form: NewGroupForm) -> HttpResponse:
    return render(request, "groups/group_create.html", {"form": form}, status=writing.status_of(form))


def _edit_form(
    request: AdministratorRequest,
    group_id: int,
    data: QueryDict | None = None,
    files: Files = None,
    *,
    contested: Iterable[str] = (),
    typed: Mapping[str, Any] | None = None,
) -> GroupForm:
    group = _group(request, group_id, "weila.group-change")
    names = set(_names(request)) - {group.name}
    return GroupForm(data, files, group=group, names=names, contested=contested, typed=typed)


def _edit_page(
    request: AdministratorRequest, form: GroupForm, conflict: Conflict | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "group": form.group,
        "keep": form.subject,
        "contests": writing.contests(form, words.say, conflict),
    }
    return render(request, "groups/group_edit.html", context, status=writing.status_of(form, conflict))


def _delete_page(request: AdministratorRequest, form: ConfirmForm, group: Group) -> HttpResponse:
    context = {"form": form, "group": group, "impact": _impact(group)}
    return render(request, "groups/group_delete.html", context, status=writing.status_of(form))


def _impact(group: Group) -> list[str]:
    """What deleting a group means, as far as anybody knows."""
    if group.size == 0:
        return [_("Nobody is in this group.")]
    if group.size is None:
        inside = _("Weila did not say how many members and devices are in it.")
    else:
        inside = ngettext(
            "%(count)d member or device is in it, and can't talk there any more.",
            "%(count)d members and devices are in it, and can't talk there any more.",
            group.size,
        ) % {"count": group.size}
    return [
        inside,
        _("They stay in the organization, with their numbers and departments."),
        _("This can't be undone; Weila's documentation does not say what becomes of the messages."),
    ]


def _unknown(request: AdministratorRequest, what: str) -> HttpResponse:
    return writing.unknown(request, what, look_url=reverse("groups"), look_label=_("See the groups"))
