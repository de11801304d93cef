"""The page /sign-in/again, and who is led to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import entrance, sealing, sessions
from accounts.models import UpstreamSession, Why
from accounts.tokens import SessionTokens, weila_of
from audit.models import Event
from tests.conftest import SignedInClient
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import NO_ORGANIZATION, ORDINARY, OWNER, PASSWORD, sign_in

PAGE = "/sign-in/again?next=/risky%3Fpage%3D2"
BY_NAME, REFRESH = "/v1/corp/web/login-by-name", "/v1/sessions/refresh"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]


@pytest.fixture
def client_of_long_ago(owner_client: Client) -> Client:
    """Somebody who is signed in and gave the password a while ago."""
    forget_proof()
    return owner_client


def forget_proof() -> None:
    UpstreamSession.objects.update(proved_at=NOON)


def here() -> UpstreamSession:
    return UpstreamSession.objects.get()


# --- who is led there


def test_right_after_signing_in_nobody_is_asked(owner_client: Client) -> None:
    assert here().proved_at == here().created_at
    assert owner_client.post("/risky").content == b"done"


def test_it_counts_for_a_limited_time(visitor: Client, sandbox: SandboxProcess, settings: Settings) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(visitor)
        clock.shift(settings.SIGN_IN_AGAIN_AFTER - timedelta(seconds=1))
        assert visitor.post("/risky").status_code == 200
        clock.shift(timedelta(seconds=1))
        assert visitor.post("/risky").status_code == 302


def test_a_form_leads_there_and_back_to_its_page(client_of_long_ago: Client) -> None:
    response = client_of_long_ago.post("/risky", headers={"Referer": "http://testserver/risky?page=2"})
    assert (response.status_code, response["Location"]) == (302, "/sign-in/again?next=%2Frisky%3Fpage%3D2")
    foreign = client_of_long_ago.post("/risky", headers={"Referer": "http://evil.example/risky"})
    assert foreign["Location"] == "/sign-in/again"


def test_a_fragment_leads_the_whole_page_there(client_of_long_ago: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/risky?page=2"}
    response = client_of_long_ago.post("/risky", headers=headers)
    assert (response.status_code, response.content) == (204, b"")
    assert response["HX-Redirect"] == "/sign-in/again?next=%2Frisky%3Fpage%3D2"


def test_a_view_may_say_where_to_come_back_to(client_of_long_ago: Client) -> None:
    response = client_of_long_ago.post("/risky?back=/asks", headers={"Referer": "http://testserver/risky"})
    assert response["Location"] == "/sign-in/again?next=%2Fasks"


# --- the page


def test_it_says_who_i_am_asks_for_the_password_only_and_keeps_drafts(client_of_long_ago: Client) -> None:
    response = client_of_long_ago.get(PAGE)
    page = response.content.decode().split("<main")[1].split("</main")[0]
    assert response.status_code == 200
    assert "70015325" in page
    assert page.count("<input") - page.count('type="hidden"') == 1
    assert 'type="password"' in page and "autofocus" in page
    assert "data-interrupts-drafts" in page
    assert 'href="/risky?page=2">Cancel' in page
    chinese = client_of_long_ago.get(PAGE, headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "身份验证" in chinese


def test_who_gave_the_password_lately_goes_on_at_once(owner_client: Client) -> None:
    assert owner_client.get(PAGE)["Location"] == "/risky?page=2"
    assert owner_client.get("/sign-in/again")["Location"] == "/"


def test_the_right_password_leads_on(client_of_long_ago: Client, sandbox: SandboxProcess) -> None:
    before, key = here(), client_of_long_ago.session.session_key
    response = client_of_long_ago.post(PAGE, {"password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/risky?page=2")
    row = here()
    assert sessions.proved_lately(row)
    assert (row.id, row.token_version, row.lease_until) == (before.id, 2, None)
    assert sealing.unseal_tokens(row).access != sealing.unseal_tokens(before).access
    assert row.expires_at > before.expires_at
    assert client_of_long_ago.session.session_key != key
    assert not Session.objects.filter(session_key=key).exists()
    assert client_of_long_ago.post("/risky").content == b"done"
    assert client_of_long_ago.get("/asks").content == b"organization 100073"
    assert len(sandbox.journal(BY_NAME)) == 1


def test_it_is_recorded_without_the_password(client_of_long_ago: Client) -> None:
    client_of_long_ago.post(PAGE, {"password": "wrong 1234"})
    client_of_long_ago.post(PAGE, {"password": PASSWORD})
    events = Event.objects.filter(operation="session.prove").order_by("id")
    assert [event.stage for event in events] == ["attempted", "refused", "attempted", "done"]
    for event in events:
        assert event.target_id == str(here().id)
        assert PASSWORD not in str(vars(event)) and "wrong 1234" not in str(vars(event))


@pytest.mark.parametrize(
    "following", ["https://evil.example/", "//evil.example", "/sign-out", "/nowhere", ""]
)
def test_it_leads_to_pages_of_ours_only(client_of_long_ago: Client, following: str) -> None:
    page = f"/sign-in/again?next={following}"
    assert "evil" not in client_of_long_ago.get(page).content.decode().split("<main")[1].replace(page, "")
    assert client_of_long_ago.post(page, {"password": PASSWORD})["Location"] == "/"


def test_neither_organization_nor_role_is_needed(signed_in_client: SignedInClient) -> None:
    for account in (ORDINARY, NO_ORGANIZATION):
        client = signed_in_client(account)
        forget_proof()
        assert client.post(PAGE, {"password": PASSWORD})["Location"] == "/risky?page=2"


def test_strangers_are_led_to_sign_in(visitor: Client, sandbox: SandboxProcess) -> None:
    for response in (visitor.get(PAGE), visitor.post(PAGE, {"password": PASSWORD})):
        assert response["Location"].split("?")[0] == "/sign-in"
    assert sandbox.journal() == []


def test_csrf_is_checked(client_of_long_ago: Client, sandbox: SandboxProcess) -> None:
    client_of_long_ago.handler.enforce_csrf_checks = True
    assert client_of_long_ago.post(PAGE, {"password": PASSWORD}).status_code == 403
    assert sandbox.journal(BY_NAME) == []


# --- when it does not work


def unchanged(before: UpstreamSession) -> bool:
    row = here()
    kept = ("access_sealed", "refresh_sealed", "token_version", "proved_at", "ended_at", "lease_until")
    return all(getattr(row, name) == getattr(before, name) for name in kept)


def test_a_wrong_password_is_said_at_its_field_and_changes_nothing(client_of_long_ago: Client) -> None:
    before, key = here(), client_of_long_ago.session.session_key
    response = client_of_long_ago.post(PAGE, {"password": "wrong"})
    assert response.status_code == 422
    assert 'id="id_password_error">This is not your present password.' in response.content.decode()
    assert unchanged(before)
    assert client_of_long_ago.session.session_key == key
    assert client_of_long_ago.get("/asks").content == b"organization 100073"


@pytest.mark.parametrize("password", ["", "a\x00b", "x" * 65])
def test_bad_input_sends_nothing(client_of_long_ago: Client, sandbox: SandboxProcess, password: str) -> None:
    response = client_of_long_ago.post(PAGE, {"password": password})
    assert response.status_code == 422
    assert 'id="id_password_error"' in response.content.decode()
    assert sandbox.journal(BY_NAME) == []


def test_tries_are_counted_with_those_at_the_sign_in_page(
    client_of_long_ago: Client, visitor: Client, sandbox: SandboxProcess
) -> None:
    for n in range(3):
        answer = visitor.post("/sign-in", {"account": "70015325", "kind": "number", "password": f"wrong {n}"})
        assert answer.status_code == 422
    answers = [client_of_long_ago.post(PAGE, {"password": f"wrong {n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert "Please wait" in answers[-1].content.decode()
    assert len(sandbox.journal(BY_NAME)) == 6
    assert client_of_long_ago.post(PAGE, {"password": PASSWORD}).status_code == 429


def test_a_success_forgets_the_tries(client_of_long_ago: Client) -> None:
    for _ in range(3):
        for _ in range(4):
            client_of_long_ago.post(PAGE, {"password": "wrong"})
        assert client_of_long_ago.post(PAGE, {"password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(("column", "value"), [("user_id", 4711), ("org_num", 100080)])
def test_somebody_elses_tokens_are_forgotten(
    client_of_long_ago: Client, sandbox: SandboxProcess, column: str, value: int
) -> None:
    UpstreamSession.objects.update(**{column: value})
    before = here()
    response = client_of_long_ago.post(PAGE, {"password": PASSWORD})
    assert response.status_code == 422
    assert "Sign out and sign in again." in response.content.decode()
    assert unchanged(before)
    event = Event.objects.latest("id")
    assert (event.operation, event.stage, event.reason) == ("session.prove", "refused", "somebody_else")


def test_while_weila_is_down_nothing_changes_and_nothing_is_counted(
    client_of_long_ago: Client, sandbox: SandboxProcess
) -> None:
    before = here()
    sandbox.fault(BY_NAME, "status", 503)
    for _ in range(8):
        response = client_of_long_ago.post(PAGE, {"password": PASSWORD})
        assert response.status_code == 503
    assert unchanged(before)
    sandbox.clear_faults()


def test_a_lost_answer_can_be_tried_again(client_of_long_ago: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(parallel_sessions="latest-only")
    sandbox.fault(BY_NAME, "drop-after", times=1)
    assert client_of_long_ago.post(PAGE, {"password": PASSWORD}).status_code == 503
    assert client_of_long_ago.post(PAGE, {"password": PASSWORD}).status_code == 302
    assert client_of_long_ago.get("/asks").content == b"organization 100073"


def test_where_one_sign_in_at_a_time_is_allowed_page_and_job_go_on_with_the_new_tokens(
    client_of_long_ago: Client, sandbox: SandboxProcess
) -> None:
    sandbox.assume(parallel_sessions="latest-only")
    job = SessionTokens(here().id)
    stale = job.token()
    assert client_of_long_ago.post(PAGE, {"password": PASSWORD}).status_code == 302
    assert job.renew(stale) == sealing.unseal_tokens(here()).access != stale
    assert weila_of(here().id).org_my_org() is not None
    assert client_of_long_ago.get("/asks").content == b"organization 100073"
    assert sandbox.journal(REFRESH) == []


def test_a_session_that_ends_meanwhile_stays_ended(
    client_of_long_ago: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended_meanwhile(*args: Any) -> Any:
        reply = entrance.login(*args)
        sessions.end(here().id, Why.ENDED_ELSEWHERE)
        return reply

    monkeypatch.setattr("accounts.proof.login", ended_meanwhile)
    assert client_of_long_ago.post(PAGE, {"password": PASSWORD})["Location"] == "/sign-in"
    assert (here().why, here().access_sealed) == (Why.ENDED_ELSEWHERE, "")


def test_the_other_sessions_of_the_person_prove_nothing(
    signed_in_client: SignedInClient, sandbox: SandboxProcess
) -> None:
    other, client = signed_in_client(OWNER), signed_in_client(OWNER)
    forget_proof()
    client.post(PAGE, {"password": PASSWORD})
    assert client.post("/risky").status_code == 200
    assert other.post("/risky").status_code == 302
