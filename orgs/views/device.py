"""Adding a device by the code that it shows."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
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
from orgs.directory import NewDevice
from orgs.forms.members import NewDeviceForm
from orgs.middleware import AdministratorRequest
from orgs.models import MemberType
from orgs.views import writing


@takes_files(LARGEST_PICTURE)
@sensitive_post_parameters("verify_code")
@require_http_methods(writing.FORM_METHODS)
def add(request: AdministratorRequest) -> HttpResponse:
    form = NewDeviceForm(
        writing.posted(request),
        writing.sent_files(request),
        departments=listing.departments(request.organization),
        dept_id=writing.department_asked_for(request),
    )
    if not form.is_valid() or not upload_chosen(request.actor, form):
        return _page(request, form)
    new = NewDevice(**form.values)
    written = writing.attempt(form, lambda: directory.add_device(request.actor, new))
    if written is None:
        return _page(request, form)
    if written.outcome is Outcome.UNKNOWN or written.value is None:
        return writing.unknown(
            request,
            _("The device “%(name)s” was to be added.") % {"name": new.name},
            _("If the device is not there after a few minutes, read its code again and add it again."),
            look_url=reverse("members", query={"type": MemberType.DEVICE.value, "sort": "-created"}),
            look_label=_("See the devices"),
        )
    said = {"name": written.value.name, "number": written.value.user_num}
    messages.success(request, _("The device “%(name)s” was added; its number is %(number)s.") % said)
    return redirect("member", written.value.user_id)


def _page(request: AdministratorRequest, form: NewDeviceForm) -> HttpResponse:
    context = {"form": form, "sandbox_url": settings.SANDBOX_URL if settings.DEMO else ""}
    return render(request, "orgs/device_add.html", context, status=writing.status_of(form))
