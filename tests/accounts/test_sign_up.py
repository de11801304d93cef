"""The page /sign-up."""

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import UpstreamSession
from audit.models import Event
from tests.accounts.codes import NEW_PASSWORD, ask_for_sms, newest_code
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import OWNER

REGIST, BY_NAME = "/v1/corp/web/regist", "/v1/corp/web/login-by-name"
PHONE = "13912345678"
pytestmark = pytest.mark.django_db


def form(sandbox: SandboxProcess, client: Client, **fields: str) -> dict[str, str]:
    ask_for_sms(client, sandbox, PHONE)
    code = newest_code(sandbox, PHONE)
    return {"phone": PHONE, "code": code, "password": NEW_PASSWORD, "repeat": NEW_PASSWORD} | fields


def test_the_page_opens(visitor: Client) -> None:
    page = visitor.get("/sign-up").content.decode()
    assert 'hx-get="/picture-code"' in page
    assert "sandbox" not in page


def test_the_demo_leads_to_the_sandboxs_inbox(visitor: Client, settings: Settings) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9000/"
    assert 'href="http://127.0.0.1:9000/"' in visitor.get("/sign-up").content.decode()
    settings.DEMO = False
    assert "127.0.0.1:9000" not in visitor.get("/sign-up").content.decode()


def test_an_account_is_opened_its_number_shown_once_and_the_visitor_is_in(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    response = visitor.post("/sign-up", form(sandbox, visitor))
    page = response.content.decode()
    row = UpstreamSession.objects.get()
    assert response.status_code == 200
    assert row.user_num in page
    assert "You are signed in." in page
    assert NEW_PASSWORD not in page
    assert set(visitor.session.keys()) == {"upstream_session"}
    assert visitor.get("/account/sessions").status_code == 200
    operations = list(Event.objects.order_by("id").values_list("operation", "actor_num"))
    assert operations == [("session.sign-in", row.user_num), ("account.sign-up", row.user_num)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"phone": "x"}, "phone"),
        ({"code": ""}, "code"),
        ({"code": "1" * 11}, "code"),
        ({"password": "short", "repeat": "short"}, "password"),
        ({"password": "p" * 21, "repeat": "p" * 21}, "password"),
        ({"repeat": "another one"}, "repeat"),
        ({"repeat": ""}, "repeat"),
    ],
)
def test_bad_input_sends_nothing(
    visitor: Client, sandbox: SandboxProcess, fields: dict[str, str], field: str
) -> None:
    response = visitor.post("/sign-up", form(sandbox, visitor, **fields))
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert sandbox.journal(REGIST) == []


def test_a_wrong_sms_code_is_said_at_its_field(visitor: Client, sandbox: SandboxProcess) -> None:
    response = visitor.post("/sign-up", form(sandbox, visitor, code="000000"))
    assert response.status_code == 422
    assert 'id="id_code_error"' in response.content.decode()
    assert not UpstreamSession.objects.exists()


def test_guessing_codes_is_slowed_down(visitor: Client, sandbox: SandboxProcess) -> None:
    wrong = form(sandbox, visitor, code="000000")
    statuses = [visitor.post("/sign-up", wrong).status_code for _ in range(8)]
    assert (statuses[0], statuses[-1]) == (422, 429)
    assert len(sandbox.journal(REGIST)) < 8


def test_a_phone_that_is_taken_is_refused_in_the_upstreams_words(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    ask_for_sms(visitor, sandbox, OWNER)
    fields = {"phone": OWNER, "code": newest_code(sandbox, OWNER)}
    response = visitor.post("/sign-up", fields | {"password": NEW_PASSWORD, "repeat": NEW_PASSWORD})
    assert response.status_code == 422
    assert 'id="id_phone_error"' in response.content.decode()


def test_an_account_that_cannot_be_signed_in_to_at_once_still_shows_its_number(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    fields = form(sandbox, visitor)
    sandbox.fault(BY_NAME, "status", 500)
    page = visitor.post("/sign-up", fields).content.decode()
    assert re.search(r">\s*201\d{5}\s*<", page)
    assert "Sign in with the number above." in page
    assert not UpstreamSession.objects.exists()


def test_a_lost_answer_is_looked_up_by_signing_in(visitor: Client, sandbox: SandboxProcess) -> None:
    fields = form(sandbox, visitor)
    sandbox.fault(REGIST, "drop-after", times=1)
    response = visitor.post("/sign-up", fields)
    assert response.status_code == 200
    assert UpstreamSession.objects.get().user_num in response.content.decode()
    assert len(sandbox.journal(REGIST)) == 1


def test_what_cannot_be_looked_up_is_not_known(visitor: Client, sandbox: SandboxProcess) -> None:
    fields = form(sandbox, visitor)
    sandbox.fault(REGIST, "drop", times=1)
    response = visitor.post("/sign-up", fields)
    assert response.status_code == 504
    assert "It is not known whether this was done." in response.content.decode()
    assert f'value="{PHONE}"' in response.content.decode()


def test_an_unreachable_upstream_keeps_the_form(visitor: Client, unreachable: None) -> None:
    fields = {"phone": PHONE, "code": "123456", "password": NEW_PASSWORD, "repeat": NEW_PASSWORD}
    response = visitor.post("/sign-up", fields)
    assert response.status_code == 503
    assert f'value="{PHONE}"' in response.content.decode()
    assert NEW_PASSWORD not in response.content.decode()


def test_no_secret_is_logged(
    visitor: Client, sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    fields = form(sandbox, visitor)
    visitor.post("/sign-up", fields)
    for secret in (NEW_PASSWORD, fields["code"], PHONE, "sandbox-"):
        assert secret not in caplog.text
