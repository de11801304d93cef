"""The page /account/password."""

import pytest
from django.test import Client

from accounts.models import UpstreamSession, Why
from accounts.refusals import explain
from audit.models import Event
from tests.accounts.jobs import FakeJobs
from tests.conftest import SignedInClient
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import NO_ORGANIZATION, ORDINARY, OWNER, PASSWORD
from upstream.errors import Rejected

PAGE = "/account/password"
API = "/v1/corp/web/user-change-password"
NEW = "correct horse 9"
FORM = {"password": PASSWORD, "new": NEW, "repeat": NEW, "end_others": "on"}
pytestmark = pytest.mark.django_db


def counts(client: Client, password: str) -> bool:
    """Whether one can sign in with it."""
    return client.post("/sign-in", {"account": OWNER, "password": password}).status_code == 302


def test_the_page_asks_for_the_present_one_and_twice_for_the_new_one(owner_client: Client) -> None:
    page = owner_client.get(PAGE).content.decode()
    assert page.count('type="password"') == 3
    assert page.count('autocomplete="new-password"') == 2
    assert 'name="end_others" ' in page


def test_the_new_password_counts_and_this_session_goes_on(owner_client: Client, visitor: Client) -> None:
    response = owner_client.post(PAGE, FORM, follow=True)
    assert response.redirect_chain == [("/account", 302)]
    assert "The password was changed." in response.content.decode()
    assert not counts(visitor, PASSWORD)
    assert counts(visitor, NEW)


def test_my_other_sessions_end_and_say_why(signed_in_client: SignedInClient) -> None:
    other, here = signed_in_client(OWNER), signed_in_client(OWNER)
    page = here.post(PAGE, FORM, follow=True).content.decode()
    assert "1 other session is ended." in page
    assert other.get("/account/sessions")["Location"].startswith("/sign-in")
    assert "The password was changed, which ended this session." in other.get("/sign-in").content.decode()
    assert UpstreamSession.objects.get(ended_why=Why.PASSWORD_CHANGED).access_sealed == ""


def test_a_job_that_would_pause_is_told_beforehand(
    signed_in_client: SignedInClient, fake_jobs: FakeJobs
) -> None:
    signed_in_client(OWNER)
    other = UpstreamSession.objects.get()
    here = signed_in_client(OWNER)
    assert "it pauses" not in here.get(PAGE).content.decode()
    fake_jobs.start(other.id)
    assert "it pauses" in here.get(PAGE).content.decode()
    here.post(PAGE, FORM)
    other.refresh_from_db()
    assert other.why is Why.PASSWORD_CHANGED


def test_my_other_sessions_stay_if_i_want(signed_in_client: SignedInClient, sandbox: SandboxProcess) -> None:
    sandbox.assume(password_change_ends="none")
    other, here = signed_in_client(OWNER), signed_in_client(OWNER)
    here.post(PAGE, FORM | {"end_others": ""})
    assert other.get("/account").status_code == 200


def test_where_weila_ends_every_session_it_leads_to_sign_in_with_the_reason(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.assume(password_change_ends="all")
    response = owner_client.post(PAGE, FORM, follow=True)
    assert response.redirect_chain == [("/sign-in", 302)]
    assert "The password was changed, which ended this session." in response.content.decode()
    assert counts(owner_client, NEW)


def test_it_is_recorded_without_any_password(owner_client: Client) -> None:
    owner_client.post(PAGE, FORM)
    attempt, end = Event.objects.filter(operation="account.change-password").order_by("id")
    assert (attempt.stage, end.stage, end.target_id) == ("attempted", "done", "70015325")
    for event in Event.objects.all():
        assert NEW not in str(vars(event))
        assert (event.before, event.after) == ({}, {})


def test_a_wrong_present_password_is_said_at_its_field_in_my_language(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    response = owner_client.post(PAGE, FORM | {"password": "wrong"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_password_error">This is not your present password.' in page
    chinese = owner_client.post(
        PAGE, FORM | {"password": "wrong"}, headers={"Accept-Language": "zh-CN"}
    ).content.decode()
    assert 'id="id_password_error">当前密码不正确。' in chinese
    assert NEW not in page
    assert Event.objects.latest("id").stage == "refused"
    assert len(sandbox.journal(API)) == 2


def test_the_present_password_can_not_be_guessed_at_will(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    answers = [owner_client.post(PAGE, FORM | {"password": f"wrong {n}"}) for n in range(7)]
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    assert "Please wait" in answers[-1].content.decode()
    assert len(sandbox.journal(API)) == 6


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"password": ""}, "password"),
        ({"new": ""}, "new"),
        ({"new": "short", "repeat": "short"}, "new"),
        ({"new": "x" * 21, "repeat": "x" * 21}, "new"),
        ({"new": "a\x00bcdefgh", "repeat": "a\x00bcdefgh"}, "new"),
        ({"password": NEW}, "new"),
        ({"repeat": ""}, "repeat"),
        ({"repeat": "something else"}, "repeat"),
    ],
)
def test_bad_input_sends_nothing(
    owner_client: Client, sandbox: SandboxProcess, fields: dict[str, str], field: str
) -> None:
    response = owner_client.post(PAGE, FORM | fields)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert sandbox.journal(API) == []
    assert not Event.objects.filter(operation="account.change-password").exists()


@pytest.mark.parametrize(
    ("text", "field"), [("新密码太简单", "new"), ("账号或密码有误", "password"), ("系统繁忙", None)]
)
def test_another_refusal_lands_where_its_words_belong(text: str, field: str | None) -> None:
    refused = Rejected(operation="user_change_password", code=4711, text=text)
    refusal = explain(refused, FORM)
    assert refusal.field == field
    assert text in refusal.sentence


def test_a_lost_answer_is_not_known_and_never_sent_again(
    owner_client: Client, signed_in_client: SignedInClient, sandbox: SandboxProcess
) -> None:
    signed_in_client(OWNER)
    sandbox.fault(API, "drop-after", times=1)
    response = owner_client.post(PAGE, FORM)
    page = response.content.decode()
    assert response.status_code == 504
    assert "It is not known whether this was done" in page
    assert "sign in with the new password" in page
    assert "asking again" not in page
    assert len(sandbox.journal(API)) == 1
    assert Event.objects.latest("id").stage == "unknown"
    assert UpstreamSession.objects.filter(ended_at=None).count() == 2


def test_while_weila_is_down_the_form_says_that_nothing_was_done(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(API, "status", 429)
    response = owner_client.post(PAGE, FORM)
    assert response.status_code == 503
    assert "Nothing was done" in response.content.decode()
    assert Event.objects.latest("id").stage == "refused"


def test_an_ended_session_leads_to_sign_in(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.expire_tokens(refresh=True)
    assert owner_client.post(PAGE, FORM)["Location"].startswith("/sign-in")


def test_strangers_are_led_to_sign_in(visitor: Client, sandbox: SandboxProcess) -> None:
    for response in (visitor.get(PAGE), visitor.post(PAGE, FORM)):
        assert response["Location"].startswith("/sign-in")
    assert sandbox.journal(API) == []


@pytest.mark.parametrize("account", [NO_ORGANIZATION, ORDINARY])
def test_neither_organization_nor_role_is_needed(signed_in_client: SignedInClient, account: str) -> None:
    client = signed_in_client(account)
    assert client.post(PAGE, FORM)["Location"] == "/account"
