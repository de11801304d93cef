"""POST /sign-out."""

import pytest
from django.test import Client

from accounts.models import UpstreamSession, Why
from audit.models import Event
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db


def test_it_ends_the_row_forgets_the_tokens_and_empties_the_browser(owner_client: Client) -> None:
    key = owner_client.session.session_key
    response = owner_client.post("/sign-out")
    assert (response.status_code, response["Location"]) == (302, "/sign-in")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    row = UpstreamSession.objects.get()
    assert (row.why, row.access_sealed, row.refresh_sealed) == (Why.SIGNED_OUT, "", "")
    assert owner_client.session.session_key != key
    assert "You are signed out." in owner_client.get("/sign-in").content.decode()
    assert owner_client.get("/account/sessions").status_code == 302


def test_it_is_recorded(owner_client: Client) -> None:
    owner_client.post("/sign-out")
    assert Event.objects.latest("id").operation == "session.sign-out"


def test_nothing_is_sent(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.clear_journal()
    owner_client.post("/sign-out")
    assert sandbox.journal() == []


def test_a_link_does_not_sign_out(owner_client: Client) -> None:
    assert owner_client.get("/sign-out").status_code == 405
    assert UpstreamSession.objects.get().ended_at is None


def test_whoever_is_signed_out_already_is_not_bothered(visitor: Client) -> None:
    response = visitor.post("/sign-out")
    assert (response.status_code, response["Location"]) == (302, "/sign-in")


def test_it_needs_no_upstream(owner_client: Client, unreachable: None) -> None:
    assert owner_client.post("/sign-out").status_code == 302
    assert UpstreamSession.objects.get().why is Why.SIGNED_OUT


def test_csrf_is_checked(owner_client: Client) -> None:
    owner_client.handler.enforce_csrf_checks = True
    assert owner_client.post("/sign-out").status_code == 403
    assert UpstreamSession.objects.get().ended_at is None
