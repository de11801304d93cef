"""/changes/new/import."""

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from changes.models import Change, ChangeSet, Problem, SetState
from sheets import storage
from sheets.models import Part, StoredFile
from tests.changes.support import System
from tests.common.spreadsheets.making import workbook
from tests.orgs.views import asking
from tests.sheets import things
from tests.sheets.things import HEADER
from tests.support.queries import Queries
from tests.support.sandbox import ORG, SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
ADDRESS = "/changes/new/import"
GOOD = [HEADER[:3], ["", "新的", "red"], ["", "", "blue"]]


def send(client: Client, file: bytes | None = None, **values: object) -> "Answer":
    files: dict[str, Any] = {} if file is None else {"file": things.sent(file)}
    return client.post(ADDRESS, {"mode": "both", **files, **values})


def refused(client: Client, field: str, file: bytes | None = None, **values: object) -> str:
    """What is said at the field; nothing was kept and nothing begun."""
    response = send(client, file, **values)
    assert response.status_code == 422
    assert not StoredFile.objects.exists()
    assert not ChangeSet.objects.exists()
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert errors[field][0] in asking.text(response)
    return str(errors[field][0])


def planned(response: "Answer") -> ChangeSet:
    change_set = ChangeSet.objects.get()
    assert response["Location"] == f"/changes/{change_set.pk}"
    assert change_set.state == SetState.PLANNED
    return change_set


@pytest.mark.parametrize(
    "content",
    [
        workbook(*GOOD),
        things.csv(*GOOD),
        things.csv(*GOOD, encoding="gb18030"),
        things.csv(*GOOD, encoding="utf-16"),
        things.csv(["编号", "名称", "颜色"], *GOOD[1:]),
    ],
    ids=["xlsx", "utf-8", "gb18030", "utf-16", "chinese"],
)
def test_what_is_recognized_is_planned_at_once(
    owner_client: Client, sandbox: SandboxProcess, system: System, content: bytes
) -> None:
    change_set = planned(send(owner_client, content))
    assert (change_set.org_num, change_set.origin, change_set.total) == (ORG, "import", 1)
    assert Change.objects.get().target_text == "新的"
    problem = Problem.objects.get()
    assert (problem.line, problem.value) == (3, "blue")
    assert problem.column in ("Color", "颜色")
    assert change_set.arguments["mode"] == "both"
    assert asking.sent(sandbox) == []
    assert system.journal == []


def test_it_is_said_that_empty_cells_change_nothing(owner_client: Client, system: System) -> None:
    assert "Empty cells change nothing." in asking.text(owner_client.get(ADDRESS))
    change_set = planned(send(owner_client, workbook(["Thing name", "Color"], ["same"])))
    assert change_set.total == 0
    page = asking.text(owner_client.get(f"/changes/{change_set.pk}"))
    assert "Everything is already as it was to be. Empty cells change nothing." in page


def test_pasted_cells_do_as_well(owner_client: Client, system: System) -> None:
    pasted = "Color\tThing name\r\n\t新的\r\nred\t另一个\r\n"
    change_set = planned(send(owner_client, cells=pasted))
    assert [one.target_text for one in Change.objects.order_by("position")] == ["新的", "另一个"]
    assert change_set.arguments["name"] == "Pasted cells"


def test_an_empty_first_cell_of_what_is_pasted_is_a_cell(owner_client: Client, system: System) -> None:
    planned(send(owner_client, cells="\tThing name\n1\t新的\n"))
    assert Change.objects.get().target_text == "新的"


def test_several_sheets_are_one_import_and_empty_ones_are_passed_over(
    owner_client: Client, system: System
) -> None:
    content = things.book(
        ("Things", [HEADER, ["", "一"]]), ("Others", [["Title"]]), ("东西", [HEADER, ["", "二"]])
    )
    planned(send(owner_client, content))
    assert [(one.sheet, one.target_text) for one in Change.objects.order_by("position")] == [
        ("Things", "一"),
        ("东西", "二"),
    ]


def test_the_columns_of_an_earlier_result_are_ignored(owner_client: Client, system: System) -> None:
    rows = [["Thing name", "结果", "Reason"], ["新的", "失败", "为什么"]]
    planned(send(owner_client, workbook(*rows)))
    assert Change.objects.get().after == {"color": ""}


@pytest.mark.parametrize(
    "rows",
    [
        [["Thing name", "Something"], ["x", "y"]],
        [["Thing name", "Thing name"], ["x", "y"]],
        [["Color"], ["red"]],
        [["x", "y"], ["1", "2"]],
        [["Thing name", *(f"c{number}" for number in range(199))], ["x"]],
    ],
    ids=["unknown heading", "duplicate", "nothing identifies", "nothing known", "200 columns"],
)
def test_what_is_not_clear_is_asked(owner_client: Client, rows: list[list[str]]) -> None:
    response = send(owner_client, workbook(*rows), mode="update", suspend_missing="on")
    stored = StoredFile.objects.get()
    assert response["Location"] == f"{ADDRESS}/{stored.pk}?mode=update&suspend_missing=on"
    assert not ChangeSet.objects.exists()
    assert owner_client.get(response["Location"]).status_code == 200


def test_what_is_kept_is_sealed_and_whole(owner_client: Client, system: System) -> None:
    content = workbook(*GOOD, *([["", f"n{number}", "geheim"] for number in range(3000)]))
    send(owner_client, content)
    stored = StoredFile.objects.get()
    assert (stored.org_num, stored.name, stored.size) == (ORG, "things.xlsx", len(content))
    assert b"".join(storage.pieces(stored)) == content
    assert not any(content[:200] in bytes(part.sealed) for part in Part.objects.all())


