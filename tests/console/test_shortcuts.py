"""The sheet of keyboard shortcuts: /shortcuts."""

import re

import pytest
from django.test import Client

from tests.conftest import SignedInClient
from tests.support.signing_in import NO_ORGANIZATION

pytestmark = pytest.mark.django_db


def test_it_lists_where_the_navigation_leads(owner_client: Client) -> None:
    page = owner_client.get("/shortcuts").content.decode()
    keys = re.findall(r'data-key="(\w)"', page)
    assert keys == ["h", "o", "d", "m", "g", "b", "f", "a"]
    assert re.findall(r"<kbd>G</kbd> <kbd>(\w)</kbd>", page) == [key.upper() for key in keys]


def test_the_region_is_part_of_the_page(owner_client: Client) -> None:
    page = owner_client.get("/shortcuts").content.decode()
    headers = {"HX-Request": "true", "HX-Target": "shortcuts"}
    region = owner_client.get("/shortcuts", headers=headers).content.decode().strip()
    assert region in page
    assert page.count('id="shortcuts"') == 1


def test_without_an_organization_it_names_no_page(signed_in_client: SignedInClient) -> None:
    page = signed_in_client(NO_ORGANIZATION).get("/shortcuts").content.decode()
    assert "<kbd>G</kbd>" not in page


def test_strangers_are_led_to_sign_in(visitor: Client) -> None:
    assert visitor.get("/shortcuts")["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "page", ["/", "/org", "/departments", "/members", "/groups", "/files", "/audit", "/account"]
)
def test_every_page_listens_to_the_keys(owner_client: Client, page: str) -> None:
    body = owner_client.get(page).content.decode()
    assert "js/shortcuts.js" in body
    assert "js/jump.js" in body
