"""The page /sign-in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import FamiliarAddress, UpstreamSession
from audit.models import Event
from common.models import Throttle
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import (
    ABROAD,
    NO_ORGANIZATION,
    OWNER,
    PASSWORD,
    PERSONAL,
    sign_in,
)

BY_PHONE, BY_NAME = "/v1/corp/web/login-by-phone", "/v1/corp/web/login-by-name"
pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def post(client: Client, **fields: str) -> tuple[int, str]:
    response = client.post("/sign-in", {"account": OWNER, "password": PASSWORD} | fields)
    return response.status_code, response.content.decode()


def test_the_page_opens(visitor: Client) -> None:
    response = visitor.get("/sign-in")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "upstream_session" not in visitor.session


def test_a_phone_signs_in_and_leads_home(visitor: Client, sandbox: SandboxProcess) -> None:
    response = visitor.post("/sign-in", {"account": "+86 133-5323-6154", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    row = UpstreamSession.objects.get()
    assert (row.user_num, row.org_num, row.address, row.user_agent[:7]) == (
        "70015325",
        100073,
        "127.0.0.1",
        "Mozilla",
    )
    assert dict(visitor.session) == {"upstream_session": str(row.id)}
    assert "sandbox-" not in row.access_sealed + row.refresh_sealed
    assert len(sandbox.journal(BY_PHONE)) == 1


def test_it_waits_for_the_write_lock_three_times(
    transactional_db: None, visitor: Client, sandbox: SandboxProcess
) -> None:
    """The try, which has to be counted before it is made; what a success is; and the browser's own session."""
    sign_in(visitor)
    visitor.cookies.clear()
    with Queries() as queries:
        sign_in(visitor)
    assert len(queries.writes) == 3, queries.writes


