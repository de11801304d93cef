"""The page /account."""

from html import unescape

import pytest
from django.test import Client
from django.utils.html import escape

from tests.conftest import SignedInClient
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import ABROAD, NO_ORGANIZATION

PAGE = "/account"
API = "/v1/corp/web/user-selfinfo"
pytestmark = pytest.mark.django_db


def opened(client: Client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_it_shows_what_weila_knows_of_me(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/members")  # the role is known from the directory
    page = opened(owner_client)
    for text in ("70015325", "+86 13353236154", "1253444", "100073", "Owner", "Picture address"):
        assert text in page
    assert len(sandbox.journal(API)) == 1


def test_a_phone_abroad_has_its_country(sandbox: SandboxProcess, visitor: Client) -> None:
    visitor.post("/sign-in", {"account": ABROAD, "password": "123456", "kind": "phone"})
    assert f"+852 {ABROAD}" in opened(visitor)


def test_without_an_organization_it_leads_to_creating_one(signed_in_client: SignedInClient) -> None:
    page = opened(signed_in_client(NO_ORGANIZATION))
    assert "None yet" in page
    assert 'href="/org/create"' in page
    assert 'id="navigation"' not in page


def test_the_menu_and_the_other_pages_of_the_account_lead_here(owner_client: Client) -> None:
    for path in ("/members", "/account", "/account/password", "/account/phone", "/account/sessions"):
        page = owner_client.get(path).content.decode()
        assert '<a class="dropdown-item" href="/account">' in page
        tabs = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
        assert tabs.count('aria-current="page"') == (path != "/members")
        assert f'href="{path}" aria-current="page"' in tabs or path == "/members"


def test_anonymous_visitors_are_led_to_sign_in_and_back(visitor: Client) -> None:
    response = visitor.get(PAGE)
    assert (response.status_code, response["Location"]) == (302, "/sign-in?next=%2Faccount")


def test_no_role_is_needed(ordinary_client: Client) -> None:
    assert "70016002" in opened(ordinary_client)


@pytest.mark.parametrize(
    ("kind", "value"), [("status", 503), ("drop", None), ("malformed", "html"), ("malformed", "truncated")]
)
def test_while_weila_is_down_it_shows_what_the_console_knows(
    owner_client: Client, sandbox: SandboxProcess, kind: str, value: object
) -> None:
    sandbox.fault(API, kind, value)
    page = opened(owner_client)
    assert "You see only what this console knows" in page
    assert "70015325" in page
    assert "13353236154" not in page


@pytest.mark.parametrize("malformed", ["string-numbers", "unknown-enum", "wrong-types"])
def test_odd_answers_are_read_as_far_as_they_go(
    owner_client: Client, sandbox: SandboxProcess, malformed: str
) -> None:
    sandbox.fault(API, "malformed", malformed)
    assert "70015325" in opened(owner_client)


def test_an_ended_session_leads_to_sign_in(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.expire_tokens(refresh=True)
    assert owner_client.get(PAGE)["Location"].startswith("/sign-in")


def test_a_hostile_name_is_text(owner_client: Client, sandbox: SandboxProcess) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    sandbox.control("POST", "weila/members/1253444", {"name": hostile})
    page = owner_client.get(PAGE).content.decode()
    assert hostile not in page
    assert escape(hostile) in page
