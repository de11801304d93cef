"""The way of a bulk change through the pages: what a person sends and sees, and what the worker makes of it."""

import io
from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from changes.models import ChangeSet, SetState
from common.spreadsheets import Sheet, open_table
from tests.support.sandbox import SandboxProcess
from tests.support.worker import WorkerProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

IMPORT = "/changes/new/import"
API = "/v1/corp/web/"
CREATE, CHANGE = f"{API}member-create", f"{API}member-change"
RESTING = (SetState.PLANNED, SetState.FAILED, SetState.PAUSED, SetState.FINISHED)


def csv(*rows: Sequence[object]) -> bytes:
    """A text file as WPS saves it."""
    return "\r\n".join(",".join(str(cell) for cell in row) for row in rows).encode("utf-8-sig")


def sent(client: Client, content: bytes, name: str = "名单.csv", **values: Any) -> "Answer":
    """Send a file to be imported."""
    return client.post(IMPORT, {"mode": "both", "file": SimpleUploadedFile(name, content)} | values)


def imported(client: Client, content: bytes, name: str = "名单.csv", **values: Any) -> ChangeSet:
    """Send a file of which everything is recognized; its plan may still be in the making."""
    response = sent(client, content, name, **values)
    assert response.status_code == 302, text(response)
    assert response["Location"].startswith("/changes/") and "new" not in response["Location"]
    return ChangeSet.objects.get(pk=response["Location"].rsplit("/", 1)[1])


def comes_back_unchanged(client: Client, address: str, language: str) -> None:
    """Take an export, and import it as it is: nothing is to be asked, and there is nothing to change."""
    answer = client.get(address, headers={"Accept-Language": language})
    change_set = is_now(imported(client, content(answer)), SetState.PLANNED)
    assert (change_set.total, change_set.problems) == (0, 0)


def previewed(client: Client, worker: WorkerProcess, content: bytes, **values: Any) -> ChangeSet:
    """Send a file and wait for its preview."""
    change_set = imported(client, content, **values)
    worker.wait_for(lambda: again(change_set).state != SetState.PLANNING)
    return is_now(change_set, SetState.PLANNED)


def post(client: Client, change_set: ChangeSet, deed: str, **typed: object) -> ChangeSet:
    """Press a button of the page of a set."""
    response = client.post(f"/changes/{change_set.pk}/{deed}", typed)
    assert response.status_code == 302, text(response)
    return again(change_set)


def finished(worker: WorkerProcess, change_set: ChangeSet, seconds: float = 60) -> ChangeSet:
    """Wait for its end."""
    worker.wait_for(lambda: again(change_set).state in RESTING, seconds)
    return is_now(change_set, SetState.FINISHED)


def paused(worker: WorkerProcess, change_set: ChangeSet, reason: str) -> ChangeSet:
    """Wait until it has stopped."""
    worker.wait_for(lambda: again(change_set).state in RESTING)
    found = is_now(change_set, SetState.PAUSED)
    assert found.reason == reason
    return found


def is_now(change_set: ChangeSet, state: SetState) -> ChangeSet:
    found = again(change_set)
    assert found.state == state, (found.state, found.reason, found.reason_params)
    return found


def again(change_set: ChangeSet) -> ChangeSet:
    return ChangeSet.objects.get(pk=change_set.pk)


def ended(change_set: ChangeSet) -> int:
    """How many of its changes have ended."""
    return again(change_set).ended


def text(response: "Answer") -> str:
    """A page as it reads."""
    return unescape(response.content.decode())


def page(client: Client, change_set: ChangeSet, query: str = "") -> str:
    """The page of a set."""
    response = client.get(f"/changes/{change_set.pk}{query}")
    assert response.status_code == 200
    return text(response)


def content(response: "Answer") -> bytes:
    """A file that was answered."""
    assert response.status_code == 200
    return b"".join(response)


def sheets(workbook: bytes) -> dict[str, list[list[str]]]:
    """The cells of a workbook, by the name of the sheet."""
    return {sheet.name: _cells(sheet) for sheet in open_table(io.BytesIO(workbook)).sheets}


def _cells(sheet: Sheet) -> list[list[str]]:
    return [row.cells for row in sheet.rows()]


def result(client: Client, change_set: ChangeSet, query: str = "") -> list[list[str]]:
    """The rows of what comes back of an import of one sheet, without the headings."""
    answer = client.get(f"/changes/{change_set.pk}/result.xlsx{query}")
    (rows,) = sheets(content(answer)).values()
    return rows[1:]


def done(sandbox: SandboxProcess, path: str) -> int:
    """How many requests of an operation were carried out and answered."""
    return sum(str(entry["errcode"]) == "0" for entry in sandbox.journal(path))
