"""POST /sms-code."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.accounts.codes import REGION, SMS, ask_for_sms
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import OWNER

PHONE = "13912345678"
pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_code_is_sent_and_the_countdown_begins(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False):
        response = ask_for_sms(visitor, sandbox, PHONE)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'seconds="60"' in page
    assert "139****5678" in page
    assert sandbox.inbox()[0]["phone"] == PHONE


def test_the_countdown_and_the_phone_survive_a_reload(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ask_for_sms(visitor, sandbox, PHONE)
        clock.shift(timedelta(seconds=20))
        page = visitor.get("/sign-up").content.decode()
    assert 'seconds="40"' in page
    assert f'value="{PHONE}"' in page


def test_without_a_script_the_whole_page_answers(visitor: Client, sandbox: SandboxProcess) -> None:
    fragment = ask_for_sms(visitor, sandbox, PHONE).content.decode()
    visitor.get("/picture-code")
    response = visitor.post("/sms-code", {"purpose": "regist", "phone": PHONE, "picture": "x"})
    assert response.status_code == 429
    assert "<html" in response.content.decode()
    assert fragment.lstrip().startswith('<div id="verification">')


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"phone": "12ab"}, "phone"),
        ({"phone": "1" * 21}, "phone"),
        ({"picture": ""}, "picture"),
        ({"picture": "x" * 11}, "picture"),
        ({"picture": "a\x00b"}, "picture"),
    ],
)
def test_bad_input_sends_nothing(
    visitor: Client, sandbox: SandboxProcess, fields: dict[str, str], field: str
) -> None:
    sent = {"purpose": "regist", "phone": PHONE, "picture": "abcd"} | fields
    response = visitor.post("/sms-code", sent, headers=REGION)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert sandbox.journal(SMS) == []


def test_fields_of_the_other_button_are_not_asked_for(visitor: Client, sandbox: SandboxProcess) -> None:
    page = ask_for_sms(visitor, sandbox, PHONE, code="x" * 40, password="p").content.decode()
    assert "is-invalid" not in page


def test_an_unknown_purpose_is_refused(visitor: Client, sandbox: SandboxProcess) -> None:
    assert visitor.post("/sms-code", {"purpose": "bind-phone"}).status_code == 400
    assert sandbox.journal(SMS) == []


def test_a_wrong_picture_code_is_said_at_its_field_and_costs_no_wait(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    with time_machine.travel(NOON, tick=False):
        response = ask_for_sms(visitor, sandbox, PHONE, picture="....")
        page = response.content.decode()
        assert response.status_code == 422
        assert 'id="id_picture_error"' in page
        assert 'hx-trigger="load"' in page  # a new picture is fetched
        assert ask_for_sms(visitor, sandbox, PHONE).status_code == 200


def test_a_phone_has_to_wait_longer_each_time(visitor: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(sms_resend_seconds="0")
    with time_machine.travel(NOON, tick=False) as clock:
        assert ask_for_sms(visitor, sandbox, PHONE).status_code == 200
        refused = ask_for_sms(Client(), sandbox, PHONE)
        assert refused.status_code == 422
        assert len(sandbox.journal(SMS)) == 1
        clock.shift(timedelta(seconds=61))
        assert 'seconds="120"' in ask_for_sms(visitor, sandbox, PHONE).content.decode()


def test_an_address_has_to_wait_after_many_phones(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False):
        answers = [ask_for_sms(visitor, sandbox, f"1391234000{n}") for n in range(8)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 422
    assert "Please wait" in answers[-1].content.decode()


def test_a_lost_answer_is_not_known_and_nothing_is_sent_again(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(SMS, "drop-after", times=1)
    page = ask_for_sms(visitor, sandbox, PHONE).content.decode()
    assert "It is not known whether this was done." in page
    assert len(sandbox.journal(SMS)) == 1
    assert 'seconds="0"' not in page


def test_upstream_trouble_is_said_in_the_form(visitor: Client, sandbox: SandboxProcess) -> None:
    visitor.get("/picture-code")
    sandbox.fault(SMS, "status", 429)
    response = visitor.post(
        "/sms-code", {"purpose": "regist", "phone": PHONE, "picture": "abcd"}, headers=REGION
    )
    assert response.status_code == 422
    assert "Weila cannot be reached" in response.content.decode()


def test_a_reset_sends_the_country(visitor: Client, sandbox: SandboxProcess) -> None:
    assert ask_for_sms(visitor, sandbox, OWNER, "reset-password").status_code == 200
    assert sandbox.inbox()[0]["kind"] == "reset-password"
    bad = ask_for_sms(visitor, sandbox, "13912345670", "reset-password", country_code="999")
    assert bad.status_code == 422
    assert len(sandbox.journal(SMS)) == 1


def test_a_country_code_that_was_typed_is_taken_apart(visitor: Client, sandbox: SandboxProcess) -> None:
    page = ask_for_sms(visitor, sandbox, "+86 " + PHONE).content.decode()
    assert sandbox.inbox()[0]["phone"] == PHONE
    assert "autofocus" in page


def test_a_link_sends_nothing(visitor: Client, sandbox: SandboxProcess) -> None:
    assert visitor.get("/sms-code")["Location"] == "/sign-in"
    assert [message for message in sandbox.inbox() if message["phone"]] == []
