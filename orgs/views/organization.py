"""The organization itself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from common.access import signed_in
from common.http import ConsoleRequest
from common.outcome import Outcome
from common.uploads import takes_files
from media.forms.pictures import upload_chosen
from media.uploads import LARGEST_PICTURE
from orgs import directory, insights
from orgs.directory import Conflict
from orgs.forms.organization import NewOrganizationForm, OrganizationForm
from orgs.listing import PEOPLE
from orgs.middleware import AdministratorRequest
from orgs.models import MemberType, Organization
from orgs.views import writing


@require_safe
def show(request: AdministratorRequest) -> HttpResponse:
    known = insights.of(request.organization)
    context = {
        "organization": request.organization,
        "known": known,
        "disagreement": _disagreement(request.organization, known.people, known.devices),
        "people_url": reverse("members", query={"type": PEOPLE}),
        "devices_url": reverse("members", query={"type": MemberType.DEVICE.value}),
    }
    return render(request, "orgs/organization.html", context)


@takes_files(LARGEST_PICTURE)
@signed_in
@require_http_methods(writing.FORM_METHODS)
def create(request: ConsoleRequest) -> HttpResponse:
    """For somebody without an organization; whoever has one is led to it."""
    if request.actor.org_num is not None:
        return redirect("org")
    form = NewOrganizationForm(writing.posted(request), writing.sent_files(request))
    if not form.is_valid() or not upload_chosen(request.actor, form):
        return _create_page(request, form)
    name, avatar = form.cleaned_data["name"], form.cleaned_data["avatar"]
    written = writing.attempt(form, lambda: directory.create_organization(request.actor, name, avatar))
    if written is None:
        return _create_page(request, form)
    if written.outcome is Outcome.UNKNOWN:
        return writing.unknown(
            request,
            _("The organization “%(name)s” was to be created.") % {"name": name},
            _(
                "Look again in a moment, and sign in again if it does not appear, before you create another one."
            ),
            look_url=reverse("home"),
            look_label=_("Look again"),
        )
    messages.success(request, _("The organization “%(name)s” was created.") % {"name": name})
    return redirect("home")


@takes_files(LARGEST_PICTURE)
@require_http_methods(writing.FORM_METHODS)
def edit(request: AdministratorRequest) -> HttpResponse:
    organization = request.organization
    form = OrganizationForm(writing.posted(request), writing.sent_files(request), organization=organization)
    if not form.is_valid() or not upload_chosen(request.actor, form):
        return _edit_page(request, form)
    if not form.changes:
        return writing.unchanged(request, "org")
    try:
        written = writing.attempt(
            form, lambda: directory.change_organization(request.actor, form.replaced, form.changes)
        )
    except Conflict as conflict:
        organization.refresh_from_db(fields=["name", "avatar"])
        form = OrganizationForm(organization=organization, contested=conflict.fields, typed=form.changes)
        return _edit_page(request, form, conflict)
    if written is None:
        return _edit_page(request, form)
    if written.outcome is Outcome.UNKNOWN:
        return writing.unknown(
            request,
            _("The organization was to be changed."),
            look_url=reverse("org"),
            look_label=_("See how it is now"),
        )
    messages.success(request, _("The organization was changed. Below is what Weila has stored."))
    return redirect("org")


def _create_page(request: ConsoleRequest, form: NewOrganizationForm) -> HttpResponse:
    return render(request, "orgs/organization_create.html", {"form": form}, status=writing.status_of(form))


def _edit_page(
    request: AdministratorRequest, form: OrganizationForm, conflict: Conflict | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "organization": request.organization,
        "contests": writing.contests(form, lambda _name, value: str(value or ""), conflict),
    }
    status = writing.status_of(form, conflict)
    return render(request, "orgs/organization_edit.html", context, status=status)


def _disagreement(organization: Organization, people: int, devices: int) -> str:
    """The upstream's counts lag behind, and whether its members include the devices is not documented: it is
    contradicted only where neither way of counting fits."""
    members, told_devices = organization.member_cnt, organization.device_cnt
    fits = members in (None, people + devices, people) and told_devices in (None, devices)
    if fits:
        return ""
    told = {
        "members": ngettext("%(count)d member", "%(count)d members", members or 0) % {"count": members or 0},
        "devices": ngettext("%(count)d device", "%(count)d devices", told_devices or 0)
        % {"count": told_devices or 0},
    }
    text = _("Weila itself counts %(members)s and %(devices)s, which can lag behind. The figures above are"
             " what the directory really holds.")  # fmt: skip
    return text % told
