"""Handing over the passwords of a change set: as a sheet, or as slips to print. Nothing of it is stored again."""

import io
from collections.abc import Iterable

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from changes import control, reading, secrets
from changes.models import ChangeSet
from changes.secrets import Form, Gone, Handed
from common.access import local, posts_only
from common.http import ConsoleRequest
from common.spreadsheets import XLSX, NewSheet, write_xlsx


@require_http_methods(["GET", "HEAD", "POST"])
def passwords(request: ConsoleRequest, set_id: int) -> HttpResponseBase:
    """In which forms they can still be taken; a POST takes them, and its answer is the only place they ever are."""
    change_set = control.get(request.actor, set_id)
    if request.method != "POST":
        return _offer(request, change_set)
    asked = request.POST.get("form", "")
    if asked not in list(Form):
        return _offer(request, change_set, status=422)
    try:
        handed = secrets.hand_over(request.actor, change_set, Form(asked))
    except Gone:
        messages.warning(request, _("These passwords were taken or deleted before. They can only be reset."))
        return redirect("change-set-passwords", set_id)
    if asked == Form.SHEET:
        return _sheet(change_set, handed)
    context = {"set": change_set, "entry": reading.entry(change_set), "slips": handed}
    return render(request, "changes/slips.html", context)


@local
@posts_only("change-set", "set_id")
def delete(request: ConsoleRequest, set_id: int) -> HttpResponse:
    secrets.give_up(request.actor, control.get(request.actor, set_id))
    messages.success(request, _("The passwords are deleted from the console."))
    return redirect("change-set", set_id)


def _offer(request: ConsoleRequest, change_set: ChangeSet, status: int = 200) -> HttpResponse:
    context = {
        "set": change_set,
        "entry": reading.entry(change_set),
        "forms": secrets.forms(change_set),
        "theirs": change_set.user_id == request.actor.user_id,
        "most": secrets.SLIPS_MOST,
    }
    return render(request, "changes/passwords.html", context, status=status)


def _sheet(change_set: ChangeSet, handed: Iterable[Handed]) -> HttpResponseBase:
    header = [_("Name"), _("Weila number"), _("Password"), _("Note")]
    rows = ([row.name, row.number, *_said(row)] for row in handed)
    content = io.BytesIO()
    write_xlsx(content, [NewSheet(_("Passwords"), header, rows, widths=(24, 16, 20, 40))], in_memory=True)
    content.seek(0)
    name = f"passwords-{change_set.pk}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)


def _missing(row: Handed) -> str:
    if row.in_file_of:
        return _("It is the one in the file of %(name)s.") % {"name": row.in_file_of}
    return _("It can't be read any more; reset it.")


def _said(row: Handed) -> tuple[str, str]:
    notes = [_missing(row)] if row.password is None else []
    if row.unknown:
        notes.append(_("It is not known whether it was set."))
    return row.password or "", " ".join(notes)
