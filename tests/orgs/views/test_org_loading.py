"""/org/loading: the directory of a large organization is being read in the background."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from orgs.models import Organization
from tests.conftest import SignedInClient
from tests.orgs.views import asking
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.signing_in import NO_ORGANIZATION

pytestmark = pytest.mark.django_db
ADDRESS = "/org/loading"
REGION = "loading-progress"
FRAGMENT = {"HX-Request": "true", "HX-Target": REGION}


@pytest.fixture
def client(owner_client: Client) -> Client:
    """Signed in to an organization of which nothing but the head is stored, and whose fetch was asked for."""
    Organization.objects.create(num=ORG, name="微喇测试", queued_at=timezone.now())
    return owner_client


def progress(done: int, total: int, failure: str = "") -> None:
    Organization.objects.filter(num=ORG).update(progress_done=done, progress_total=total, failure=failure)


def test_it_shows_progress(client: Client) -> None:
    progress(500, 2000)
    body = asking.text(client.get(ADDRESS))
    assert '<progress value="500" max="2000">' in body
    assert "500 of 2000 members and devices are stored." in body


def test_before_the_list_has_arrived_there_is_no_figure(client: Client) -> None:
    body = asking.text(client.get(ADDRESS))
    assert "<progress>…</progress>" in body
    assert "Waiting for Weila to send the list." in body


def test_a_small_organization_never_sees_it(owner_client: Client) -> None:
    assert owner_client.get("/members").status_code == 200


def test_a_large_one_is_led_here_and_on(
    owner_client: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    settings.MIRROR_INLINE_LIMIT = 10
    response = owner_client.get("/members")
    assert response["Location"].startswith(ADDRESS)


def test_it_leads_on_when_it_is_done(client: Client) -> None:
    Organization.objects.filter(num=ORG).update(mirrored_at=timezone.now())
    assert client.get(f"{ADDRESS}?next=/members")["Location"] == "/members"
    assert client.get(ADDRESS)["Location"] == "/"
    fragment = client.get(f"{ADDRESS}?next=/members", headers=FRAGMENT)
    assert fragment["HX-Redirect"] == "/members"


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "/nowhere", "members"])
def test_it_leads_nowhere_else(client: Client, following: str) -> None:
    Organization.objects.filter(num=ORG).update(mirrored_at=timezone.now())
    assert client.get(ADDRESS, {"next": following})["Location"] == "/"


def test_questions_become_rarer(client: Client) -> None:
    waits = []
    address = ADDRESS
    for _ in range(5):
        context = client.get(address, headers=FRAGMENT).context
        waits.append(context["wait"])
        address = context["poll_url"]
    assert waits == [1, 2, 4, 8, 8]


@pytest.mark.parametrize("waited", ["0", "-1", "99999", "x", ""])
def test_nonsense_falls_back(client: Client, waited: str) -> None:
    assert client.get(ADDRESS, {"waited": waited}).context["wait"] == 1


def test_a_failure_is_said_and_asked_again(client: Client) -> None:
    progress(0, 0, "unavailable")
    body = asking.text(client.get(ADDRESS))
    assert "The directory could not be read" in body
    assert "Try again" in body
    assert 'hx-trigger="load delay:1s"' in body


def test_the_fragment_equals_the_page(client: Client) -> None:
    fragment = asking.fragment_equals_page(client, ADDRESS, REGION)
    assert "/org/loading?next=%2F&amp;waited=1" in fragment


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get(ADDRESS)["Location"].startswith("/sign-in")


def test_somebody_without_an_organization_is_led_to_create_it(signed_in_client: SignedInClient) -> None:
    assert signed_in_client(NO_ORGANIZATION).get(ADDRESS)["Location"] == "/org/create"


def test_it_sends_no_write(client: Client, sandbox: SandboxProcess) -> None:
    client.get(ADDRESS)
    assert client.post(ADDRESS).status_code == 405
    assert asking.sent(sandbox) == []
