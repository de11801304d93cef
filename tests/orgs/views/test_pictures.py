"""A picture in each form that has one: checked here, uploaded first, then named in the create or change."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from audit.models import Event, Stage
from media.uploads import LARGEST_PICTURE
from orgs.models import Member, Organization
from tests.conftest import SignedInClient
from tests.orgs.views import asking
from tests.support import pictures
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.signing_in import NO_ORGANIZATION, OWNER

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
UPLOAD = asking.API + "avatar-upload"


@dataclass(frozen=True)
class Place:
    """A page with a picture in its form: who opens it, what has to be filled in, and what it then sends."""

    address: str
    operation: str
    account: str = OWNER
    typed: Callable[[SandboxProcess], dict[str, Any]] = lambda _sandbox: {}


def _device_code(sandbox: SandboxProcess) -> str:
    return next(str(message["code"]) for message in sandbox.inbox() if message["kind"] == "device")


PAGES = {
    "org-create": Place("/org/create", "org-create", NO_ORGANIZATION, lambda _: {"name": "新企业"}),
    "org-edit": Place("/org/edit", "org-change"),
    "member-create": Place("/members/new", "member-create", typed=lambda _: {"name": "张三"}),
    "member-edit": Place(f"/members/{asking.PERSON}/edit", "member-change"),
    "group-create": Place("/groups/new", "group-create", typed=lambda _: {"name": "夜班"}),
    "group-edit": Place("/groups/80000528/edit", "group-change"),
    "device-edit": Place(f"/members/{asking.DEVICE}/edit", "member-change"),
    "device-add": Place(
        "/members/new-device",
        "member-add-device",
        typed=lambda sandbox: {"name": "一号机", "verify_code": _device_code(sandbox)},
    ),
}


@pytest.fixture(params=PAGES)
def place(request: pytest.FixtureRequest) -> Place:
    return PAGES[request.param]


@pytest.fixture
def client(place: Place, signed_in_client: SignedInClient) -> Client:
    caches["pictures"].clear()
    return signed_in_client(place.account)


def file(content: bytes | None = None, name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pictures.picture() if content is None else content, "image/png")


def send(client: Client, place: Place, sandbox: SandboxProcess, **more: object) -> "Answer":
    return asking.fill(client, place.address, **(place.typed(sandbox) | more))


def test_it_is_uploaded_first_and_then_named(client: Client, place: Place, sandbox: SandboxProcess) -> None:
    response = send(client, place, sandbox, **{"avatar-file": file()})
    assert response.status_code in (200, 302)
    assert asking.sent(sandbox) == ["avatar-upload", place.operation]
    upload, write = Event.objects.filter(stage=Stage.DONE, operation__startswith="weila.").order_by("id")
    assert (upload.operation, write.operation) == ("weila.avatar-upload", f"weila.{place.operation}")
    assert upload.after["address"] == write.after["avatar"]
    assert upload.after["type"] == "image/jpeg"


def test_an_address_can_still_be_typed(client: Client, place: Place, sandbox: SandboxProcess) -> None:
    response = send(client, place, sandbox, avatar="http://pictures.example/new.png")
    assert response.status_code in (200, 302)
    assert asking.sent(sandbox) == [place.operation]
    write = Event.objects.get(stage=Stage.DONE, operation=f"weila.{place.operation}")
    assert write.after["avatar"] == "http://pictures.example/new.png"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pictures.SVG, "not a picture"),
        (pictures.HTML, "not a picture"),
        (b"x", "not a picture"),
        (pictures.picture()[:70], "not a picture"),
        (pictures.bomb(), "million pixels"),
        (pictures.padded("PNG", LARGEST_PICTURE + 1), "at most 4.0"),
    ],
    ids=["svg", "html", "garbage", "cut-off", "bomb", "a byte too large"],
)
def test_what_is_wrong_with_it_is_said_at_its_field(
    client: Client, place: Place, sandbox: SandboxProcess, content: bytes, words: str
) -> None:
    response = send(client, place, sandbox, **{"avatar-file": file(content)})
    assert response.status_code == 422
    assert words in str(response.context["form"].errors["avatar"])
    assert 'aria-invalid="true"' in asking.text(response)
    assert asking.sent(sandbox) == []


def test_the_largest_that_is_allowed_is_taken(client: Client, place: Place, sandbox: SandboxProcess) -> None:
    send(client, place, sandbox, **{"avatar-file": file(pictures.padded("PNG", LARGEST_PICTURE))})
    assert asking.sent(sandbox) == ["avatar-upload", place.operation]


@pytest.mark.parametrize("place", ["org-edit", "member-create"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("errcode", 46002, "Weila did not take it:"),
        ("status", 503, "The connection to Weila failed."),
        ("drop", None, "The connection to Weila failed."),
        ("drop-after", None, "The connection to Weila failed."),
        ("malformed", "html", "Weila's answer cannot be read."),
        ("malformed", "missing-data", "Weila's answer cannot be read."),
        ("malformed", "truncated", "Weila's answer cannot be read."),
    ],
)
def test_an_upload_that_fails_is_said_at_its_field_and_nothing_else_is_sent(
    client: Client, place: Place, sandbox: SandboxProcess, kind: str, value: object, words: str
) -> None:
    sandbox.fault(UPLOAD, kind, value)
    response = send(client, place, sandbox, **{"avatar-file": file()})
    assert response.status_code == 422
    (error,) = response.context["form"].errors["avatar"]
    assert words in error
    assert "Nothing else was sent" in error
    assert asking.sent(sandbox) == ["avatar-upload"]
    end = Event.objects.exclude(stage=Stage.ATTEMPTED).get(operation="weila.avatar-upload")
    assert end.stage == (Stage.REFUSED if kind == "errcode" else Stage.UNKNOWN)
    assert "address" not in end.after


@pytest.mark.parametrize("place", ["org-edit", "member-create"], indirect=True)
def test_an_upload_that_takes_too_long_ends(
    client: Client, place: Place, sandbox: SandboxProcess, settings: Any
) -> None:
    sandbox.fault(UPLOAD, "latency", 1.2)
    opened = asking.fields(client.get(place.address)) | place.typed(sandbox)
    settings.WEILA = {**settings.WEILA, "write_deadline": 0.3}
    response = client.post(place.address, opened | {"avatar-file": file()})
    assert "did not answer in time" in str(response.context["form"].errors["avatar"])
    sandbox.wait_for(UPLOAD)
    assert asking.sent(sandbox) == ["avatar-upload"]


@pytest.mark.parametrize("place", ["org-edit", "member-create"], indirect=True)
@pytest.mark.parametrize("told", ["javascript:alert(1)", "", "http://x/" + "a" * 600])
def test_an_answer_whose_address_is_none_is_not_sent_on(
    client: Client, place: Place, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    from upstream.weila.client import Weila
    from upstream.weila.types import Uploaded

    monkeypatch.setattr(Weila, "avatar_upload", lambda *_, **__: Uploaded(told))
    response = send(client, place, sandbox, **{"avatar-file": file()})
    assert "cannot be read" in str(response.context["form"].errors["avatar"])
    assert asking.sent(sandbox) == []


def test_after_another_error_the_picture_is_still_chosen(
    client: Client, place: Place, sandbox: SandboxProcess
) -> None:
    """A browser never fills a file in again, so the form carries a key to it. It was sent nowhere so far."""
    typed = place.typed(sandbox)
    response = asking.fill(client, place.address, **(typed | {"name": "", "avatar-file": file()}))
    assert response.status_code == 422
    assert "avatar" not in response.context["form"].errors
    assert "data:image/webp;base64," in asking.text(response)
    key = asking.text(response).partition('name="avatar-kept" value="')[2][:32]
    assert asking.sent(sandbox) == []
    again = {"name": "名字", **typed, "avatar-kept": key}
    assert asking.fill(client, place.address, **again).status_code in (200, 302)
    assert asking.sent(sandbox) == ["avatar-upload", place.operation]


def test_a_picture_that_was_chosen_can_be_given_up(owner_client: Client, sandbox: SandboxProcess) -> None:
    """Then everything is as if it had never been chosen."""
    response = asking.fill(owner_client, "/org/edit", **{"name": "", "avatar-file": file()})
    present = Organization.objects.get(num=ORG).avatar
    assert response.context["form"]["avatar"].subwidgets[0].data["address"] == present
    assert asking.fill(owner_client, "/org/edit", name="新名字", avatar=present)["Location"] == "/org"
    assert asking.sent(sandbox) == ["org-change"]
    write = Event.objects.get(stage=Stage.DONE, operation="weila.org-change")
    assert set(write.after) == {"name"}


def test_a_picture_that_was_not_kept_so_long_has_to_be_chosen_again(
    client: Client, place: Place, sandbox: SandboxProcess
) -> None:
    for key in ("0" * 32, "../../etc/passwd", "x"):
        response = send(client, place, sandbox, **{"avatar-kept": key})
        assert "Choose it again" in str(response.context["form"].errors["avatar"])
    assert asking.sent(sandbox) == []


def test_after_a_refusal_it_is_not_uploaded_a_second_time(
    client: Client, place: Place, sandbox: SandboxProcess
) -> None:
    sandbox.fault(asking.API + place.operation, "errcode", 40001, times=1)
    response = send(client, place, sandbox, **{"avatar-file": file()})
    assert response.status_code == 422
    address = response.context["form"]["avatar"].subwidgets[0].data["address"]
    assert address.startswith(sandbox.weila_url)
    assert f'value="{address}"' in asking.text(response)
    assert 'name="avatar-kept"' not in asking.text(response)
    assert send(client, place, sandbox, avatar=address).status_code in (200, 302)
    assert asking.sent(sandbox) == ["avatar-upload", place.operation, place.operation]


def test_a_lost_answer_to_the_write_says_what_is_known(
    client: Client, place: Place, sandbox: SandboxProcess
) -> None:
    sandbox.fault(asking.API + place.operation, "drop", times=1)
    response = send(client, place, sandbox, **{"avatar-file": file()})
    assert response.status_code == 504
    assert asking.sent(sandbox) == ["avatar-upload", place.operation]


def test_what_is_shown_is_what_the_answer_says(sandbox: SandboxProcess, owner_client: Client) -> None:
    """Weila copies the picture to an address of its own (weila.md, 修改企业成员信息, 修改企业)."""
    asking.fill(owner_client, f"/members/{asking.PERSON}/edit", **{"avatar-file": file()})
    asking.fill(owner_client, "/org/edit", **{"avatar-file": file()})
    person = Member.objects.get(organization=ORG, user_id=asking.PERSON)
    organization = Organization.objects.get(num=ORG)
    for address, part in (
        (person.avatar, f"corp/{ORG}/u/{asking.PERSON}/"),
        (organization.avatar, f"corp/{ORG}/a/"),
    ):
        assert part in address
        assert "/tmp/" not in address
    assert person.avatar in asking.text(owner_client.get(f"/members/{asking.PERSON}"))
    assert organization.avatar in asking.text(owner_client.get("/org"))


def test_what_somebody_else_changed_meanwhile_is_asked_and_the_picture_stays(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    opened = asking.fields(owner_client.get("/org/edit"))
    asking.fill(manager_client, "/org/edit", avatar="http://pictures.example/theirs.png")
    sandbox.clear_journal()
    response = owner_client.post("/org/edit", opened | {"avatar-file": file()})
    assert response.status_code == 409
    assert asking.sent(sandbox) == ["avatar-upload"]
    address = response.context["form"]["avatar"].value()
    mine = asking.fields(response) | {"choice_avatar": "mine", "avatar": address}
    assert owner_client.post("/org/edit", mine)["Location"] == "/org"
    assert asking.sent(sandbox) == ["avatar-upload", "org-change"]


def test_what_is_sent_has_lost_what_a_photo_tells(
    owner_client: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    from upstream.weila.client import Weila

    original = Weila.avatar_upload

    def spy(self: Weila, stream: Any, **how: Any) -> Any:
        seen.append(stream.getvalue())
        return original(self, stream, **how)

    monkeypatch.setattr(Weila, "avatar_upload", spy)
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (22.0, 32.0, 11.0)
    exif[0x010F] = "Camera of somebody"
    photo = pictures.picture("JPEG", exif=exif.tobytes())
    asking.fill(owner_client, "/org/edit", **{"avatar-file": file(photo, "Bob's garden.jpg")})
    (content,) = seen
    assert b"Camera" not in content
    with Image.open(io.BytesIO(content)) as sent:
        assert not sent.getexif()


@pytest.mark.parametrize("address", ["/departments/new", f"/members/{asking.PERSON}/password", "/sign-out"])
def test_pages_without_a_picture_take_no_file(
    owner_client: Client, sandbox: SandboxProcess, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *_: pytest.fail("a file was stored"))
    response = owner_client.post(address, {"name": "", "avatar-file": file()})
    assert response.status_code in (302, 422)
    assert not response.wsgi_request.FILES
