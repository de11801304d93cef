"""The page /account/phone and POST /account/phone/code."""

from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from audit.models import Event
from tests.accounts.codes import REGION, SMS, newest_code
from tests.conftest import SignedInClient
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import ABROAD, MANAGER, NO_ORGANIZATION, OWNER, PASSWORD

PAGE, CODE = "/account/phone", "/account/phone/code"
API, SELF = "/v1/corp/web/user-bind-phone", "/v1/corp/web/user-selfinfo"
NEW = "13912345678"
pytestmark = pytest.mark.django_db


def ask(client: Client, sandbox: SandboxProcess, phone: str = NEW, **fields: Any) -> Any:
    """Look at a picture and ask for a code with the right answer."""
    client.get("/picture-code")
    sent = {"country_code": "86", "phone": phone, "picture": sandbox.captchas()[0]["code"]} | fields
    return client.post(CODE, sent, headers=REGION)


def form(client: Client, sandbox: SandboxProcess, phone: str = NEW, **fields: str) -> dict[str, str]:
    ask(client, sandbox, phone)
    code = newest_code(sandbox, phone)
    return {"country_code": "86", "phone": phone, "code": code, "password": PASSWORD} | fields


def test_the_page_says_which_phone_is_bound_and_opens_with_its_country(
    owner_client: Client, visitor: Client
) -> None:
    page = owner_client.get(PAGE).content.decode()
    assert "+86 13353236154" in page
    assert '<option value="86" selected' in page
    visitor.post("/sign-in", {"account": ABROAD, "password": PASSWORD, "kind": "phone"})
    assert '<option value="852" selected' in visitor.get(PAGE).content.decode()


def test_the_phone_is_bound_and_signs_in(
    owner_client: Client, visitor: Client, sandbox: SandboxProcess
) -> None:
    response = owner_client.post(PAGE, form(owner_client, sandbox), follow=True)
    assert response.redirect_chain == [("/account", 302)]
    page = unescape(response.content.decode())
    assert f"The phone {NEW} is bound to your account." in page
    assert f"+86 {NEW}" in page
    assert visitor.post("/sign-in", {"account": NEW, "password": PASSWORD}).status_code == 302
    assert "errand" not in owner_client.session


def test_it_is_recorded_with_masked_phones_and_nothing_secret(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sent = form(owner_client, sandbox)
    owner_client.post(PAGE, sent)
    attempt, end = Event.objects.filter(operation="account.bind-phone").order_by("id")
    assert (attempt.stage, end.stage, end.target_id) == ("attempted", "done", "70015325")
    assert (end.before, end.after) == ({"phone": "133****6154"}, {"phone": "139****5678"})
    for secret in (sent["code"], PASSWORD, NEW):
        assert secret not in str(vars(end))


def test_the_session_lasts_as_long_as_before(owner_client: Client, sandbox: SandboxProcess) -> None:
    ask(owner_client, sandbox)
    assert owner_client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


def test_a_code_is_sent_and_the_countdown_survives_a_reload(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    answer = ask(owner_client, sandbox)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="verification">')
    assert "139****5678" in answer.content.decode()
    assert (sandbox.inbox()[0]["kind"], sandbox.inbox()[0]["phone"]) == ("bind-phone", NEW)
    page = owner_client.get(PAGE).content.decode()
    assert f'value="{NEW}"' in page
    assert 'seconds="0"' not in page


def test_without_a_script_the_whole_page_answers(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/picture-code")
    sent = {"country_code": "86", "phone": NEW, "picture": sandbox.captchas()[0]["code"]}
    page = owner_client.post(CODE, sent).content.decode()
    assert "<html" in page
    assert "A code was sent to 139****5678." in page
    assert f'action="{PAGE}"' in page


def test_the_country_goes_with_the_sms(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert ask(owner_client, sandbox, "91234567", country_code="852").status_code == 200
    assert ask(owner_client, sandbox, "91234568", country_code="1").status_code == 422
    assert len(sandbox.journal(SMS)) == 1


@pytest.mark.parametrize("phone", [OWNER, f"+86 {OWNER}"])
def test_the_present_phone_is_refused_before_anything_is_sent(
    owner_client: Client, sandbox: SandboxProcess, phone: str
) -> None:
    sent = {"country_code": "86", "phone": phone, "code": "123456", "password": PASSWORD, "picture": "abcd"}
    for path in (PAGE, CODE):
        response = owner_client.post(path, sent)
        assert response.status_code == 422
        assert "is bound to your account already" in response.content.decode()
    assert sandbox.journal(API) == sandbox.journal(SMS) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"country_code": "1"}, "country_code"),
        ({"phone": ""}, "phone"),
        ({"phone": "12ab"}, "phone"),
        ({"code": ""}, "code"),
        ({"code": "1\x00"}, "code"),
        ({"password": ""}, "password"),
    ],
)
def test_bad_input_sends_nothing(
    owner_client: Client, sandbox: SandboxProcess, fields: dict[str, str], field: str
) -> None:
    sent = {"country_code": "86", "phone": NEW, "code": "123456", "password": PASSWORD} | fields
    response = owner_client.post(PAGE, sent)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert sandbox.journal(API) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"code": "000000"}, "code"), ({"password": "wrong"}, "password")],
)
def test_what_weila_refuses_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, fields: dict[str, str], field: str
) -> None:
    response = owner_client.post(PAGE, form(owner_client, sandbox, **fields))
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert Event.objects.latest("id").stage == "refused"