def test_a_success_is_stored_whole_or_not_at_all(
    visitor: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken on purpose")

    with monkeypatch.context() as patched:
        patched.setattr("audit.trail.record", broken)
        visitor.raise_request_exception = False
        assert post(visitor)[0] == 500
    assert not UpstreamSession.objects.exists()
    assert not FamiliarAddress.objects.exists()
    assert {row.tries for row in Throttle.objects.all()} == {1}, "the try was made and stays counted"
    assert post(visitor)[0] == 302


def test_it_is_recorded(visitor: Client, sandbox: SandboxProcess) -> None:
    sign_in(visitor)
    event = Event.objects.get()
    assert (event.operation, event.stage, event.actor_num, event.org_num) == (
        "session.sign-in",
        "done",
        "70015325",
        100073,
    )
    assert event.request_id


def test_eight_digits_that_could_be_either_are_asked_about(visitor: Client, sandbox: SandboxProcess) -> None:
    status, page = post(visitor, account="70015325")
    assert status == 422
    assert 'name="kind"' in page
    assert 'value="70015325"' in page
    assert "(optional)" not in page
    assert PASSWORD not in page
    assert sandbox.journal() == []
    status, _ = post(visitor, account="70015325", kind="number")
    assert status == 302
    assert len(sandbox.journal(BY_NAME)) == 1


def test_what_eight_digits_were_is_remembered_in_this_browser(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    post(visitor, account=ABROAD, kind="phone")
    visitor.post("/sign-out")
    status, _ = post(visitor, account=ABROAD)
    assert status == 302
    assert len(sandbox.journal(BY_PHONE)) == 2


def test_a_remembered_kind_that_was_wrong_can_be_changed(visitor: Client, sandbox: SandboxProcess) -> None:
    post(visitor, account=ABROAD, kind="phone")
    visitor.post("/sign-out")
    status, page = post(visitor, account="70015325")
    assert status == 422
    assert 'value="phone" ' in page
    assert "checked" in page


@pytest.mark.parametrize(
    "account", ["", " ", "abc", "1234", "1" * 16, "133５３23６154<b>", "133\x0053236154"]
)
def test_what_is_no_account_sends_nothing(visitor: Client, sandbox: SandboxProcess, account: str) -> None:
    status, page = post(visitor, account=account)
    assert status == 422
    assert 'id="id_account_error"' in page
    assert sandbox.journal() == []


@pytest.mark.parametrize("password", ["", "p" * 65, "a\nb"])
def test_what_is_no_password_sends_nothing(visitor: Client, sandbox: SandboxProcess, password: str) -> None:
    status, page = post(visitor, password=password)
    assert status == 422
    assert 'id="id_password_error"' in page
    assert sandbox.journal() == []


def test_a_wrong_password_is_said_at_its_field_and_typed_back_nowhere(
    visitor: Client, sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    status, page = post(visitor, password="wrong-secret")
    assert status == 422
    assert "The account or the password is wrong." in page
    assert f'value="{OWNER}"' in page
    assert "wrong-secret" not in page + caplog.text
    assert OWNER not in caplog.text
    assert not UpstreamSession.objects.exists()
    assert not Event.objects.exists()


def test_a_personal_account_is_told_so(visitor: Client, sandbox: SandboxProcess) -> None:
    status, page = post(visitor, account=PERSONAL)
    assert status == 422
    assert "personal Weila account" in page


def test_an_unknown_refusal_shows_the_upstreams_words_escaped(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(BY_PHONE, "errcode", 4711)
    status, page = post(visitor)
    assert status == 422
    assert "(code 4711)" in page


def test_somebody_without_organization_is_led_to_create_one(visitor: Client, sandbox: SandboxProcess) -> None:
    response = visitor.post(
        "/sign-in", {"account": NO_ORGANIZATION, "password": PASSWORD, "next": "/members"}
    )
    assert response["Location"] == "/org/create"


def test_next_leads_back(visitor: Client, sandbox: SandboxProcess) -> None:
    fields = {"account": OWNER, "password": PASSWORD, "next": "/members?q=%E5%BC%A0&page=2"}
    assert visitor.post("/sign-in", fields)["Location"] == "/members?q=%E5%BC%A0&page=2"
    assert visitor.get("/sign-in", {"next": "/members"})["Location"] == "/members"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/members",
        "/\\evil.example",
        "javascript:alert(1)",
        "/nowhere",
        "/sign-out",
        "/sign-in",
        "/picture-code",
        "members",
        "/account/sessions/end-others",
    ],
)
def test_next_leads_nowhere_else(visitor: Client, sandbox: SandboxProcess, elsewhere: str) -> None:
    response = visitor.post("/sign-in", {"account": OWNER, "password": PASSWORD, "next": elsewhere})
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("kind", "value", "status"), [("status", 500, 503), ("malformed", "html", 502), ("drop", None, 503)]
)
def test_upstream_trouble_keeps_the_form(
    visitor: Client, sandbox: SandboxProcess, kind: str, value: object, status: int
) -> None:
    sandbox.fault(BY_PHONE, kind, value)
    answer, page = post(visitor)
    assert answer == status
    assert f'value="{OWNER}"' in page
    assert 'role="alert"' in page


def test_an_unreachable_upstream_keeps_the_form(visitor: Client, unreachable: None) -> None:
    status, page = post(visitor)
    assert status == 503
    assert "Weila cannot be reached" in page
    assert f'value="{OWNER}"' in page


def test_the_session_gets_a_new_key_and_loses_what_was_planted(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    visitor.get("/picture-code")
    planted = visitor.session.session_key
    sign_in(visitor)
    assert visitor.session.session_key != planted
    assert set(visitor.session.keys()) == {"upstream_session"}


def test_signing_in_again_ends_the_session_before(visitor: Client, sandbox: SandboxProcess) -> None:
    sign_in(visitor)
    sign_in(visitor)
    assert UpstreamSession.objects.filter(ended_at=None).count() == 1


def test_the_language_survives(visitor: Client, sandbox: SandboxProcess) -> None:
    visitor.post("/language", {"language": "zh-hans", "next": "/sign-in"})
    sign_in(visitor)
    assert visitor.get("/account/sessions")["Content-Language"] == "zh-hans"


def test_too_many_tries_wait_and_send_nothing(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(6):
            assert post(visitor, password="wrong")[0] == 422
        status, page = post(visitor)
        assert status == 429
        assert "Please wait 5 seconds." in page
        assert len(sandbox.journal(BY_PHONE)) == 6
        clock.shift(timedelta(seconds=6))
        assert post(visitor)[0] == 302


def test_a_success_clears_the_tries(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            for _ in range(4):
                post(visitor, password="wrong")
            assert post(visitor)[0] == 302


def test_strangers_cannot_lock_the_owner_out(
    visitor: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    home = Client(headers={"X-Forwarded-For": "198.51.100.7"})
    with time_machine.travel(NOON, tick=False):
        sign_in(home)
        statuses = []
        for number in range(60):
            stranger = Client(headers={"X-Forwarded-For": f"203.0.113.{number}"})
            statuses.append(post(stranger, password="guess")[0])
        assert statuses[0] == 422
        assert statuses[-1] == 429
        assert post(Client(headers={"X-Forwarded-For": "198.51.100.7"}))[0] == 302


def test_one_address_cannot_try_many_accounts(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False):
        statuses = [post(visitor, account=f"139000000{number:02}")[0] for number in range(40)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_an_unreachable_upstream_is_nobodys_try(visitor: Client, unreachable: None) -> None:
    with time_machine.travel(NOON, tick=False):
        assert {post(visitor)[0] for _ in range(12)} == {503}


def test_csrf_is_checked(sandbox: SandboxProcess) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert post(strict)[0] == 403
    assert sandbox.journal() == []


def test_one_can_type_at_once(visitor: Client) -> None:
    assert visitor.get("/sign-in").content.decode().count(" autofocus") == 1
