"""/files: uploading a file for its address, and the list of what was uploaded."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event, Stage
from media import files
from media.files import LARGEST_FILE
from media.models import Outcome, UploadedFile
from tests.orgs.views import asking
from tests.support.sandbox import ORG, OTHER_ORG, SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
ADDRESS = "/files"
UPLOAD = asking.API + "file-upload"
FORM, TABLE = "file-upload", "files-table"


def file(
    content: bytes = b"content", name: str = "手册.pdf", kind: str = "application/pdf"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def send(client: Client, sent: SimpleUploadedFile | None = None, **how: Any) -> "Answer":
    return client.post(ADDRESS, {"file": sent or file()}, **how)


def listed(number: int, *, org_num: int = ORG, **more: Any) -> UploadedFile:
    values = {
        "actor_user_id": 1,
        "actor_name": "张三",
        "name": f"{number}.txt",
        "size": number,
        "content_type": "x/y",
    }
    return UploadedFile.objects.create(org_num=org_num, **(values | more))


def test_it_uploads_and_lists_the_address(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = send(owner_client)
    assert response["Location"] == ADDRESS
    row = UploadedFile.objects.get()
    assert (row.org_num, row.name, row.size, row.content_type) == (ORG, "手册.pdf", 7, "application/pdf")
    assert (row.outcome, row.actor_num) == (Outcome.DONE, "70015325")
    body = asking.text(owner_client.get(ADDRESS))
    assert "“手册.pdf” was uploaded." in body
    assert f'id="address-{row.id}">{row.address}<' in body
    assert f'data-copy="address-{row.id}"' in body
    assert requests.get(row.address, timeout=5).content == b"content"
    assert asking.sent(sandbox) == ["file-upload"]


def test_it_is_recorded_before_it_is_sent(owner_client: Client, sandbox: SandboxProcess) -> None:
    send(owner_client)
    attempt, end = Event.objects.filter(operation="weila.file-upload").order_by("id")
    row = UploadedFile.objects.get()
    assert (attempt.stage, end.stage) == (Stage.ATTEMPTED, Stage.DONE)
    assert attempt.after == {"type": "application/pdf", "size": 7}
    assert end.after["address"] == row.address
    assert (end.target_kind, end.target_id, end.target_text) == ("file", str(row.id), "手册.pdf")
    assert "uploaded a file" in asking.text(owner_client.get("/audit"))


def test_it_says_what_an_address_means(owner_client: Client) -> None:
    body = asking.text(owner_client.get(ADDRESS))
    assert "Whoever has the address has the file" in body
    assert "nobody knows how long Weila keeps it" in body
    assert "can't be taken back" in body
    assert "No files yet" in body


def test_it_needs_a_session(visitor: Client, db: None) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    assert send(ordinary_client)["Location"].startswith("/sign-in")
    assert asking.sent(sandbox) == []
    assert not UploadedFile.objects.exists()


def test_files_of_another_organization_are_not_shown(owner_client: Client) -> None:
    listed(1, org_num=OTHER_ORG, name="foreign-name")
    assert "foreign-name" not in asking.text(owner_client.get(ADDRESS))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (None, "Choose a file."),
        (file(b""), "This file is empty."),
    ],
)
def test_bad_input_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, sent: SimpleUploadedFile | None, words: str
) -> None:
    response = owner_client.post(ADDRESS, {"file": sent} if sent else {})
    assert response.status_code == 422
    assert words in str(response.context["form"].errors["file"])
    assert asking.sent(sandbox) == []
    assert not UploadedFile.objects.exists()


def test_a_byte_too_many_is_refused_at_its_field_and_the_largest_is_taken(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    response = send(owner_client, file(bytes(LARGEST_FILE + 1)))
    assert response.status_code == 422
    assert "at most 100.0" in str(response.context["form"].errors["file"])
    assert asking.sent(sandbox) == []
    assert send(owner_client, file(bytes(LARGEST_FILE))).status_code == 302
    assert UploadedFile.objects.get().size == LARGEST_FILE


def test_what_is_far_too_large_is_not_even_read(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = owner_client.generic(
        "POST",
        ADDRESS,
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(3 * LARGEST_FILE),
    )
    assert response.status_code == 413
    assert "larger than anything that this page takes" in asking.text(response)
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("../../etc/passwd", "text/plain", "passwd"),
        ("invoice\u202egpj.exe", "application/x-msdownload", "invoicegpj.exe"),
        (asking.HOSTILE + ".txt", "text/html", asking.HOSTILE + ".txt"),
        ("🎉 party.mp4", "video/mp4", "🎉 party.mp4"),
        ("a.bin", "nonsense", "a.bin"),
        ("x" * 300 + ".txt", "text/plain", "x" * 251 + ".txt"),
    ],
)
def test_any_name_and_any_type(
    owner_client: Client, sandbox: SandboxProcess, name: str, kind: str, shown: str
) -> None:
    send(owner_client, file(name=name, kind=kind))
    row = UploadedFile.objects.get()
    assert row.name == shown
    assert row.content_type == (kind if "/" in kind else "application/octet-stream")
    body = owner_client.get(ADDRESS).content.decode()
    assert "<img src=x" not in body


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [("errcode", 46002, "Weila did not take it:"), ("status", 413, "Weila did not take it:")],
)
def test_a_refusal_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, kind: str, value: int, words: str
) -> None:
    """Also at 99 %: the whole file had been sent when Weila said no."""
    sandbox.fault(UPLOAD, kind, value)
    response = send(owner_client)
    assert response.status_code == 422
    (error,) = response.context["form"].errors["file"]
    assert words in error
    assert "It was not uploaded." in error
    assert UploadedFile.objects.get().outcome == Outcome.REFUSED
    assert Event.objects.filter(operation="weila.file-upload", stage=Stage.REFUSED).count() == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("drop", None),
        ("drop-after", None),
        ("status", 502),
        ("malformed", "html"),
        ("malformed", "truncated"),
        ("malformed", "missing-data"),
        ("malformed", "empty"),
    ],
)
def test_a_lost_answer_is_not_known_and_nothing_is_sent_again(
    owner_client: Client, sandbox: SandboxProcess, kind: str, value: object
) -> None:
    sandbox.fault(UPLOAD, kind, value)
    response = send(owner_client)
    assert response["Location"] == ADDRESS
    row = UploadedFile.objects.get()
    assert (row.outcome, row.address) == (Outcome.UNKNOWN, "")
    body = asking.text(owner_client.get(ADDRESS))
    assert "it is not known whether “手册.pdf” was uploaded" in body
    assert "The answer was lost; it can't be looked up." in body
    assert asking.sent(sandbox) == ["file-upload"]
    assert Event.objects.filter(operation="weila.file-upload", stage=Stage.UNKNOWN).count() == 1


def test_an_upload_that_takes_too_long_is_not_known(
    owner_client: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault(UPLOAD, "latency", 1.0)
    settings.WEILA = {**settings.WEILA, "upload_deadline": 0.4}
    send(owner_client)
    assert UploadedFile.objects.get().outcome == Outcome.UNKNOWN
    sandbox.wait_for(UPLOAD)


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault("*", "status", 503)
    response = send(owner_client)
    assert response.status_code == 503
    assert "Nothing was changed" in asking.text(response)
    assert asking.sent(sandbox) == []
    assert not UploadedFile.objects.exists()


def test_a_token_that_ran_out_is_renewed_and_the_whole_file_sent(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault(UPLOAD, "errcode", 31, times=1)
    send(owner_client, file(b"x" * 300_000))
    row = UploadedFile.objects.get()
    assert row.outcome == Outcome.DONE
    assert len(requests.get(row.address, timeout=5).content) == 300_000


def test_a_process_that_dies_leaves_no_success(
    owner_client: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between sending and answer: neither the list nor the trail is told how it ended."""
    from audit import trail

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit

    monkeypatch.setattr("upstream.weila.client.Weila.file_upload", killed)
    monkeypatch.setattr(trail.Action, "_end", lambda *_: None)
    with pytest.raises(SystemExit):
        send(owner_client)
    assert UploadedFile.objects.get().outcome == Outcome.ATTEMPTED
    assert "attempted" in asking.text(owner_client.get(ADDRESS))
    monkeypatch.undo()
    long_ago = timezone.now() - timedelta(hours=1)
    UploadedFile.objects.update(at=long_ago)
    Event.objects.update(at=long_ago)
    call_command("housekeeping")
    assert UploadedFile.objects.get().outcome == Outcome.UNKNOWN
    assert Event.objects.filter(operation="weila.file-upload", stage=Stage.UNKNOWN).count() == 1


