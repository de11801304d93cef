"""What happens around every view: who may pass, who is led to sign-in, and back to which page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.html import escape
from pytest_django.fixtures import Settings

from accounts import sessions, words
from accounts.models import UpstreamSession, Why
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import OWNER, PASSWORD, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]
FRAGMENT = {"HX-Request": "true", "HX-Target": "rows", "HX-Current-URL": "http://testserver/asks?q=1&page=2"}
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BACK = "/sign-in?next=%2Fasks%3Fq%3D1%26page%3D2"


def test_public_views_are_for_anybody(visitor: Client, owner_client: Client) -> None:
    assert visitor.get("/anybody").content == b"signed in: False"
    assert owner_client.get("/anybody").content == b"signed in: True"


def test_views_that_say_nothing_are_closed(visitor: Client) -> None:
    assert visitor.get("/members")["Location"] == "/sign-in?next=%2Fmembers"


def test_a_page_leads_to_sign_in_and_back(visitor: Client) -> None:
    response = visitor.get("/asks?q=1&page=2")
    assert (response.status_code, response["Location"]) == (302, BACK)


def test_a_fragment_leads_the_whole_page_there_and_back_to_the_page_it_is_on(visitor: Client) -> None:
    response = visitor.get("/polls", headers=FRAGMENT)
    assert (response.status_code, response["HX-Redirect"], response.content) == (401, BACK, b"")


def test_a_fragment_on_another_site_leads_back_nowhere(visitor: Client) -> None:
    headers = FRAGMENT | {"HX-Current-URL": "http://evil.example/asks"}
    assert visitor.get("/polls", headers=headers)["HX-Redirect"] == "/sign-in"


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        ("http://testserver/asks?q=1&page=2#top", BACK),
        ("http://evil.example/asks", "/sign-in"),
        ("http://testserver/unnamed", "/sign-in"),
        ("", "/sign-in"),
    ],
)
def test_a_form_leads_back_to_the_page_it_was_on(visitor: Client, referer: str, location: str) -> None:
    assert visitor.post("/asks", headers={"Referer": referer})["Location"] == location


def test_first_visits_leave_nothing_in_the_database(visitor: Client) -> None:
    visitor.get("/asks")
    visitor.get("/sign-in")
    assert not Session.objects.exists()


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_session_that_the_upstream_no_longer_knows_ends_once(
    owner_client: Client, sandbox: SandboxProcess, headers: dict[str, str]
) -> None:
    sandbox.expire_tokens(refresh=True)
    response = owner_client.get("/asks?q=1&page=2", headers=headers)
    assert response.headers.get("HX-Redirect", response.headers.get("Location")) == BACK
    assert UpstreamSession.objects.get().why is Why.REFUSED
    page = owner_client.get(BACK).content.decode()
    assert "Weila no longer accepts this session." in page
    assert "data-interrupts-drafts" in page
    after = owner_client.post(BACK, {"account": OWNER, "password": PASSWORD, "next": "/asks?q=1&page=2"})
    assert after["Location"] == "/asks?q=1&page=2"
    assert owner_client.get("/asks").content == b"organization 100073"


def test_a_token_that_is_refused_even_after_its_renewal_ends_the_session(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault("/v1/corp/web/org-my-org", "errcode", 31)
    assert owner_client.get("/asks")["Location"] == "/sign-in?next=%2Fasks"
    assert UpstreamSession.objects.get().why is Why.REFUSED


def test_an_expired_token_is_renewed_unnoticed_by_a_post_too(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.expire_tokens()
    assert owner_client.post("/asks").content == b"organization 100073"


def test_an_answer_that_fails_keeps_the_new_tokens(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.expire_tokens()
    sandbox.fault("/v1/corp/web/org-my-org", "status", 502)
    assert owner_client.get("/asks").status_code == 503
    sandbox.clear_faults()
    sandbox.expire_tokens()
    assert owner_client.get("/asks").status_code == 200
    assert UpstreamSession.objects.get().ended_at is None


def test_an_unreachable_upstream_signs_nobody_out(owner_client: Client, unreachable: None) -> None:
    assert owner_client.get("/asks").status_code == 503
    assert UpstreamSession.objects.get().ended_at is None


def test_a_session_that_is_not_used_ends(
    visitor: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(visitor)
        clock.shift(settings.SESSION_IDLE)
        assert visitor.get("/asks").status_code == 302
        assert "not used for a long time" in visitor.get("/sign-in").content.decode()
    row = UpstreamSession.objects.get()
    assert (row.why, row.access_sealed) == (Why.IDLE, "")


def test_a_session_that_is_used_lives_but_not_for_ever(
    visitor: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    settings.SESSION_LIFE = timedelta(hours=30)
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(visitor)
        for _ in range(3):
            clock.shift(timedelta(hours=9))
            assert visitor.get("/anybody").content == b"signed in: True"
        clock.shift(timedelta(hours=3))
        assert visitor.get("/anybody").content == b"signed in: False"
    assert UpstreamSession.objects.get().why is Why.EXPIRED


def test_polling_keeps_nobody_signed_in(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(visitor)
        for _ in range(3):
            clock.shift(timedelta(hours=5))
            last = visitor.get("/polls")
    assert last.status_code == 302
    assert UpstreamSession.objects.get().why is Why.IDLE


def test_use_is_noted_once_a_minute(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(visitor)
        clock.shift(timedelta(seconds=59))
        visitor.get("/anybody")
        assert UpstreamSession.objects.get().last_used_at == NOON
        clock.shift(timedelta(seconds=1))
        visitor.get("/anybody")
        assert UpstreamSession.objects.get().last_used_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("why", list(Why))
def test_every_end_has_its_sentence(owner_client: Client, why: Why) -> None:
    sessions.end(UpstreamSession.objects.get().id, why)
    location = owner_client.get("/asks")["Location"]
    page = owner_client.get(location).content.decode()
    assert escape(str(words.ENDED[why])) in page
    assert owner_client.get("/asks").status_code == 302


def test_the_sentence_never_comes_from_the_address(visitor: Client) -> None:
    page = visitor.get("/sign-in", {"why": "idle", "next": "/asks", "message": "pay here"}).content.decode()
    assert not [why for why, sentence in words.ENDED.items() if escape(str(sentence)) in page]
    assert "pay here" not in page


def test_a_cookie_of_a_session_that_was_purged_is_nobodys(owner_client: Client) -> None:
    UpstreamSession.objects.all().delete()
    assert owner_client.get("/asks").status_code == 302
    assert owner_client.get("/sign-in").status_code == 200


@pytest.mark.parametrize(("headers", "status"), [({}, 302), ({"HX-Request": "true"}, 401)])
def test_a_session_that_vanishes_under_a_request_leads_to_sign_in(
    owner_client: Client, headers: dict[str, str], status: int
) -> None:
    response = owner_client.get("/vanishes", headers=headers)
    assert response.status_code == status
    assert response.headers.get("HX-Redirect", response.headers.get("Location")) == "/sign-in"
