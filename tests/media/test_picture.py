"""/media/<signed>: thumbnails of pictures that lie elsewhere."""

import io
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from accounts.models import UpstreamSession
from common import avatars
from orgs.models import Member
from tests.support import pictures
from tests.support.picture_host import PictureHost, cut_off, endless, redirecting
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "http://pictures.example/u/1.png"


@pytest.fixture
def host(settings: Settings, sandbox: SandboxProcess) -> Iterator[PictureHost]:
    caches["pictures"].clear()
    with PictureHost() as running:
        running.serve("/u/1.png", pictures.picture(size=(300, 200)))
        settings.MEDIA_HOSTS = running.hosts
        yield running


@pytest.fixture
def session_id(owner_client: Client) -> UUID:
    return UpstreamSession.objects.get(ended_at=None).id


def is_nothing(content: bytes) -> bool:
    """Whether an answer is the transparent pixel that leaves the initials standing."""
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size == (1, 1) and picture.convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)


def test_it_is_drawn_anew_as_a_small_square(
    host: PictureHost, owner_client: Client, session_id: UUID
) -> None:
    for size in avatars.SIZES:
        response = owner_client.get(avatars.path(session_id, ADDRESS, size))
        assert response.status_code == 200
        assert response["Content-Type"] == "image/webp"
        with Image.open(io.BytesIO(response.content)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (size, size))


def test_what_it_says_beside_the_picture(host: PictureHost, owner_client: Client, session_id: UUID) -> None:
    response = owner_client.get(avatars.path(session_id, ADDRESS, 80))
    assert response["Cache-Control"].startswith("private, max-age=")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_host_learns_nothing_of_who_looks(
    host: PictureHost, owner_client: Client, session_id: UUID
) -> None:
    owner_client.get(avatars.path(session_id, ADDRESS, 80), headers={"Referer": "http://testserver/members"})
    assert not {"cookie", "referer", "x-request-id", "x-forwarded-for"} & set(host.asked[0][1])


def test_it_is_fetched_once(host: PictureHost, owner_client: Client, session_id: UUID) -> None:
    for _ in range(3):
        owner_client.get(avatars.path(session_id, ADDRESS, 80))
    assert len(host.asked) == 1


def test_what_one_organization_has_fetched_is_not_anothers(
    host: PictureHost, owner_client: Client, session_id: UUID
) -> None:
    owner_client.get(avatars.path(session_id, ADDRESS, 80))
    UpstreamSession.objects.filter(pk=session_id).update(org_num=100080)
    owner_client.get(avatars.path(session_id, ADDRESS, 80))
    assert len(host.asked) == 2


def test_it_asks_weila_nothing_and_does_not_keep_the_session_alive(
    host: PictureHost, sandbox: SandboxProcess, owner_client: Client, session_id: UUID
) -> None:
    sandbox.clear_journal()
    with time_machine.travel(time.time() + 3600, tick=True):
        assert owner_client.get(avatars.path(session_id, ADDRESS, 80)).status_code == 200
    assert sandbox.journal() == []
    row = UpstreamSession.objects.get(pk=session_id)
    assert row.last_used_at.timestamp() < time.time() + 60


def test_the_signature_of_another_session_opens_nothing(
    host: PictureHost, owner_client: Client, manager_client: Client
) -> None:
    owner, manager = UpstreamSession.objects.order_by("created_at")
    assert owner_client.get(avatars.path(manager.id, ADDRESS, 80)).status_code == 404
    assert manager_client.get(avatars.path(owner.id, ADDRESS, 80)).status_code == 404
    assert host.asked == []


def test_a_stranger_is_shown_nothing_and_sent_nowhere(host: PictureHost, visitor: Client) -> None:
    assert visitor.get(avatars.path(uuid4(), ADDRESS, 80)).status_code == 404
    assert host.asked == []


def test_an_ended_session_opens_nothing(host: PictureHost, owner_client: Client, session_id: UUID) -> None:
    address = avatars.path(session_id, ADDRESS, 80)
    owner_client.post("/sign-out")
    assert owner_client.get(address).status_code == 404
    assert host.asked == []


@pytest.mark.parametrize("signed", ["x", "x:y", "WyJodHRwIl0:abc", "é", "%00", "a" * 3000])
def test_what_was_not_signed_here_opens_nothing(host: PictureHost, owner_client: Client, signed: str) -> None:
    assert owner_client.get(f"/media/{signed}").status_code == 404


