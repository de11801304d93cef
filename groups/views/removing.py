"""Taking several members out of a group."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.outcome import Outcome
from groups import listing, roster
from groups.forms.members import AT_ONCE, RemovalForm, ids_in, listed
from groups.models import Group
from groups.roster import Removed
from groups.views.gone import leads_to_the_list
from groups.views.people import People
from orgs.middleware import AdministratorRequest
from orgs.views import writing


@require_http_methods(writing.FORM_METHODS)
@leads_to_the_list
def remove(request: AdministratorRequest, group_id: int) -> HttpResponse:
    operation = writing.operation(request, "weila.group-member-delete", otherwise="group.open")
    group = roster.group(request.actor, group_id, operation=operation)
    asked = [one for text in request.GET.getlist("m") for one in ids_in(text) or []][:AT_ONCE]
    inside = listing.inside(group, asked)
    wanted = [one for one in dict.fromkeys(asked) if one in inside]
    form = RemovalForm(writing.posted(request), initial={"people": listed(wanted)})
    if not form.is_bound and not wanted:
        messages.info(request, _("Select who is to be removed first."))
        return redirect("group", group_id)
    if not form.is_valid():
        return _page(request, form, group, wanted)
    people: list[int] = form.cleaned_data["people"]
    written = writing.attempt(form, lambda: roster.remove_members(request.actor, group_id, people))
    if written is None:
        return _page(request, form, group, people)
    if written.outcome is Outcome.UNKNOWN or written.value is None:
        what = ngettext(
            "%(count)d member or device was to be removed from “%(group)s”.",
            "%(count)d members and devices were to be removed from “%(group)s”.",
            len(people),
        )
        return writing.unknown(
            request,
            what % {"count": len(people), "group": group.name},
            look_url=reverse("group", args=[group_id]),
            look_label=_("See who is in the group"),
        )
    _say(request, group, written.value)
    return redirect("group", group_id)


def _say(request: AdministratorRequest, group: Group, result: Removed) -> None:
    """Who was removed, who had left before, and who is still there."""
    people = People(request, group, [*result.removed, *result.gone, *result.remaining])
    if not result.checked:
        text = _(
            "Weila accepted removing %(names)s from “%(group)s”, but who is inside could not be read afterwards."
        )
        messages.warning(request, text % people.said(result.removed))
    elif result.removed:
        messages.success(request, _("Removed from “%(group)s”: %(names)s.") % people.said(result.removed))
    if result.gone:
        text = _("No longer in “%(group)s” before, so not sent: %(names)s.")
        messages.info(request, text % people.said(result.gone))
    if result.remaining:
        text = _("Weila said that it was done, but these are still in “%(group)s”: %(names)s.")
        messages.error(request, text % people.said(result.remaining))


def _page(
    request: AdministratorRequest, form: RemovalForm, group: Group, user_ids: Sequence[int]
) -> HttpResponse:
    people = People(request, group, user_ids)
    context = {
        "form": form,
        "group": group,
        "people": [(people.name(one), people.number(one)) for one in user_ids],
        "impact": [
            _("They can't talk or listen in this group any more."),
            _("They stay in the organization and in their other groups."),
        ],
    }
    return render(request, "groups/members_remove.html", context, status=writing.status_of(form))
