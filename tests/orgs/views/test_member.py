"""/members/<user_id>: everything known about one member, and what happened to them."""

from uuid import uuid4

import pytest
from django.test import Client

from audit import trail
from audit.trail import Target
from common.actor import Actor, Role
from orgs.models import Member
from tests.orgs.views import asking
from tests.support.sandbox import ORG, OTHER_ORG, SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"/members/{asking.PERSON}"


def renamed(before: str, after: str, *, org_num: int = ORG) -> None:
    actor = Actor(uuid4(), 1, "70015325", "张三", Role.OWNER, org_num, "192.0.2.7", "request-7")
    target = Target("member", str(asking.PERSON), after)
    with trail.action(actor, "weila.member-change", target, before={"name": before}, after={"name": after}):
        pass


def test_it_shows_everything_known(owner_client: Client) -> None:
    body = asking.text(owner_client.get(ADDRESS))
    for known in (
        "222222",
        "70011173",
        "+86 18611111111",
        "研发部2",
        "Enabled",
        "2024-10-30 17:09",
        "1253446",
    ):
        assert known in body


def test_it_shows_what_happened_with_before_and_after(owner_client: Client) -> None:
    renamed("旧名", "新名")
    renamed("新名", "222222")
    body = asking.text(owner_client.get(ADDRESS))
    assert "<del>旧名</del>" in body
    assert "<ins>新名</ins>" in body
    assert body.index("<ins>222222</ins>") < body.index("<del>旧名</del>")  # the newest first


def test_what_happened_elsewhere_is_not_shown(owner_client: Client) -> None:
    renamed("foreign", "x", org_num=OTHER_ORG)
    assert "foreign" not in asking.text(owner_client.get(ADDRESS))


def test_a_long_history_has_pages_and_its_own_fragment(owner_client: Client) -> None:
    for number in range(12):
        renamed(f"name-{number}", f"name-{number + 1}")
    fragment = asking.fragment_equals_page(owner_client, f"{ADDRESS}?page=2", "member-history")
    assert "name-0" in fragment
    assert "name-12" not in fragment


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get(ADDRESS)["Location"] == f"/sign-in?next=%2Fmembers%2F{asking.PERSON}"


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS)


@pytest.mark.parametrize("user_id", [asking.FOREIGNER, 1, 2**63, 10**30])
def test_members_of_others_do_not_exist_here(
    owner_client: Client, sandbox: SandboxProcess, user_id: int
) -> None:
    assert owner_client.get(f"/members/{user_id}").status_code == 404
    assert asking.sent(sandbox) == []


def test_a_device_shows_its_frequency_and_no_password_button(owner_client: Client) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=asking.DEVICE).update(track=300)
    body = asking.text(owner_client.get(f"/members/{asking.DEVICE}"))
    assert "Every 300 seconds" in body
    assert f"/members/{asking.DEVICE}/password" not in body


@pytest.mark.parametrize(
    ("track", "words"), [(1, "High frequency"), (3, "Low frequency"), (4, "Reserved"), (5, "Every 5 seconds")]
)
def test_frequencies_mean_what_the_document_says(owner_client: Client, track: int, words: str) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=asking.DEVICE).update(track=track)
    assert words in asking.text(owner_client.get(f"/members/{asking.DEVICE}"))


def test_the_owner_has_a_reason_in_place_of_buttons(owner_client: Client) -> None:
    body = asking.text(owner_client.get(f"/members/{asking.OWNER_ID}"))
    assert "The owner of the organization can't be suspended or deleted." in body
    assert f"/members/{asking.OWNER_ID}/state" not in body
    assert f"/members/{asking.OWNER_ID}/delete" not in body


def test_so_has_the_acting_person(manager_client: Client) -> None:
    manager_client.get("/members")
    own = Member.objects.get(user_num="70016001").user_id
    body = asking.text(manager_client.get(f"/members/{own}"))
    assert "This is you." in body
    assert f"/members/{own}/delete" not in body


def test_unknown_numbers_are_shown_as_numbers(owner_client: Client) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=asking.PERSON).update(type=77, state=9, sex=3, tts=None, dept_id=999)
    body = asking.text(owner_client.get(ADDRESS))
    for words in ("Unknown value 77", "Unknown value 9", "Unknown value 3", "Department 999"):
        assert words in body


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=asking.PERSON).update(name=asking.HOSTILE)
    body = owner_client.get(ADDRESS).content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt;" in body
    assert "<img" not in body


def test_it_is_still_shown_while_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault("*", "status", 503)
    assert owner_client.get(ADDRESS).status_code == 200
