"""/members/new-device."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from audit.models import Event
from orgs.models import Member
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/members/new-device"
OPERATION = asking.API + "member-add-device"


@pytest.fixture
def code(sandbox: SandboxProcess) -> str:
    """What a waiting device shows."""
    return next(str(message["code"]) for message in sandbox.inbox() if message["kind"] == "device")


def test_it_adds_the_device(owner_client: Client, sandbox: SandboxProcess, code: str) -> None:
    response = asking.fill(owner_client, ADDRESS, verify_code=code, name="大门对讲机", dept_id="6", track="1")
    device = Member.objects.get(name="大门对讲机")
    assert response["Location"] == f"/members/{device.user_id}"
    assert (device.type, device.dept_id, device.track) == (1, 6, 1)
    assert device.user_num in asking.text(owner_client.get(response["Location"]))
    assert asking.sent(sandbox) == ["member-add-device"]


def test_seconds_can_be_chosen(owner_client: Client, code: str) -> None:
    asking.fill(
        owner_client, ADDRESS, verify_code=code, name="大门对讲机", track="seconds", track_seconds="90"
    )
    assert Member.objects.get(name="大门对讲机").track == 90


def test_the_code_is_recorded_nowhere(owner_client: Client, code: str) -> None:
    asking.fill(owner_client, ADDRESS, verify_code=code, name="大门对讲机")
    assert not any(code in f"{event.before}{event.after}" for event in Event.objects.all())


def test_it_says_where_the_code_is_read(owner_client: Client, settings: Settings) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9000/"
    body = asking.text(owner_client.get(ADDRESS))
    assert "Where to find the code" in body
    assert 'href="http://127.0.0.1:9000/"' in body


def test_a_refused_code_is_said_at_the_code_and_the_rest_is_kept(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    response = asking.fill(owner_client, ADDRESS, verify_code="000000x", name="大门对讲机")
    assert response.status_code == 422
    assert "设备验证码错误" in response.context["form"].errors["verify_code"][0]
    assert 'value="大门对讲机"' in asking.text(response)


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, name="x", verify_code="1")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"verify_code": ""}, "verify_code"),
        ({"verify_code": "1" * 21}, "verify_code"),
        ({"verify_code": asking.UNREADABLE}, "verify_code"),
        *asking.BAD_NAMES,
        ({"dept_id": "999"}, "dept_id"),
        ({"track": "9"}, "track"),
        ({"track": "seconds"}, "track_seconds"),
        ({"track": "seconds", "track_seconds": "4"}, "track_seconds"),
        ({"track": "seconds", "track_seconds": "86401"}, "track_seconds"),
        ({"track": "seconds", "track_seconds": "often"}, "track_seconds"),
    ],
)
def test_bad_input_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, typed: dict[str, str], field: str
) -> None:
    asking.bad_input_is_said_at_its_field(
        owner_client, sandbox, ADDRESS, field, **({"verify_code": "123456", "name": "x"} | typed)
    )


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, name="x", verify_code="1")


def test_a_lost_answer_that_was_done_is_found(
    owner_client: Client, sandbox: SandboxProcess, code: str
) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    response = asking.fill(owner_client, ADDRESS, verify_code=code, name="大门对讲机")
    assert response.status_code == 302
    assert asking.sent(sandbox) == ["member-add-device"]


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess, code: str) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = asking.fill(owner_client, ADDRESS, verify_code=code, name="大门对讲机")
    assert response.status_code == 504
    body = asking.text(response)
    assert "The device “大门对讲机” was to be added." in body
    assert code not in body
