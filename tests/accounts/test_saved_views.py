"""Saved views of a table: POST /account/views, /account/views/<id>, and its deletion."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts import preferences
from accounts.models import KeptView, UpstreamSession
from audit.models import Event
from tests.conftest import SignedInClient
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import MANAGER, NO_ORGANIZATION, OTHER_OWNER

SAVE = "/account/views"
QUERY = "state=1&sort=-created&cols=phone,created"
VIEW = {"table": "members", "query": QUERY, "name": "Suspended"}
NOBODYS = 4_711_000
pytestmark = pytest.mark.django_db


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


def save(client: Client, **fields: str) -> KeptView:
    response = client.post(SAVE, VIEW | fields)
    assert response.status_code == 302
    return KeptView.objects.latest("id")


def test_what_the_table_shows_is_saved_and_opened_again(owner_client: Client) -> None:
    page = text(owner_client, f"/members?{QUERY}&page=1")
    query = re.search(r'name="query" value="([^"]*)">\s*<label', page)
    assert query is not None
    assert query[1] == QUERY
    response = owner_client.post(SAVE, VIEW, follow=True)
    assert response.redirect_chain == [(f"/members?{QUERY}", 302)]
    page = unescape(response.content.decode())
    assert "The view “Suspended” is saved." in page
    assert f'href="/members?{QUERY}" hx-get="/members?{QUERY}" aria-current="true">Suspended</a>' in page
    assert 'aria-current="true">Suspended' not in text(owner_client, "/members")


@pytest.mark.parametrize(("table", "path"), [("departments", "/departments"), ("audit", "/audit")])
def test_other_tables_have_their_own(owner_client: Client, table: str, path: str) -> None:
    save(owner_client, table=table, query="q=x", name="Mine")
    assert ">Mine</a>" in text(owner_client, path)
    assert ">Mine</a>" not in text(owner_client, "/members")


def test_nobody_else_sees_them(owner_client: Client, signed_in_client: SignedInClient) -> None:
    save(owner_client)
    for other in (MANAGER, OTHER_OWNER):
        assert "Suspended</a>" not in text(signed_in_client(other), "/members")


def test_each_organization_has_its_own(owner_client: Client) -> None:
    view = save(owner_client)
    KeptView.objects.update(org_num=100080)
    assert "Suspended</a>" not in text(owner_client, "/members")
    assert owner_client.get(f"{SAVE}/{view.pk}").status_code == 404


def test_it_is_renamed(owner_client: Client) -> None:
    view = save(owner_client)
    assert 'value="Suspended"' in text(owner_client, f"{SAVE}/{view.pk}")
    response = owner_client.post(f"{SAVE}/{view.pk}", {"name": "On hold"}, follow=True)
    assert response.redirect_chain == [(f"/members?{QUERY}", 302)]
    assert ">On hold</a>" in response.content.decode()
    assert owner_client.post(f"{SAVE}/{view.pk}", {"name": "On hold"}).status_code == 302


def test_it_is_deleted(owner_client: Client) -> None:
    view = save(owner_client)
    response = owner_client.post(f"{SAVE}/{view.pk}/delete", follow=True)
    assert "The view “Suspended” was deleted." in response.content.decode()
    assert not KeptView.objects.exists()
    assert owner_client.post(f"{SAVE}/{view.pk}/delete").status_code == 404


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\nb", "a\x00b", "\u202egpj"])
def test_a_name_has_to_be_one_line_of_text(owner_client: Client, name: str) -> None:
    response = owner_client.post(SAVE, VIEW | {"name": name})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_name_error"' in page
    assert f'value="{QUERY}"' in unescape(page)  # it can be put right and sent again
    assert not KeptView.objects.exists()
    view = save(owner_client)
    assert owner_client.post(f"{SAVE}/{view.pk}", {"name": name}).status_code == 422


def test_a_name_is_given_once_a_table(owner_client: Client) -> None:
    save(owner_client)
    assert owner_client.post(SAVE, VIEW | {"query": "q=x"}).status_code == 422
    other = save(owner_client, name="Other")
    response = owner_client.post(f"{SAVE}/{other.pk}", {"name": "Suspended"})
    assert response.status_code == 422
    assert 'id="id_name_error"' in response.content.decode()
    save(owner_client, table="audit", query="")


def test_there_is_a_limit_and_it_is_said(owner_client: Client) -> None:
    for number in range(preferences.LIMIT):
        save(owner_client, name=f"View {number}")
    response = owner_client.post(SAVE, VIEW | {"name": "One more"})
    assert response.status_code == 422
    assert "as many as are kept" in response.content.decode()
    assert KeptView.objects.count() == preferences.LIMIT


@pytest.mark.parametrize(
    "fields",
    [
        {"table": ""},
        {"table": "nothing"},
        {"table": "member"},
        {"table": "healthz"},
        {"table": "sign-out"},
        {"query": "q=" + "x" * 2000},
    ],
)
def test_what_is_no_table_is_refused(owner_client: Client, fields: dict[str, str]) -> None:
    assert owner_client.post(SAVE, VIEW | fields).status_code == 400
    assert not KeptView.objects.exists()


@pytest.mark.parametrize("query", ["//evil.example/", "#x", "@evil.example", "next=https://evil.example"])
def test_no_query_leads_elsewhere(owner_client: Client, query: str) -> None:
    response = owner_client.post(SAVE, VIEW | {"query": query})
    assert response.status_code == 400 or response["Location"].startswith("/members?")


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    save(owner_client, name="<img src=x onerror=alert(1)>")
    assert "<img" not in owner_client.get("/members").content.decode()


@pytest.mark.parametrize("path", [f"{SAVE}/{{}}", f"{SAVE}/{{}}/delete"])
def test_somebody_elses_is_not_found_and_the_try_is_recorded(
    owner_client: Client, signed_in_client: SignedInClient, path: str
) -> None:
    view = save(owner_client)
    stranger = signed_in_client(OTHER_OWNER)
    assert stranger.post(path.format(view.pk), {"name": "Stolen"}).status_code == 404
    assert KeptView.objects.get().name == "Suspended"
    event = Event.objects.latest("id")
    assert (event.operation, event.stage, event.reason) == ("saved-view.change", "refused", "not_here")
    assert owner_client.post(path.format(NOBODYS), {"name": "x"}).status_code == 404


def test_strangers_are_led_to_sign_in_and_links_change_nothing(visitor: Client, owner_client: Client) -> None:
    view = save(owner_client)
    for path in (SAVE, f"{SAVE}/{view.pk}", f"{SAVE}/{view.pk}/delete", "/account/columns"):
        assert visitor.post(path, VIEW)["Location"].startswith("/sign-in")
    deletion = f"{SAVE}/{view.pk}/delete"
    for path, page in ((SAVE, "/"), (deletion, f"{SAVE}/{view.pk}"), ("/account/columns", "/")):
        assert owner_client.get(path)["Location"] == page
    assert KeptView.objects.get() == view


def test_without_an_organization_there_is_no_table(signed_in_client: SignedInClient) -> None:
    client = signed_in_client(NO_ORGANIZATION)
    assert client.post(SAVE, VIEW).status_code == 404
    assert client.post("/account/columns", {"table": "members"}).status_code == 404
    assert client.get(f"{SAVE}/1").status_code == 404


def test_weila_is_not_asked(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault("*", "status", 503)
    sandbox.clear_journal()
    save(owner_client)
    assert sandbox.journal() == []


def test_they_are_forgotten_with_the_last_session(owner_client: Client) -> None:
    save(owner_client)
    assert preferences.purge() == 0
    UpstreamSession.objects.all().delete()
    assert preferences.purge() == 1
