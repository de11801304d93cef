"""Workbooks to take away: at once, or by the page that waits for them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from changes import control
from common.access import exports, local, passive
from common.http import ConsoleRequest, render_region, to_take_away
from common.spreadsheets import XLSX, write_xlsx
from sheets import exporting, making, results, storage, tables
from sheets.making import NO_SPACE, REASONS, NoSpace
from sheets.models import Making, MakingState

REGION = "export-state"
LONGEST_WAIT = 8  # seconds between two questions; the first comes after one, each next after twice the time
INSUFFICIENT_STORAGE = 507


@exports
@require_GET
def organization(request: ConsoleRequest) -> HttpResponseBase:
    """The whole organization."""
    called = getattr(request, "organization_name", "")
    name = f"{called} {timezone.localdate():%Y-%m-%d}.xlsx".strip()
    rows = exporting.count(request.actor.organization)
    large = rows > settings.EXPORT_INLINE_LIMIT
    return answer(request, exporting.RECIPE, {"organization": called}, name, large=large, expected=rows)


@exports
@require_GET
def result(request: ConsoleRequest, set_id: int) -> HttpResponseBase:
    """What came of a change set; ``?only=failed`` leaves out what is done."""
    change_set = control.get(request.actor, set_id)
    if change_set.planned_as_of is None:
        raise Http404
    wanted = results.arguments(change_set, only_failed=request.GET.get("only") == "failed")
    large = results.is_large(request.actor, change_set)
    return answer(request, results.RECIPE, wanted, results.name_of(change_set), large=large)


@require_safe
def template(request: ConsoleRequest) -> HttpResponseBase:
    """A workbook to fill in, of all tables or of ``?table=``."""
    code = request.GET.get("table", "")
    wanted = [table for table in tables.registered() if not code or table.code == code]
    if not wanted:
        raise Http404
    response = HttpResponse(content_type=XLSX)
    write_xlsx(response, exporting.blank(wanted))  # type: ignore[arg-type]  # it can be written to
    called = wanted[0].label if code else _("Import")
    return to_take_away(response, _("%(name)s – template") % {"name": called} + ".xlsx")


@local
@passive
@require_safe
def show(request: ConsoleRequest, making_id: UUID) -> HttpResponse:
    """How far a file is that is made in the background, and the file."""
    found = making.get(request.actor, making_id)
    wait = _wait(request)
    context = {
        "making": found,
        "set_id": found.arguments.get("set"),
        "is_making": found.state == MakingState.MAKING,
        "expired": found.state == MakingState.READY and found.file is None,
        "reason": REASONS.get(found.reason, ""),
        "wait": wait,
        "poll_url": reverse("export", args=[making_id], query={"waited": wait}),
        "kept": settings.SHEETS_KEPT.days,
    }
    return render_region(request, "sheets/export.html", REGION, context)


@exports
@require_GET
def file(request: ConsoleRequest, making_id: UUID) -> HttpResponseBase:
    """The file that was made."""
    found = making.get(request.actor, making_id)
    if found.file is None:
        raise Http404
    response = StreamingHttpResponse(storage.pieces(found.file), content_type=XLSX)
    response["Content-Length"] = found.file.size
    return to_take_away(response, found.name)


def answer(
    request: ConsoleRequest,
    recipe: str,
    wanted: Mapping[str, Any],
    name: str,
    *,
    large: bool,
    expected: int = 0,
) -> HttpResponseBase:
    """The file that a recipe makes; a large one in the background, and its page waits for it."""
    if large:
        made = making.start(request.actor, recipe, wanted, name, expected=expected)
        return redirect("export", made.pk)
    try:
        content = making.at_once(request.actor, recipe, wanted)
    except NoSpace:
        return _no_space(request, name)
    return to_take_away(FileResponse(content, content_type=XLSX), name)


def _no_space(request: ConsoleRequest, name: str) -> HttpResponse:
    context = {"making": Making(name=name), "reason": REASONS[NO_SPACE]}
    return render(request, "sheets/export.html", context, status=INSUFFICIENT_STORAGE)


def _wait(request: ConsoleRequest) -> int:
    waited = request.GET.get("waited", "")
    return min(2 * int(waited), LONGEST_WAIT) if waited in ("1", "2", "4", "8") else 1
