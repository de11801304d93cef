"""/org/create: for a signed-in person without an organization."""

import pytest
from django.test import Client

from accounts.models import UpstreamSession
from audit.models import Event, Stage
from tests.conftest import SignedInClient
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import NO_ORGANIZATION

pytestmark = pytest.mark.django_db
ADDRESS = "/org/create"
OPERATION = asking.API + "org-create"


@pytest.fixture
def client(signed_in_client: SignedInClient) -> Client:
    return signed_in_client(NO_ORGANIZATION)


def test_it_creates_the_organization_and_leads_into_it(client: Client, sandbox: SandboxProcess) -> None:
    response = client.post(ADDRESS, {"name": "新企业"}, follow=True)
    assert response.status_code == 200
    assert "The organization “新企业” was created." in asking.text(response)
    assert asking.sent(sandbox) == ["org-create"]
    assert UpstreamSession.objects.get(ended_at=None).org_num is not None
    assert client.get("/org").status_code == 200


@pytest.mark.parametrize("page", ["/", "/members", "/departments", "/org", "/audit"])
def test_every_other_page_leads_here(client: Client, page: str) -> None:
    assert client.get(page)["Location"] == ADDRESS


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_whoever_has_one_is_led_to_it(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert owner_client.get(ADDRESS)["Location"] == "/org"
    assert owner_client.post(ADDRESS, {"name": "x"})["Location"] == "/org"
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "name"),
        *asking.BAD_NAMES,
        ({"name": "企业", "avatar": "javascript:alert(1)"}, "avatar"),
        ({"name": "企业", "avatar": "http://x/" + "a" * 600}, "avatar"),
    ],
)
def test_bad_input_is_said_at_its_field(
    client: Client, sandbox: SandboxProcess, typed: dict[str, str], field: str
) -> None:
    asking.bad_input_is_said_at_its_field(client, sandbox, ADDRESS, field, **typed)


@pytest.mark.parametrize("name", asking.NAMES)
def test_any_text_is_a_name(client: Client, sandbox: SandboxProcess, name: str) -> None:
    response = client.post(ADDRESS, {"name": name})
    assert response.status_code == 302
    assert asking.sent(sandbox) == ["org-create"]


def test_a_refusal_keeps_what_was_typed(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "errcode", 45002)
    response = client.post(ADDRESS, {"name": "新企业"})
    assert response.status_code == 422
    assert "Weila refused this" in asking.text(response)
    assert 'value="新企业"' in asking.text(response)


def test_weila_is_down(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault("*", "status", 503)
    response = client.post(ADDRESS, {"name": "新企业"})
    assert response.status_code in (503, 504)
    assert UpstreamSession.objects.get().org_num is None


def test_a_lost_answer_that_was_done_is_found(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    response = client.post(ADDRESS, {"name": "新企业"}, follow=True)
    assert "was created" in asking.text(response)
    assert asking.sent(sandbox) == ["org-create"]


def test_a_lost_answer_that_cannot_be_looked_up_is_said(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = client.post(ADDRESS, {"name": "新企业"})
    assert response.status_code == 504
    assert "It is not known whether this was done" in asking.text(response)
    assert Event.objects.filter(operation="weila.org-create", stage=Stage.UNKNOWN).count() == 1
