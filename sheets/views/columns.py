"""/changes/new/import/<file>: what each sheet and each column is, by hand."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from changes.models import ChangeSet
from common.http import ConsoleRequest, render_region
from common.spreadsheets import Unreadable
from sheets import importing, mapping, recognition, storage
from sheets.forms.columns import ColumnsForm
from sheets.models import StoredFile
from sheets.recognition import Recognized
from sheets.tables import Mode

INVALID = 422
REGION = "import-columns"


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: ConsoleRequest, file_id: UUID) -> HttpResponse:
    """Ask, and begin. ``?set=`` begins with what was said for that import; ``show`` only shows other columns."""
    stored = storage.own(request.actor, file_id)
    sheets = _sheets(stored)
    if request.method != "POST":
        return _page(request, stored, ColumnsForm(sheets, _said(request, sheets, file_id), checked=False))
    if "show" in request.POST:
        return _page(request, stored, ColumnsForm(sheets, request.POST.dict(), checked=False))
    form = ColumnsForm(sheets, request.POST.dict(), checked=True)
    if not form.is_valid():
        return _page(request, stored, form, status=INVALID)
    return redirect("change-set", importing.start(request.actor, stored, form.wish).pk)


def _sheets(stored: StoredFile) -> list[Recognized]:
    with storage.opened(stored) as content:
        try:
            return recognition.look_through(content)
        except Unreadable:
            raise Http404 from None  # it could be read when it came


def _said(request: ConsoleRequest, sheets: Sequence[Recognized], file_id: UUID) -> Mapping[str, str]:
    """What is known beforehand: by the set that comes here to be planned anew, or by the page before."""
    number = request.GET.get("set", "")
    if number.isascii() and number.isdecimal() and len(number) < 19:
        own = ChangeSet.objects.filter(org_num=request.actor.organization, origin=importing.ORIGIN)
        change_set = own.filter(pk=int(number)).first()
        if change_set is not None and change_set.arguments["file"] == str(file_id):
            return mapping.of_wish(sheets, importing.wish_of(change_set.arguments))
    mode = request.GET.get("mode", "")
    suspends = "on" if request.GET.get("suspend_missing") == "on" else ""
    return {"mode": mode if mode in set(Mode) else Mode.BOTH.value, "suspend_missing": suspends}


def _page(
    request: ConsoleRequest, stored: StoredFile, form: ColumnsForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "stored": stored,
        "unknown": not any(choice.sheet.table for choice in form.sheets),
        "understood": all(choice.sheet.understood for choice in form.sheets),
    }
    return render_region(request, "sheets/columns.html", REGION, context, status=status)
