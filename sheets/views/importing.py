"""/changes/new/import: a file or pasted cells. What is clear is planned at once, the rest is asked on the next page."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from common.http import ConsoleRequest, render_region
from common.spreadsheets import Unreadable
from common.uploads import takes_files
from sheets import importing, making, recognition, storage, tables
from sheets.forms.importing import CELLS_LARGEST, MODES, ImportForm
from sheets.importing import Wish
from sheets.making import NO_SPACE, REASONS, NoSpace
from sheets.models import Purpose
from sheets.tables import Mode

INVALID = 422
REGION = "import-form"


@takes_files(settings.SHEETS_LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ConsoleRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ImportForm(initial={"suspend_missing": False}))
    form = ImportForm(request.POST, request.FILES)
    address = _received(request, form) if form.is_valid() else ""
    if not address:
        return _page(request, form, status=INVALID)
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if request.htmx else redirect(address)


def _received(request: ConsoleRequest, form: ImportForm) -> str:
    """Keep what a valid form brings, and give the page that goes on; empty when it can't be read: the form says why."""
    content = form.content
    try:
        sheets = recognition.look_through(content)
    except Unreadable as unreadable:
        form.add_error(form.source, str(unreadable.message))
        return ""
    try:
        with making.told_if_full():
            stored = storage.keep(request.actor, Purpose.ORIGINAL, form.name, content)
    except NoSpace:
        form.add_error(form.source, str(REASONS[NO_SPACE]))
        return ""
    values = form.cleaned_data
    wish = Wish(Mode(values["mode"]), values["suspend_missing"], [sheet.mapped for sheet in sheets])
    if all(sheet.certain for sheet in sheets):
        return reverse("change-set", args=[importing.start(request.actor, stored, wish).pk])
    query = {"mode": wish.mode.value, **({"suspend_missing": "on"} if wish.suspend_missing else {})}
    return reverse("import-columns", args=[stored.pk], query=query)


def _page(request: ConsoleRequest, form: ImportForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "modes": MODES,
        "tables": tables.registered(),
        "largest": settings.SHEETS_LARGEST,
        "cells_largest": CELLS_LARGEST,
    }
    return render_region(request, "sheets/import.html", REGION, context, status=status)