def test_a_size_that_no_page_asks_for_is_not_made(
    host: PictureHost, owner_client: Client, session_id: UUID
) -> None:
    assert owner_client.get(avatars.path(session_id, ADDRESS, 4000)).status_code == 404


def test_an_address_ends(host: PictureHost, owner_client: Client, session_id: UUID) -> None:
    address = avatars.path(session_id, ADDRESS, 80)
    with time_machine.travel(time.time() + 25 * 3600, tick=True):
        assert avatars.wanted(session_id, address.rsplit("/", 1)[1]) is None


def test_an_address_stays_the_same_for_a_while(session_id: UUID) -> None:
    """Or the browser would load every picture anew on every page."""
    with time_machine.travel("2026-11-28 00:00:10+00:00", tick=False):
        morning = avatars.path(session_id, ADDRESS, 80)
    with time_machine.travel("2026-11-28 11:59:50+00:00", tick=False):
        assert avatars.path(session_id, ADDRESS, 80) == morning


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (pictures.SVG, "image/png"),
        (pictures.HTML, "image/png"),
        (pictures.bomb(), "image/png"),
        (pictures.picture()[:70], "image/png"),
        (b"", "image/png"),
        (pictures.picture("TIFF"), "image/tiff"),
        (bytes(6 * 1024 * 1024), "image/png"),
    ],
    ids=["svg", "html", "bomb", "cut-off", "empty", "other", "huge"],
)
def test_what_is_no_picture_leaves_the_initials(
    host: PictureHost, owner_client: Client, session_id: UUID, content: bytes, content_type: str
) -> None:
    host.serve("/u/1.png", content, content_type)
    response = owner_client.get(avatars.path(session_id, ADDRESS, 80))
    assert response.status_code == 200
    assert is_nothing(response.content)
    assert response["Cache-Control"] == "private, max-age=60"
    owner_client.get(avatars.path(session_id, ADDRESS, 80))
    assert len(host.asked) == 1  # that there is none is remembered


@pytest.mark.parametrize("trouble", ["redirect", "endless", "cut-off", "missing", "down"])
def test_a_host_that_misbehaves_leaves_the_initials(
    host: PictureHost, owner_client: Client, session_id: UUID, trouble: str
) -> None:
    target = f"http://127.0.0.1:{host.port}/secret.png"
    answers = {"redirect": redirecting(target), "endless": endless, "cut-off": cut_off}
    if trouble in answers:
        host.answers["/u/1.png"] = answers[trouble]
    if trouble == "missing":
        del host.answers["/u/1.png"]
    if trouble == "down":
        host.serve("/u/1.png", b"", status=503)
    host.serve("/secret.png", pictures.picture())
    response = owner_client.get(avatars.path(session_id, ADDRESS, 80))
    assert is_nothing(response.content)
    assert [path for path, _headers in host.asked] == ["/u/1.png"]


def test_an_address_that_resolves_to_loopback_is_not_asked(
    host: PictureHost, settings: Settings, owner_client: Client, session_id: UUID
) -> None:
    settings.MEDIA_HOSTS = {"pictures.example": f"http://localhost:{host.port}"}
    response = owner_client.get(avatars.path(session_id, ADDRESS, 80))
    assert is_nothing(response.content)
    assert host.asked == []


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x.png", "file:///etc/passwd", "http://other.example/x.png"]
)
def test_even_a_signed_address_has_to_be_of_a_known_host(
    host: PictureHost, owner_client: Client, session_id: UUID, address: str
) -> None:
    assert is_nothing(owner_client.get(avatars.path(session_id, address, 80)).content)
    assert host.asked == []


def test_nothing_can_be_posted(host: PictureHost, owner_client: Client, session_id: UUID) -> None:
    assert owner_client.post(avatars.path(session_id, ADDRESS, 80)).status_code == 405


def test_the_pictures_of_the_sandbox_are_shown(
    sandbox: SandboxProcess, owner_client: Client, session_id: UUID
) -> None:
    caches["pictures"].clear()
    address = f"{sandbox.weila_url}/media/default/org.png"
    response = owner_client.get(avatars.path(session_id, address, 160))
    assert response["Content-Type"] == "image/webp"


def test_ones_own_picture_is_at_the_top_of_every_page(
    host: PictureHost, owner_client: Client, session_id: UUID
) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=UpstreamSession.objects.get(pk=session_id).user_id).update(avatar=ADDRESS)
    address = avatars.path(session_id, ADDRESS, 80)
    for page in ("/departments", "/audit", "/files", "/nothing-is-here"):
        shown = address in owner_client.get(page).content.decode()
        assert shown is (page != "/nothing-is-here")  # behind the gate
