"""/org/edit: name and picture address."""

import pytest
from django.test import Client

from orgs.models import Organization
from tests.orgs.views import asking
from tests.support.sandbox import ORG, SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/org/edit"
OPERATION = asking.API + "org-change"


def test_it_changes_the_name(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = asking.fill(owner_client, ADDRESS, name="新名字")
    assert response["Location"] == "/org"
    assert "新名字" in asking.text(owner_client.get("/org"))
    assert asking.sent(sandbox) == ["org-change"]


def test_after_a_picture_it_shows_what_weila_has_stored(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    asking.fill(owner_client, ADDRESS, avatar="http://pictures.example/new.png")
    stored = Organization.objects.get(num=ORG).avatar
    assert "pictures.example" not in stored
    assert stored in asking.text(owner_client.get("/org"))


def test_nothing_changed_sends_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = asking.fill(owner_client, ADDRESS)
    assert response["Location"] == "/org"
    assert "Nothing was changed, so nothing was sent." in asking.text(owner_client.get("/org"))
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, name="x")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        *asking.BAD_NAMES,
        ({"avatar": "ftp://x/y.png"}, "avatar"),
        ({"avatar": ""}, "avatar"),
    ],
)
def test_bad_input_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, typed: dict[str, str], field: str
) -> None:
    asking.bad_input_is_said_at_its_field(owner_client, sandbox, ADDRESS, field, **typed)


@pytest.mark.parametrize("before", ["", "forged", "a:b:c"])
def test_a_form_that_was_not_opened_here_is_refused(
    owner_client: Client, sandbox: SandboxProcess, before: str
) -> None:
    response = asking.fill(owner_client, ADDRESS, before=before, name="x")
    assert response.status_code == 422
    assert "out of date" in asking.text(response)
    assert asking.sent(sandbox) == []


def test_what_somebody_else_changed_is_shown_and_asked(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    opened = asking.fields(owner_client.get(ADDRESS))
    asking.fill(manager_client, ADDRESS, name="theirs")
    sandbox.clear_journal()
    response = owner_client.post(ADDRESS, opened | {"name": "mine"})
    assert response.status_code == 409
    body = asking.text(response)
    for words in ("微喇测试", "theirs", "mine", "Somebody else changed this meanwhile"):
        assert words in body
    assert asking.sent(sandbox) == []


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, name="x")


def test_a_refusal_keeps_what_was_typed(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(name_limit="20")
    response = asking.fill(owner_client, ADDRESS, name="新" * 21)
    assert response.status_code == 422
    assert "名称过长" in response.context["form"].errors["name"][0]
    assert f'value="{"新" * 21}"' in asking.text(response)


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert asking.fill(owner_client, ADDRESS, name="新名字")["Location"] == "/org"
    assert asking.sent(sandbox) == ["org-change"]


def test_an_answer_that_failed_and_was_not_done_is_said_at_the_form(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.fault(OPERATION, "status", 500, times=1)
    response = asking.fill(owner_client, ADDRESS, name="新名字")
    assert response.status_code == 422
    assert "nothing was changed" in asking.text(response)


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop", times=1)
    response = asking.fill(owner_client, ADDRESS, name="新名字")
    assert response.status_code == 504
    assert "It is not known whether this was done" in asking.text(response)
    assert 'href="/org"' in asking.text(response)
