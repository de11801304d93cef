"""/members/new."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from audit.models import Event
from orgs.models import Member
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "/members/new"
OPERATION = asking.API + "member-create"
TYPED = {"how": "typed", "password": "correct-horse"}


def test_it_creates_a_member_who_can_sign_in_with_what_is_shown(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    response = asking.fill(owner_client, ADDRESS, name="新成员", dept_id="6", phone="138 0000 0000")
    assert response.status_code == 200
    member, password = response.context["member"], response.context["password"]
    body = asking.text(response)
    for shown in (password, member.user_num, "新成员", "微喇测试", "How to sign in"):
        assert shown in body
    stored = Member.objects.get(name="新成员")
    assert (stored.dept_id, stored.phone, stored.user_num) == (6, "13800000000", member.user_num)
    assert asking.sent(sandbox) == ["member-create"]
    sandbox.clear_journal()
    with pytest.raises(AssertionError, match="could not sign in"):
        sign_in(Client(), member.user_num, "not-" + password, kind="number")
    sign_in(Client(), member.user_num, password, kind="number")


def test_the_password_is_shown_once_and_stored_nowhere(owner_client: Client) -> None:
    response = asking.fill(owner_client, ADDRESS, name="新成员")
    password, user_id = response.context["password"], response.context["member"].user_id
    pages = [ADDRESS, "/members", f"/members/{user_id}", "/audit"]
    assert not any(password in asking.text(owner_client.get(page)) for page in pages)
    assert not any(password in str(row.get_decoded()) for row in Session.objects.all())
    assert not any(password in f"{event.before}{event.after}" for event in Event.objects.all())
    assert response["Cache-Control"].find("no-store") >= 0


def test_passwords_are_drawn_anew(owner_client: Client) -> None:
    drawn = {asking.fill(owner_client, ADDRESS, name="新成员").context["password"] for _ in range(3)}
    assert len(drawn) == 3


def test_a_typed_password_is_taken_as_it_is(owner_client: Client) -> None:
    response = asking.fill(owner_client, ADDRESS, name="新成员", how="typed", password="  密码 8 chars ")
    assert response.context["password"] == "  密码 8 chars "


def test_reloading_the_answer_does_not_create_another_one(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    values = asking.fields(owner_client.get(ADDRESS)) | {"name": "新成员"}
    owner_client.post(ADDRESS, values)
    response = owner_client.post(ADDRESS, values, follow=True)
    assert "was not created a second time" in asking.text(response)
    assert asking.sent(sandbox) == ["member-create"]


def test_it_opens_with_the_department_it_was_asked_for(owner_client: Client) -> None:
    assert owner_client.get(f"{ADDRESS}?dept=6").context["form"]["dept_id"].value() == 6


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, name="x")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        *asking.BAD_NAMES,
        ({"name": "x", "phone": "12ab"}, "phone"),
        ({"name": "x", "phone": "1" * 21}, "phone"),
        ({"name": "x", "dept_id": "999"}, "dept_id"),
        ({"name": "x", "dept_id": "six"}, "dept_id"),
        ({"name": "x", "sex": "2"}, "sex"),
        ({"name": "x", "tts": "yes"}, "tts"),
        ({"name": "x", "loc_share": ""}, "loc_share"),
        ({"name": "x", "how": "guessed"}, "how"),
        ({"name": "x", "how": "typed", "password": ""}, "password"),
        ({"name": "x", "how": "typed", "password": "short"}, "password"),
        ({"name": "x", "how": "typed", "password": "x" * 65}, "password"),
        ({"name": "x", "how": "typed", "password": "control\x07password"}, "password"),
    ],
)
def test_bad_input_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, typed: dict[str, str], field: str
) -> None:
    asking.bad_input_is_said_at_its_field(owner_client, sandbox, ADDRESS, field, **typed)


def test_an_empty_post_is_bad_input(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = owner_client.post(ADDRESS)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"name", "dept_id", "sex", "tts", "loc_share", "how"}
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize("name", asking.NAMES)
def test_any_text_is_a_name(owner_client: Client, name: str) -> None:
    response = asking.fill(owner_client, ADDRESS, name=name)
    assert response.status_code == 200
    asking.is_shown_as_text(response, name)


def test_a_refusal_is_said_at_its_field_and_keeps_all_but_the_password(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.assume(phones="unique")
    response = asking.fill(owner_client, ADDRESS, name="新成员", phone="18611111111", **TYPED)
    assert response.status_code == 422
    assert "手机号已被使用" in response.context["form"].errors["phone"][0]
    assert 'value="新成员"' in asking.text(response)
    assert TYPED["password"] not in asking.text(response)


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, name="新成员")


def test_a_lost_answer_that_was_done_is_found_and_shown(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    response = asking.fill(owner_client, ADDRESS, name="新成员")
    assert response.status_code == 200
    assert response.context["member"].user_num
    assert asking.sent(sandbox) == ["member-create"]


def test_what_was_certainly_not_done_is_said_at_the_form(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(OPERATION, "status", 500, times=1)
    response = asking.fill(owner_client, ADDRESS, name="新成员")
    assert response.status_code == 422
    assert 'value="新成员"' in asking.text(response)


def test_what_is_not_known_is_said_and_the_password_is_not_shown(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = asking.fill(owner_client, ADDRESS, name="新成员", **TYPED)
    assert response.status_code == 504
    body = asking.text(response)
    assert "The member “新成员” was to be created." in body
    assert "/members?q=%E6%96%B0%E6%88%90%E5%91%98" in body
    assert TYPED["password"] not in body