@pytest.mark.parametrize("checked", ["at-submit", "at-sms"])
def test_a_phone_of_somebody_else_is_refused_at_the_phone(
    owner_client: Client, sandbox: SandboxProcess, checked: str
) -> None:
    sandbox.assume(sms_phone_check=checked)
    if checked == "at-sms":
        response = ask(owner_client, sandbox, MANAGER)
    else:
        response = owner_client.post(PAGE, form(owner_client, sandbox, MANAGER))
    assert response.status_code == 422
    assert 'id="id_phone_error"' in response.content.decode()


def test_a_wrong_picture_is_said_at_its_field(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = ask(owner_client, sandbox, picture="....")
    assert response.status_code == 422
    assert 'id="id_picture_error"' in response.content.decode()


def test_the_picture_is_bound_to_this_browser(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    manager_client.get("/picture-code")
    sent = {"country_code": "86", "phone": NEW, "picture": sandbox.captchas()[0]["code"]}
    assert owner_client.post(CODE, sent, headers=REGION).status_code == 422
    assert NEW not in [message["phone"] for message in sandbox.inbox()]


def test_a_lost_answer_is_looked_up(owner_client: Client, sandbox: SandboxProcess) -> None:
    sent = form(owner_client, sandbox)
    sandbox.fault(API, "drop-after", times=1)
    assert owner_client.post(PAGE, sent)["Location"] == "/account"
    assert len(sandbox.journal(API)) == 1
    assert Event.objects.latest("id").stage == "done"


def test_a_lost_request_is_not_known_and_never_sent_again(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sent = form(owner_client, sandbox)
    sandbox.fault(API, "drop", times=1)
    response = owner_client.post(PAGE, sent)
    assert response.status_code == 504
    assert "It is not known whether this was done" in response.content.decode()
    assert len(sandbox.journal(API)) == 1
    assert Event.objects.latest("id").stage == "unknown"


def test_an_answer_without_the_deed_was_not_done(owner_client: Client, sandbox: SandboxProcess) -> None:
    sent = form(owner_client, sandbox)
    sandbox.fault(API, "status", 500, times=1)
    response = owner_client.post(PAGE, sent)
    assert response.status_code == 503
    assert "Nothing was done" in response.content.decode()
    event = Event.objects.latest("id")
    assert (event.stage, event.reason) == ("refused", "looked_up")


def test_while_weila_is_down_the_form_stays(owner_client: Client, sandbox: SandboxProcess) -> None:
    sent = form(owner_client, sandbox)
    sandbox.fault("*", "status", 429)
    response = owner_client.post(PAGE, sent)
    assert response.status_code == 503
    assert f'value="{NEW}"' in response.content.decode()
    assert owner_client.get(PAGE).status_code == 200
    assert sandbox.journal(API)[0]["status"] == 429


def test_an_ended_session_leads_to_sign_in(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.expire_tokens(refresh=True)
    sent = {"country_code": "86", "phone": NEW, "code": "123456", "password": PASSWORD}
    assert owner_client.post(PAGE, sent)["Location"].startswith("/sign-in")


def test_strangers_are_led_to_sign_in(visitor: Client, sandbox: SandboxProcess) -> None:
    for response in (visitor.get(PAGE), visitor.post(PAGE, {}), visitor.post(CODE, {})):
        assert response["Location"].startswith("/sign-in")
    assert sandbox.journal() == []


def test_a_link_sends_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert owner_client.get(CODE)["Location"] == PAGE
    assert [message for message in sandbox.inbox() if message["phone"]] == []


def test_no_organization_is_needed(signed_in_client: SignedInClient, sandbox: SandboxProcess) -> None:
    client = signed_in_client(NO_ORGANIZATION)
    assert client.post(PAGE, form(client, sandbox))["Location"] == "/account"
