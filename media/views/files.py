"""Files: one page with the form above and the list below."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from common.http import ConsoleRequest, render_region, wants_fragment
from common.paging import PAGE_SIZE, Page, clamp
from common.tables import Column, Empty, Table, TableState
from common.uploads import takes_files
from media import files
from media.files import LARGEST_FILE, NewFile
from media.forms.files import FileFilter, FileForm
from media.models import Outcome, UploadedFile
from media.words import why
from upstream.errors import SessionOver, UpstreamError

INVALID = 422
_FORM, _TABLE = "file-upload", "files-table"

COLUMNS = (
    Column("name", gettext_lazy("Name"), ("name", "id"), fixed=True),
    Column("size", gettext_lazy("Size"), ("size", "id"), end=True),
    Column("type", gettext_lazy("Type"), ("content_type", "id"), default=False),
    Column("at", gettext_lazy("When"), ("at", "id")),
    Column("actor", gettext_lazy("Who"), ("actor_name", "id")),
    Column("outcome", gettext_lazy("Outcome"), fixed=True),
    Column("address", pgettext_lazy("of a file", "Address"), fixed=True),
)


@takes_files(LARGEST_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: ConsoleRequest) -> HttpResponse:
    if request.method != "POST":
        region = _TABLE if wants_fragment(request, _TABLE) else _FORM
        return render_region(request, "media/files.html", region, _context(request, FileForm()))
    form = FileForm(request.POST, request.FILES)
    row = _upload(request, form) if form.is_valid() else None
    if row is None:
        return render_region(request, "media/files.html", _FORM, _context(request, form), status=INVALID)
    if row.outcome == Outcome.DONE:
        messages.success(request, _("“%(name)s” was uploaded. Its address is below.") % {"name": row.name})
    else:
        text = _("Weila's answer was lost: it is not known whether “%(name)s” was uploaded, and its address is not"
                 " known either. It was not sent a second time.")  # fmt: skip
        messages.warning(request, text % {"name": row.name})
    address = reverse("files")
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if request.htmx else redirect(address)


def _upload(request: ConsoleRequest, form: FileForm) -> UploadedFile | None:
    """Upload the file of a valid form; None when it was not taken: the form says why."""
    file = form.cleaned_data["file"]
    new = NewFile(file.file, file.name, file.content_type or "", file.size)
    try:
        return files.upload(request.actor, new)
    except SessionOver:
        raise
    except UpstreamError as error:
        text = _("%(why)s It was not uploaded. You can choose it again.")
        form.add_error("file", text % {"why": why(error)})
    return None


def _context(request: ConsoleRequest, form: FileForm) -> dict[str, object]:
    return {"form": form, "table": _table(request), "largest": LARGEST_FILE}


def _table(request: ConsoleRequest) -> Table:
    state = TableState.parse(request.GET, COLUMNS, "-at")
    filters = FileFilter(request.GET)
    found = filters.narrow(files.uploaded(request.actor.organization))
    total = found.count()
    number = clamp(state.page, total)
    start = (number - 1) * PAGE_SIZE
    rows = list(found.order_by(*state.order)[start : start + PAGE_SIZE])
    return Table(
        name=_TABLE,
        caption=gettext_lazy("Uploaded files"),
        state=state,
        page=Page(rows, number, total),
        summary=ngettext("%(count)d file", "%(count)d files", total) % {"count": total},
        empty=Empty(
            title=gettext_lazy("No files yet"),
            text=gettext_lazy("What is uploaded here is listed with its address."),
        ),
        filters=filters,
    )