def test_the_wish_is_passed_on(owner_client: Client, system: System) -> None:
    change_set = planned(send(owner_client, workbook(*GOOD), mode="create", suspend_missing="on"))
    assert (change_set.arguments["mode"], change_set.arguments["suspend_missing"]) == ("create", True)
    assert Change.objects.filter(target_text="missing", line=None).exists()


def test_htmx_is_led_on_as_a_whole_page(owner_client: Client, system: System) -> None:
    response = owner_client.post(
        ADDRESS, {"mode": "both", "file": things.sent(workbook(*GOOD))}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 204
    assert response["HX-Redirect"] == f"/changes/{ChangeSet.objects.get().pk}"


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"spreadsheetml.sheet.main+xml")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(60_000_000))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (workbook(HEADER), "no row below"),
        (things.csv(HEADER), "no row below"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "neither an Excel workbook"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "neither an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old format of Excel"),
        (b"<html><table></table></html>", "web page"),
        (b"PK\x03\x04 and then nothing", "can't be read"),
        (_bomb(), "too large"),
        (workbook([f"c{number}" for number in range(201)], ["x"]), "more than 200 columns"),
        (workbook(["Thing name"], ["x" * 2001]), "more than 2000 characters"),
        (things.csv(["Thing name"], ['"open']), "never closed"),
        (
            things.book(("Good", [["x"], ["y"]]), ("统计", [["x"], ["y" * 2001]])),
            "Sheet “统计”: Line 2: A cell has more than",
        ),
        (things.book(*((f"{number}", [["x"], ["y"]]) for number in range(51))), "more than 50 sheets"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # a workbook says when it was made
)
def test_what_can_t_be_read_is_said_at_its_field(owner_client: Client, content: bytes, words: str) -> None:
    assert words in refused(owner_client, "file", content)


def test_pasted_text_that_can_t_be_read_is_said_there(owner_client: Client) -> None:
    assert "no row below" in refused(owner_client, "cells", cells="Thing name")
    assert "never closed" in refused(owner_client, "cells", cells='Thing name\n"open')
    assert refused(owner_client, "cells", cells=asking.UNREADABLE)


@pytest.mark.parametrize("error", [OSError(28, "No space"), OperationalError("database or disk is full")])
def test_a_full_disk_is_said_at_its_field(
    owner_client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_args: object) -> None:
        raise error

    monkeypatch.setattr("sheets.storage.keep", full)
    response = owner_client.post(
        "/changes/new/import", {"cells": "Thing name\tColor\r\nx\ty", "mode": "both"}
    )
    assert response.status_code == 422
    assert "disk is full" in response.context["form"].errors["cells"][0]
    assert not ChangeSet.objects.exists()


def test_more_cells_than_a_request_may_have_are_told_to_come_as_a_file(owner_client: Client) -> None:
    page = owner_client.get(ADDRESS).content.decode()
    assert "data-too-long" in page and 'data-largest="1032192"' in page
    response = send(owner_client, cells="Thing name\n" + "x\n" * 600_000)
    assert response.status_code == 413
    assert "pasted cells as a file" in asking.text(response)
    assert not StoredFile.objects.exists()


def test_exactly_one_of_file_and_cells(owner_client: Client) -> None:
    assert "Choose a file" in refused(owner_client, "file")
    assert "not both" in refused(owner_client, "cells", workbook(*GOOD), cells="Thing name\nx")


@pytest.mark.parametrize("mode", ["", "guess"])
def test_an_unknown_mode_is_said_at_its_field(owner_client: Client, mode: str) -> None:
    refused(owner_client, "mode", workbook(*GOOD), mode=mode)


def test_a_file_that_is_too_large_is_said_at_its_field(
    owner_client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sheets.views.importing import new

    limit = 1000
    monkeypatch.setattr(new, "largest_file", limit)
    monkeypatch.setattr("sheets.forms.importing.ImportForm.base_fields", _fields_with(limit))
    assert "at most 1000" in refused(owner_client, "file", bytes(limit + 1)).replace("\xa0", " ")


def _fields_with(limit: int) -> dict[str, Any]:
    import copy

    from sheets.forms.importing import ImportForm

    fields = copy.deepcopy(ImportForm.base_fields)
    fields["file"].largest = limit  # type: ignore[attr-defined]
    return fields


def test_names_are_shown_as_text(owner_client: Client) -> None:
    file = SimpleUploadedFile(f"{asking.HOSTILE}.csv".replace("/", ""), things.csv(["x"], [asking.HOSTILE]))
    response = owner_client.post(ADDRESS, {"mode": "both", "file": file}, follow=True)
    assert response.status_code == 200
    assert "<img" not in response.content.decode()


def test_the_page_names_the_tables_and_costs_little(owner_client: Client) -> None:
    owner_client.get(ADDRESS)
    with Queries() as queries:
        body = asking.text(owner_client.get(ADDRESS))
    assert len(queries) <= 12
    for shown in (
        "/changes/new/import/template.xlsx?table=things",
        "Things",
        'name="cells"',
        "/org/export.xlsx",
    ):
        assert shown in body


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, cells="Thing name\nx", mode="both")
    assert not StoredFile.objects.exists()


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, cells="Thing name\nx")
    assert not StoredFile.objects.exists()
