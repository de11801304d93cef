"""The page /reset-password."""

import pytest
from django.test import Client

from audit.models import Event
from tests.accounts.codes import NEW_PASSWORD, ask_for_sms, newest_code
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import OWNER, PASSWORD

RESET = "/v1/corp/web/reset-password"
pytestmark = pytest.mark.django_db


def form(sandbox: SandboxProcess, client: Client, **fields: str) -> dict[str, str]:
    ask_for_sms(client, sandbox, OWNER, "reset-password")
    code = newest_code(sandbox, OWNER)
    sent = {"country_code": "86", "phone": OWNER, "code": code}
    return sent | {"password": NEW_PASSWORD, "repeat": NEW_PASSWORD} | fields


def test_the_page_opens(visitor: Client) -> None:
    page = visitor.get("/reset-password").content.decode()
    assert 'name="country_code"' in page
    assert 'value="reset-password"' in page


def test_the_new_password_counts_and_the_old_one_no_more(visitor: Client, sandbox: SandboxProcess) -> None:
    response = visitor.post("/reset-password", form(sandbox, visitor), follow=True)
    assert response.redirect_chain == [("/sign-in", 302)]
    assert "The password was changed." in response.content.decode()
    assert "errand" not in visitor.session
    assert visitor.post("/sign-in", {"account": OWNER, "password": PASSWORD}).status_code == 422
    assert visitor.post("/sign-in", {"account": OWNER, "password": NEW_PASSWORD}).status_code == 302


def test_it_is_recorded_without_the_phone_in_clear(visitor: Client, sandbox: SandboxProcess) -> None:
    visitor.post("/reset-password", form(sandbox, visitor))
    event = Event.objects.get()
    assert (event.operation, event.stage, event.target_text) == (
        "account.reset-password",
        "done",
        "133****6154",
    )
    assert OWNER not in event.target_id
    assert event.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"country_code": "1"}, "country_code"),
        ({"phone": ""}, "phone"),
        ({"code": ""}, "code"),
        ({"password": "short"}, "password"),
        ({"repeat": "different"}, "repeat"),
    ],
)
def test_bad_input_sends_nothing(
    visitor: Client, sandbox: SandboxProcess, fields: dict[str, str], field: str
) -> None:
    response = visitor.post("/reset-password", form(sandbox, visitor, **fields))
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert sandbox.journal(RESET) == []


def test_a_wrong_code_is_said_at_its_field(visitor: Client, sandbox: SandboxProcess) -> None:
    response = visitor.post("/reset-password", form(sandbox, visitor, code="000000"))
    assert response.status_code == 422
    assert 'id="id_code_error"' in response.content.decode()


def test_a_lost_answer_is_not_known_never_repeated_and_recorded_so(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    fields = form(sandbox, visitor)
    sandbox.fault(RESET, "drop-after", times=1)
    response = visitor.post("/reset-password", fields)
    assert response.status_code == 504
    assert "It is not known whether this was done." in response.content.decode()
    assert len(sandbox.journal(RESET)) == 1
    assert Event.objects.get().stage == "unknown"


def test_an_unreachable_upstream_keeps_the_form(visitor: Client, unreachable: None) -> None:
    fields = {"country_code": "852", "phone": "91234567", "code": "123456"}
    response = visitor.post("/reset-password", fields | {"password": NEW_PASSWORD, "repeat": NEW_PASSWORD})
    page = response.content.decode()
    assert response.status_code == 503
    assert 'value="91234567"' in page
    assert '<option value="852" selected' in page
