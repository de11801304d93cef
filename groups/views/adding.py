"""The picker: who is to be added to a group, found by search, a page at a time.

Whoever was chosen travels with the form that searches, so that the choice outlives every search and page, without a
script too. Nothing of it is stored; it is sent when the other form is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.http import wants_fragment
from common.outcome import Outcome
from common.paging import Page
from groups import listing, roster
from groups.forms.members import AT_ONCE, PeopleForm, ids_in, listed
from groups.forms.picker import PickerFilter
from groups.models import Group
from groups.roster import Added
from groups.views.gone import leads_to_the_list
from groups.views.people import People
from orgs import listing as directory_listing
from orgs.listing import departments
from orgs.middleware import AdministratorRequest
from orgs.models import Member
from orgs.views import writing
from orgs.words import Words

PICKER, CHOSEN = "picker", "picker-chosen"  # the whole region, and the part with those who were chosen
SHOWN_CHIPS = 50  # of more it says how many; they are added all the same


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody who was found, with what the row says of them in words."""

    member: Member
    department: str
    type: str
    state: str
    inside: bool
    chosen: bool


@require_http_methods(writing.FORM_METHODS)
@leads_to_the_list
def add(request: AdministratorRequest, group_id: int) -> HttpResponse:
    if request.method != "POST" and not request.htmx:
        group = roster.opened(request.actor, request.organization, group_id).group
    else:
        operation = writing.operation(request, "weila.group-member-add", otherwise="group.open")
        group = roster.group(request.actor, group_id, operation=operation)
    form = PeopleForm(writing.posted(request))
    if not form.is_valid():
        return _page(request, group, form)
    people: list[int] = form.cleaned_data["people"]
    written = writing.attempt(form, lambda: roster.add_members(request.actor, group_id, people))
    if written is None:
        return _page(request, group, form)
    if written.outcome is Outcome.UNKNOWN or written.value is None:
        what = ngettext(
            "%(count)d member or device was to be added to “%(group)s”.",
            "%(count)d members and devices were to be added to “%(group)s”.",
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


def _say(request: AdministratorRequest, group: Group, result: Added) -> None:
    """Who was added, who had been before, and who is not there."""
    people = People(request, group, [*result.added, *result.already, *result.missing])
    if not result.checked:
        text = _(
            "Weila accepted adding %(names)s to “%(group)s”, but who is inside could not be read afterwards."
        )
        messages.warning(request, text % people.said(result.added))
    elif result.added:
        messages.success(request, _("Added to “%(group)s”: %(names)s.") % people.said(result.added))
    if result.already:
        text = _("Already in “%(group)s”, so not sent again: %(names)s.")
        messages.info(request, text % people.said(result.already))
    if result.missing:
        text = _("Weila said that it was done, but these are not in “%(group)s”: %(names)s.")
        messages.error(request, text % people.said(result.missing))


# --- the picker


def _page(request: AdministratorRequest, group: Group, form: PeopleForm) -> HttpResponse:
    query = request.GET
    wanted = _chosen(request, group)
    chosen = wanted[:AT_ONCE]
    context: dict[str, object] = {
        "group": group,
        "form": form,
        "chosen": chosen[:SHOWN_CHIPS],
        "more_chosen": max(len(chosen) - SHOWN_CHIPS, 0),
        "count": len(chosen),
        "people": listed(member.user_id for member in chosen),
        "too_many": len(wanted) > AT_ONCE,
        "at_once": AT_ONCE,
        "room": _room(group, len(chosen)),
    }
    status = writing.status_of(form)
    if wants_fragment(request, CHOSEN):
        return render(request, f"groups/members_add.html#{CHOSEN}", context, status=status)
    chosen_ids = {member.user_id for member in chosen}
    filters = PickerFilter(query, departments=departments(request.organization))
    found = directory_listing.members(
        request.organization, filters.understood, page=_wanted_page(query, filters.where)
    )
    rows = _rows(request, group, found.rows, chosen_ids)
    selectable = [row.member.user_id for row in rows if not row.inside]
    context |= {
        "filters": filters,
        "rows": rows,
        "found": Page(rows, found.number, found.total, directory_listing.PER_PAGE),
        "selectable": listed(selectable) if selectable else "",
        "elsewhere": listed(one for one in chosen_ids if one not in selectable),
        "where": filters.where,
        "summary": ngettext(
            "%(count)d member or device found", "%(count)d members and devices found", found.total
        )
        % {"count": found.total},
    }
    template = "groups/members_add.html"
    if wants_fragment(request, PICKER):
        template += f"#{PICKER}"
    return render(request, template, context, status=status)


def _chosen(request: AdministratorRequest, group: Group) -> list[Member]:
    """Who is chosen now, in the order of choosing; whoever is inside already, or not here, is not."""
    query = request.GET
    if request.method == "POST":
        wanted = ids_in(request.POST.get("people", "")) or []
    else:
        wanted = [
            *(ids_in(query.get("chosen", "")) or []),
            *(one for text in query.getlist("m") for one in ids_in(text) or []),
            *(ids_in(query.get("all", "")) or []),
        ]
    dropped = ids_in(query.get("drop", "")) or []
    wanted = [one for one in dict.fromkeys(wanted) if one not in dropped][: 2 * AT_ONCE]
    inside = listing.inside(group, wanted)
    found = listing.who(request.actor.organization, wanted)
    return [found[one] for one in wanted if one in found and one not in inside]


def _rows(
    request: AdministratorRequest, group: Group, members: Sequence[Member], chosen: set[int]
) -> list[Row]:
    said = Words(departments(request.organization))
    inside = listing.inside(group, [member.user_id for member in members])
    return [
        Row(
            member=member,
            department=said.department(member.dept_id) if member.dept_id else "",
            type=said.say("type", member.type),
            state=said.say("state", member.state),
            inside=member.user_id in inside,
            chosen=member.user_id in chosen,
        )
        for member in members
    ]


def _wanted_page(query: QueryDict, where: str) -> int:
    """The page that was asked for; the one that is shown if only the choice changed; the first of a new search."""
    text = query.get("page") or (query.get("at", "") if query.get("where") == where else "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 1


def _room(group: Group, count: int) -> str:
    """How many fit, as far as the upstream told a limit."""
    if group.user_limit is None or group.size is None:
        return ""
    left = group.user_limit - group.size
    said = {"size": group.size, "limit": group.user_limit, "left": max(left, 0)}
    if count > left:
        return (
            _("%(size)d of %(limit)d places are taken: only %(left)d more fit. Weila may refuse them all.")
            % said
        )
    return _("%(size)d of %(limit)d places are taken; %(left)d more fit.") % said
