"""/members/<user_id>/password."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from audit.models import Event
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
ADDRESS = f"/members/{asking.PERSON}/password"
GENERATED = {"how": "generated"}
TYPED = {"how": "typed", "password": "correct-horse"}
OPERATION = asking.API + "member-reset-password"


def test_the_member_can_sign_in_with_what_is_shown(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = asking.fill(owner_client, ADDRESS)
    assert response.status_code == 200
    password = response.context["password"]
    body = asking.text(response)
    for shown in (password, "70011173", "222222", "微喇测试"):
        assert shown in body
    assert asking.sent(sandbox) == ["member-reset-password"]
    sign_in(Client(), "70011173", password, kind="number")


def test_a_typed_password_is_taken_as_it_is(owner_client: Client) -> None:
    assert owner_client.post(ADDRESS, TYPED).context["password"] == "correct-horse"


def test_it_is_shown_once_and_stored_nowhere(owner_client: Client) -> None:
    password = owner_client.post(ADDRESS, GENERATED).context["password"]
    pages = [ADDRESS, f"/members/{asking.PERSON}", "/audit"]
    assert not any(password in asking.text(owner_client.get(page)) for page in pages)
    assert not any(password in str(row.get_decoded()) for row in Session.objects.all())
    assert not any(password in f"{event.before}{event.after}" for event in Event.objects.all())


def test_reloading_the_answer_does_not_reset_it_again(owner_client: Client, sandbox: SandboxProcess) -> None:
    values = asking.fields(owner_client.get(ADDRESS))
    owner_client.post(ADDRESS, values)
    response = owner_client.post(ADDRESS, values, follow=True)
    assert "was not reset a second time" in asking.text(response)
    assert asking.sent(sandbox) == ["member-reset-password"]


def test_ones_own_says_what_follows(owner_client: Client) -> None:
    body = asking.text(owner_client.get(f"/members/{asking.OWNER_ID}/password"))
    assert "This is your own password" in body


def test_a_device_has_none(owner_client: Client, sandbox: SandboxProcess) -> None:
    address = f"/members/{asking.DEVICE}/password"
    for response in (owner_client.get(address), owner_client.post(address, GENERATED)):
        assert response.status_code == 403
        assert "has no password to reset" in asking.text(response)
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, **GENERATED)


def test_members_of_others_do_not_exist_here(owner_client: Client, sandbox: SandboxProcess) -> None:
    address = f"/members/{asking.FOREIGNER}/password"
    asking.foreign_id_is_not_found(owner_client, sandbox, address, **GENERATED)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "how"),
        ({"how": "guessed"}, "how"),
        ({"how": "typed"}, "password"),
        ({"how": "typed", "password": "short"}, "password"),
        ({"how": "typed", "password": "x" * 65}, "password"),
        ({"how": "typed", "password": "control\x07password"}, "password"),
    ],
)
def test_bad_input_is_said_at_its_field_and_never_shown_again(
    owner_client: Client, sandbox: SandboxProcess, typed: dict[str, str], field: str
) -> None:
    response = owner_client.post(ADDRESS, typed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert 'type="password" name="password" value' not in asking.text(response)
    assert asking.sent(sandbox) == []


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, **GENERATED)


def test_a_refusal_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "errcode", 45999, times=1)
    response = owner_client.post(ADDRESS, TYPED)
    assert response.status_code == 422
    assert "Weila refused this" in asking.text(response)
    assert TYPED["password"] not in asking.text(response)


def test_a_lost_answer_is_not_known_and_never_repeated(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    response = owner_client.post(ADDRESS, TYPED)
    assert response.status_code == 504
    body = asking.text(response)
    assert "Either the old or the new password is valid now." in body
    assert TYPED["password"] not in body
    assert asking.sent(sandbox) == ["member-reset-password"]
    assert Event.objects.latest("id").reason == "password_unsure"
