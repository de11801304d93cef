"""/org/export.xlsx, /exports/<id> and its file."""

import errno
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event, Stage
from sheets import making, storage
from sheets.models import Making, MakingState, Part, StoredFile
from tests.orgs.views import asking
from tests.sheets import things
from tests.support.queries import Queries
from tests.support.sandbox import ORG, OTHER_ORG, SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
ADDRESS = "/org/export.xlsx"
HEADER = ["Thing number", "Thing name", "Color", "Key"]


def content(response: "Answer") -> bytes:
    assert response.status_code == 200
    return b"".join(response)


def made(client: Client, settings: Settings) -> Making:
    """A workbook that was too large to wait for."""
    settings.EXPORT_INLINE_LIMIT = 1
    response = client.get(ADDRESS)
    making_ = Making.objects.get()
    assert response["Location"] == f"/exports/{making_.pk}"
    return making_


def recorded() -> list[tuple[str, str, object]]:
    events = Event.objects.filter(operation="org.export").order_by("id")
    return [(event.stage, event.target_id, event.after.get("rows")) for event in events]


def test_everything_is_one_workbook_and_taking_it_is_recorded(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    response = owner_client.get(ADDRESS)
    assert f"{timezone.localdate():%Y-%m-%d}.xlsx" in response["Content-Disposition"]
    found = content(response)
    assert things.cells(found, "Things") == [HEADER, ["1", "一号", "red"], ["2", "=1+1"]]
    assert things.cells(found, "Others") == [["Title", "Other name"]]
    assert recorded() == [(Stage.ATTEMPTED, str(ORG), None), (Stage.DONE, str(ORG), 2)]
    assert not Making.objects.exists()
    assert asking.sent(sandbox) == []
    assert "exported the organization" in asking.text(owner_client.get("/audit"))


def test_what_was_exported_is_recognized_again(owner_client: Client) -> None:
    response = owner_client.post(
        "/changes/new/import",
        {"mode": "update", "file": things.sent(content(owner_client.get(ADDRESS)))},
    )
    assert response.status_code == 302
    assert "/changes/new" not in response["Location"]


def test_a_large_one_is_made_in_the_background_and_waits(owner_client: Client, settings: Settings) -> None:
    making_ = made(owner_client, settings)
    assert (making_.state, making_.org_num, making_.tries) == (MakingState.READY, ORG, 1)
    assert making_.expected == len(things.ROWS)
    page = owner_client.get(f"/exports/{making_.pk}")
    assert f"/exports/{making_.pk}/file" in asking.text(page)
    response = owner_client.get(f"/exports/{making_.pk}/file")
    found = content(response)
    assert int(response["Content-Length"]) == len(found)
    assert things.cells(found, "Things")[1] == ["1", "一号", "red"]
    assert recorded()[-1] == (Stage.DONE, str(ORG), 2)


def test_it_speaks_the_language_in_which_it_was_asked_for(owner_client: Client, settings: Settings) -> None:
    settings.EXPORT_INLINE_LIMIT = 1
    owner_client.get(ADDRESS, headers={"Accept-Language": "zh-hans"})
    assert Making.objects.get().language == "zh-hans"


def test_the_page_asks_again_while_it_is_being_made(owner_client: Client, settings: Settings) -> None:
    making_ = made(owner_client, settings)
    Making.objects.update(state=MakingState.MAKING, progress=3000, file=None)
    address = f"/exports/{making_.pk}"
    region = asking.fragment_equals_page(owner_client, address, "export-state")
    assert f'hx-get="{address}?waited=1"' in region
    assert "3000 rows so far" in region
    waits = [owner_client.get(f"{address}?waited={n}").context["wait"] for n in ("1", "2", "8", "9", "x")]
    assert waits == [2, 4, 8, 1, 1]
    with Queries() as queries:
        owner_client.get(address)
    assert len(queries) <= 12
    assert owner_client.get(f"{address}/file").status_code == 404


def test_a_file_that_has_expired_is_said(owner_client: Client, settings: Settings) -> None:
    making_ = made(owner_client, settings)
    StoredFile.objects.update(expires_at=timezone.now())
    for gone in (False, True):
        if gone:
            storage.purge()
        page = owner_client.get(f"/exports/{making_.pk}")
        assert page.status_code == 200
        assert "The file has expired" in asking.text(page)
        assert owner_client.get(f"/exports/{making_.pk}/file").status_code == 404


class FullFile:
    """A file on a disk that gets full on the way."""

    def __init__(self) -> None:
        self.closed = False

    def write(self, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def seek(self, *_where: int) -> int:
        return 0

    def tell(self) -> int:
        return 0

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> FullFile:
    file = FullFile()
    monkeypatch.setattr("sheets.making.tempfile.TemporaryFile", lambda: file)
    return file


# The library's own archive tries to end what it began when it is thrown away.
left_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@left_open
def test_a_full_disk_is_said_at_once(owner_client: Client, full_disk: FullFile) -> None:
    owner_client.get("/org")
    response = owner_client.get(ADDRESS)
    assert response.status_code == 507
    assert "disk is full" in asking.text(response)
    assert full_disk.closed
    assert recorded()[-1] == (Stage.REFUSED, str(ORG), None)


@left_open
def test_a_full_disk_is_said_by_the_page_that_waits(
    owner_client: Client, settings: Settings, full_disk: FullFile
) -> None:
    making_ = made(owner_client, settings)
    assert (making_.state, making_.reason) == (MakingState.FAILED, making.NO_SPACE)
    page = owner_client.get(f"/exports/{making_.pk}")
    assert "disk is full" in asking.text(page)
    assert "hx-get" not in asking.fragment_equals_page(owner_client, f"/exports/{making_.pk}", "export-state")
    assert not StoredFile.objects.exists()
    assert recorded()[-1][0] == Stage.REFUSED


@pytest.mark.parametrize(
    "words", ["database or disk is full", "could not extend file: No space left on device"]
)
def test_a_full_database_is_said_and_leaves_no_half_file(
    owner_client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OperationalError(words)

    monkeypatch.setattr(Part.objects, "create", full)
    making_ = made(owner_client, settings)
    assert (making_.state, making_.reason) == (MakingState.FAILED, making.NO_SPACE)
    assert not StoredFile.objects.exists()


def test_a_defect_is_said_as_one(
    owner_client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise ValueError

    monkeypatch.setattr("sheets.exporting.write_xlsx", broken)
    making_ = made(owner_client, settings)
    assert (making_.state, making_.reason) == (MakingState.FAILED, making.FAILED)
    assert "its log says more" in asking.text(owner_client.get(f"/exports/{making_.pk}"))


def test_another_organization_s_file_is_not_there(
    owner_client: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    making_ = made(owner_client, settings)
    Making.objects.update(org_num=OTHER_ORG)
    for number in (making_.pk, uuid4()):
        assert owner_client.get(f"/exports/{number}").status_code == 404
        assert owner_client.get(f"/exports/{number}/file").status_code == 404
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize("address", [ADDRESS, f"/exports/{UUID(int=1)}", f"/exports/{UUID(int=1)}/file"])
def test_it_needs_a_session(visitor: Client, address: str) -> None:
    asking.closed_to_strangers(visitor, address)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS)
    assert recorded() == []


def test_the_right_to_everything_is_confirmed_before(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/org")
    sandbox.fault("*", "status", 503)
    assert owner_client.get(ADDRESS).status_code == 503
    assert recorded() == []


def test_whether_it_is_ready_is_said_while_weila_is_down(
    owner_client: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    making_ = made(owner_client, settings)
    sandbox.fault("*", "status", 503)
    assert owner_client.get(f"/exports/{making_.pk}").status_code == 200
    assert owner_client.get(f"/exports/{making_.pk}/file").status_code == 503
