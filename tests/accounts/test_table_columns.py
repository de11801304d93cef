"""POST /account/columns: the columns of a table are remembered."""

import re

import pytest
from django.test import Client

from accounts.models import KeptView
from tests.conftest import SignedInClient
from tests.support.signing_in import MANAGER

COLUMNS = "/account/columns"
CHOSEN = {"table": "members", "query": "state=0&sort=phone", "cols": ["phone", "track"]}
pytestmark = pytest.mark.django_db


def headings(client: Client, path: str = "/members") -> list[str]:
    page = client.get(path).content.decode()
    return re.findall(r'<th scope="col"[^>]*>\s*(?:<a[^>]*>)?\s*([^<]+?)\s*<', page)


def test_they_are_shown_wherever_the_address_names_none(owner_client: Client) -> None:
    response = owner_client.post(COLUMNS, CHOSEN)
    assert response["Location"] == "/members?state=0&sort=phone"
    for path in ("/members", "/members?q=1", response["Location"]):
        assert headings(owner_client, path) == ["Name", "Phone", "Location reports"]
    assert headings(owner_client, "/members?cols=number") == ["Name", "Weila number"]


def test_the_table_answers_in_place(owner_client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "members-table"}
    fragment = owner_client.post(COLUMNS, CHOSEN, headers=headers, follow=True).content.decode().strip()
    assert fragment.startswith('<section id="members-table"')
    assert "Location reports" in fragment


def test_the_default_comes_back(owner_client: Client) -> None:
    before = headings(owner_client)
    assert "Default columns" not in owner_client.get("/members").content.decode()
    owner_client.post(COLUMNS, CHOSEN)
    assert "Default columns" in owner_client.get("/members").content.decode()
    owner_client.post(COLUMNS, CHOSEN | {"default": "1"})
    assert headings(owner_client) == before
    owner_client.post(COLUMNS, CHOSEN)
    owner_client.post(COLUMNS, CHOSEN | {"cols": []})
    assert headings(owner_client) == before
    assert not KeptView.objects.exists()


def test_they_are_one_persons_and_one_tables(owner_client: Client, signed_in_client: SignedInClient) -> None:
    owner_client.post(COLUMNS, CHOSEN)
    assert headings(signed_in_client(MANAGER)) != headings(owner_client)
    assert "Outcome" in headings(owner_client, "/audit")
    assert headings(owner_client, "/departments")[1] == "People"


def test_unknown_columns_are_left_out(owner_client: Client) -> None:
    owner_client.post(COLUMNS, CHOSEN | {"cols": ["password", "<script>", "a" * 5000, "phone"]})
    assert headings(owner_client) == ["Name", "Phone"]


@pytest.mark.parametrize("fields", [{"table": "nothing"}, {"table": ""}, {"query": "q=" + "x" * 2000}])
def test_what_is_no_table_is_refused(owner_client: Client, fields: dict[str, str]) -> None:
    assert owner_client.post(COLUMNS, CHOSEN | fields).status_code == 400
    assert not KeptView.objects.exists()