def test_what_is_under_way_is_left_alone(db: None) -> None:
    listed(1)
    assert files.close_abandoned(timedelta(minutes=15)) == 0


def test_memory_does_not_take_part(
    owner_client: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read in pieces from the disk, also on its way to Weila."""
    from upstream.call import Stream

    asked: list[int] = []
    original = Stream.read

    def read(self: Stream, size: int = -1) -> bytes:
        asked.append(size)
        return original(self, size)

    monkeypatch.setattr(Stream, "read", read)
    send(owner_client, file(bytes(3_000_000)))
    assert asked
    assert all(0 < size <= 1024 * 1024 for size in asked)


def test_htmx_gets_the_form_with_its_error_or_is_led_on(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    headers = {"HX-Request": "true", "HX-Target": FORM}
    refused = owner_client.post(ADDRESS, {}, headers=headers)
    assert refused.status_code == 422
    assert refused.content.decode().strip().startswith(f'<section id="{FORM}"')
    taken = send(owner_client, headers=headers)
    assert (taken.status_code, taken["HX-Redirect"]) == (204, ADDRESS)


def test_the_list_is_searched_sorted_and_paged(owner_client: Client) -> None:
    for number in range(60):
        listed(number)
    needle = listed(99, name="needle.zip", actor_name="李四", outcome=Outcome.UNKNOWN)
    first = owner_client.get(ADDRESS).context["table"]
    assert (first.page.total, len(first.page.rows)) == (61, 50)
    assert first.page.rows[0] == needle
    for query in ("q=needle", "q=李四", "outcome=unknown"):
        assert list(owner_client.get(f"{ADDRESS}?{query}").context["table"].page.rows) == [needle]
    sizes = [row.size for row in owner_client.get(f"{ADDRESS}?sort=size&page=2").context["table"].page.rows]
    assert sizes == [*range(50, 60), 99]
    assert "No files yet" not in asking.text(owner_client.get(f"{ADDRESS}?q=nothing-like-it"))


def test_the_fragment_is_part_of_the_page(owner_client: Client) -> None:
    listed(1)
    asking.fragment_equals_page(owner_client, ADDRESS, TABLE)
