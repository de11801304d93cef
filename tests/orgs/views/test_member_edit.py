"""/members/<user_id>/edit."""

import pytest
from django.test import Client

from audit.models import Event, Stage
from orgs.models import Member
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"/members/{asking.PERSON}/edit"
DEVICE = f"/members/{asking.DEVICE}/edit"
OPERATION = asking.API + "member-change"


def test_it_changes_and_says_so_with_before_and_after(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = asking.fill(owner_client, ADDRESS, name="新名字", dept_id="7", loc_share="1")
    assert response["Location"] == f"/members/{asking.PERSON}"
    body = asking.text(owner_client.get(response["Location"]))
    for words in ("“新名字” was changed.", "<del>222222</del>", "<ins>新名字</ins>", "<del>研发部2</del>"):
        assert words in body
    assert asking.sent(sandbox) == ["member-change"]


def test_only_what_was_changed_is_sent(owner_client: Client) -> None:
    asking.fill(owner_client, ADDRESS, phone="13800000000")
    assert Event.objects.get(stage=Stage.DONE, operation="weila.member-change").after == {
        "phone": "13800000000"
    }


def test_a_phone_can_be_taken_away(owner_client: Client) -> None:
    assert asking.fill(owner_client, ADDRESS, phone="").status_code == 302
    assert Member.objects.get(user_id=asking.PERSON).phone == ""


def test_nothing_changed_sends_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = asking.fill(owner_client, ADDRESS)
    assert "Nothing was changed, so nothing was sent." in asking.text(owner_client.get(response["Location"]))
    assert asking.sent(sandbox) == []


def test_frequencies_are_offered_for_devices_only(owner_client: Client) -> None:
    assert "track" not in owner_client.get(ADDRESS).context["form"].fields
    form = owner_client.get(DEVICE).context["form"]
    assert "track" in form.fields
    assert "sex" not in form.fields


@pytest.mark.parametrize(
    ("typed", "track"),
    [
        ({"track": "2"}, 2),
        ({"track": "4"}, 4),
        ({"track": "seconds", "track_seconds": "5"}, 5),
        ({"track": "seconds", "track_seconds": "86400"}, 86400),
        ({"track": "3", "track_seconds": "nonsense"}, None),
    ],
)
def test_frequencies(owner_client: Client, typed: dict[str, str], track: int | None) -> None:
    response = asking.fill(owner_client, DEVICE, **typed)
    if track is None:
        assert response.status_code == 422
        return
    assert response.status_code == 302
    assert Member.objects.get(user_id=asking.DEVICE).track == track


def test_present_seconds_are_shown_and_kept(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.fill(owner_client, DEVICE, track="seconds", track_seconds="300")
    sandbox.clear_journal()
    form = owner_client.get(DEVICE).context["form"]
    assert (form["track"].value(), form["track_seconds"].value()) == ("seconds", 300)
    assert asking.fill(owner_client, DEVICE).status_code == 302
    assert asking.sent(sandbox) == []


def test_values_that_nobody_can_explain_can_stay(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=asking.PERSON).update(
        sex=7, tts=None, dept_id=999, name="x" * 60 + " ", phone="ext. 12"
    )
    assert "Unknown value 7" in asking.text(owner_client.get(ADDRESS))
    assert asking.fill(owner_client, ADDRESS).status_code == 302
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, name="x")


def test_members_of_others_do_not_exist_here_and_that_is_recorded(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    asking.foreign_id_is_not_found(owner_client, sandbox, f"/members/{asking.FOREIGNER}/edit", name="x")
    event = Event.objects.get(operation="weila.member-change")
    assert (event.stage, event.target_id) == (Stage.REFUSED, str(asking.FOREIGNER))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        *asking.BAD_NAMES,
        ({"phone": "12ab"}, "phone"),
        ({"dept_id": "999"}, "dept_id"),
        ({"sex": "9"}, "sex"),
        ({"tts": ""}, "tts"),
    ],
)
def test_bad_input_is_said_at_its_field(
    owner_client: Client, sandbox: SandboxProcess, typed: dict[str, str], field: str
) -> None:
    asking.bad_input_is_said_at_its_field(owner_client, sandbox, ADDRESS, field, **typed)


def test_an_empty_post_is_bad_input(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert owner_client.post(ADDRESS).status_code == 422
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize("name", asking.NAMES)
def test_any_text_is_a_name(owner_client: Client, name: str) -> None:
    response = owner_client.get(asking.fill(owner_client, ADDRESS, name=name)["Location"])
    asking.is_shown_as_text(response, name)


def test_what_somebody_else_changed_is_shown_field_by_field(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    opened = asking.fields(owner_client.get(ADDRESS))
    asking.fill(manager_client, ADDRESS, name="theirs", dept_id="8", phone="13800000001")
    sandbox.clear_journal()
    conflict = owner_client.post(ADDRESS, opened | {"name": "mine", "dept_id": "7"})
    assert conflict.status_code == 409
    body = asking.text(conflict)
    for words in ("theirs", "mine", "222222", "研发部2"):
        assert words in body
    assert [contest.label for contest in conflict.context["contests"]] == ["Name", "Department"]
    assert asking.sent(sandbox) == []

    again = asking.fields(conflict)
    undecided = owner_client.post(ADDRESS, again | {"choice_name": "mine"})
    assert undecided.status_code == 422
    assert "choice_dept_id" in undecided.context["form"].errors
    decided = owner_client.post(ADDRESS, again | {"choice_name": "mine", "choice_dept_id": "theirs"})
    assert decided.status_code == 302
    member = Member.objects.get(user_id=asking.PERSON)
    assert (member.name, member.dept_id, member.phone) == ("mine", 8, "13800000001")
    assert asking.sent(sandbox) == ["member-change"]


def test_changes_of_other_fields_do_not_disturb(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    opened = asking.fields(owner_client.get(ADDRESS))
    asking.fill(manager_client, ADDRESS, phone="13800000001")
    assert owner_client.post(ADDRESS, opened | {"name": "mine"}).status_code == 302
    member = Member.objects.get(user_id=asking.PERSON)
    assert (member.name, member.phone) == ("mine", "13800000001")


def test_a_refusal_is_said_at_its_field_and_keeps_what_was_typed(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.assume(name_limit="20")
    response = asking.fill(owner_client, ADDRESS, name="新" * 21, phone="13800000000")
    assert response.status_code == 422
    assert "名称过长" in response.context["form"].errors["name"][0]
    assert 'value="13800000000"' in asking.text(response)


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, name="x")


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert asking.fill(owner_client, ADDRESS, name="新名字").status_code == 302
    assert asking.sent(sandbox) == ["member-change"]


def test_what_was_certainly_not_done_is_said_at_the_form(
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
    assert f'href="/members/{asking.PERSON}"' in asking.text(response)
