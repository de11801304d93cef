"""One member's place in a group: priority and switches, which can be set and, mostly, not be read."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.outcome import Outcome
from groups import roster
from groups.forms.members import MembershipForm
from groups.models import Group, Membership
from groups.rows import Settings
from groups.views.gone import leads_to_the_list
from orgs import directory
from orgs.middleware import AdministratorRequest
from orgs.models import Member
from orgs.views import writing
from orgs.words import Words, called


@require_http_methods(writing.FORM_METHODS)
@leads_to_the_list
def change(request: AdministratorRequest, group_id: int, user_id: int) -> HttpResponse:
    operation = writing.operation(request, "weila.group-member-change", otherwise="group.open")
    group = roster.group(request.actor, group_id, operation=operation)
    member = directory.member(request.actor, user_id, operation=operation)
    membership = group.memberships.filter(user_id=user_id).first()
    if membership is None and request.method != "POST":
        said = {"name": called(member.name), "group": called(group.name)}
        messages.info(request, _("“%(name)s” is not in “%(group)s”.") % said)
        return redirect("group", group_id)
    form = MembershipForm(writing.posted(request))
    if not form.is_valid():
        return _page(request, form, group, member, membership)
    if not form.changes:
        return writing.unchanged(request, "group", group_id)
    written = writing.attempt(
        form, lambda: roster.change_membership(request.actor, group_id, user_id, form.changes)
    )
    if written is None:
        return _page(request, form, group, member, membership)
    said = {"name": called(member.name), "group": called(group.name)}
    if written.outcome is Outcome.UNKNOWN:
        return writing.unknown(
            request,
            _("The settings of “%(name)s” in “%(group)s” were to be changed.") % said,
            _("They can't be read from Weila. Setting the same values once more does no harm."),
            look_url=reverse("group-member", args=[group_id, user_id]),
            look_label=_("Back to the settings"),
        )
    text = _(
        "Weila accepted the settings of “%(name)s” in “%(group)s”. They can't be read back to check them."
    )
    messages.success(request, text % said)
    return redirect("group", group_id)


def _page(
    request: AdministratorRequest,
    form: MembershipForm,
    group: Group,
    member: Member,
    membership: Membership | None,
) -> HttpResponse:
    told = {name: getattr(membership, name, None) for name in Settings._fields}
    last = roster.last_settings(request.actor.organization, group, member.user_id)
    context = {
        "form": form,
        "group": group,
        "member": member,
        "told": _said(told) if told["priority"] is not None else {},
        "last": _said(last),
        "last_at": last.get("at"),
    }
    return render(request, "groups/membership.html", context, status=writing.status_of(form))


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    """The settings that have a value, in words."""
    say = Words(()).say
    return {name: say(name, values[name]) for name in Settings._fields if values.get(name) is not None}
