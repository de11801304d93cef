"""Writing members and devices: what is sent, what the mirror and the trail say, and what a lost answer means."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404

from audit.models import Event, Stage
from common.actor import Actor
from common.outcome import Outcome
from orgs import directory, listing, search
from orgs.directory import Conflict, NewDevice, NewMember, NotHere, Protected, Written
from orgs.listing import Filters
from orgs.models import Member, Organization
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import Rejected, Unavailable
from upstream.secret import Password

PERSON, OWNER = 1253446, 1253444
FOREIGN = 1253999999  # nobody in the actor's organization
PATH = "/v1/corp/web/"
NEW = NewMember(name="新来的", password=Password("a long enough one"), phone="13900000001", dept_id=6)


def row(user_id: int = PERSON) -> Member:
    return Member.objects.get(organization=ORG, user_id=user_id)


def end() -> Event:
    """The last event of the trail."""
    event = Event.objects.order_by("-id").first()
    assert event is not None
    return event


def writes(sandbox: SandboxProcess) -> list[str]:
    """The operations that change something, as the sandbox received them."""
    paths = [entry["path"].removeprefix(PATH) for entry in sandbox.journal()]
    return [path for path in paths if path.startswith(("member-", "dept-c", "dept-d", "org-c"))]


@pytest.fixture(autouse=True)
def _quiet_start(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.clear_journal()


def change(actor: Actor, **changes: Any) -> Written[Member]:
    present = row()
    return directory.change_member(actor, PERSON, {name: getattr(present, name) for name in changes}, changes)


# --- done


def test_create(actor: Actor, sandbox: SandboxProcess) -> None:
    before = Organization.objects.get(num=ORG).total
    written = directory.create_member(actor, NEW)
    assert written.outcome is Outcome.DONE
    assert written.value is not None
    made = row(written.value.user_id)
    assert (made.name, made.phone, made.dept_id, made.type) == ("新来的", "13900000001", 6, 0)
    assert made.user_num == written.value.user_num != ""
    assert Organization.objects.get(num=ORG).total == before + 1
    assert search.count(ORG, "新来的") == 1
    assert (end().operation, end().stage, end().target_id) == (
        "weila.member-create",
        Stage.DONE,
        str(made.user_id),
    )
    assert "a long enough one" not in str(end().after)
    assert NEW.password.md5().reveal() not in str(end().after)


def test_add_a_device(actor: Actor, sandbox: SandboxProcess) -> None:
    code = next(one["code"] for one in sandbox.inbox() if one["kind"] == "device")
    written = directory.add_device(actor, NewDevice(verify_code=code, name="对讲机", track=60))
    assert written.value is not None
    made = row(written.value.user_id)
    assert (made.type, made.name, made.track) == (1, "对讲机", 60)
    assert code not in str(end().after)


def test_a_wrong_device_code_is_refused(actor: Actor) -> None:
    with pytest.raises(Rejected):
        directory.add_device(actor, NewDevice(verify_code="000000", name="对讲机"))
    assert end().stage == Stage.REFUSED


def test_change_sends_only_what_changed(actor: Actor, sandbox: SandboxProcess) -> None:
    phone = row().phone
    written = change(actor, name="新名字", dept_id=0)
    assert written.outcome is Outcome.DONE
    assert (row().name, row().dept_id, row().phone) == ("新名字", 0, phone)
    assert search.count(ORG, "新名字") == 1
    event = end()
    assert (event.before["name"], event.after) == ("222222", {"name": "新名字", "dept_id": 0})
    assert writes(sandbox) == ["member-change"]


def test_a_picture_is_stored_as_the_upstream_says(actor: Actor, sandbox: SandboxProcess) -> None:
    written = change(actor, avatar="http://example.com/a.png")
    assert written.outcome is Outcome.DONE
    assert row().avatar != ""


@pytest.mark.parametrize("state", [1, 0])
def test_suspend_and_enable(actor: Actor, state: int) -> None:
    if not state:
        directory.set_member_state(actor, PERSON, 0, 1)
    written = directory.set_member_state(actor, PERSON, 1 - state, state)
    assert written.outcome is Outcome.DONE
    assert row().state == state
    assert listing.members(ORG, Filters(state=state)).total >= 1


def test_reset_password(actor: Actor) -> None:
    written = directory.reset_member_password(actor, PERSON, Password("another one"))
    assert written.outcome is Outcome.DONE
    assert (end().operation, end().after) == ("weila.member-reset-password", {})


def test_delete(actor: Actor) -> None:
    total = Organization.objects.get(num=ORG).total
    assert directory.delete_member(actor, PERSON).outcome is Outcome.DONE
    assert not Member.objects.filter(organization=ORG, user_id=PERSON).exists()
    assert Organization.objects.get(num=ORG).total == total - 1


# --- refused before anything is sent


@pytest.mark.parametrize(
    "write",
    [
        lambda actor: directory.change_member(actor, FOREIGN, {}, {"name": "x"}),
        lambda actor: directory.set_member_state(actor, FOREIGN, 0, 1),
        lambda actor: directory.reset_member_password(actor, FOREIGN, Password("x")),
        lambda actor: directory.delete_member(actor, FOREIGN),
        lambda actor: directory.member(actor, FOREIGN),
    ],
    ids=["change", "state", "password", "delete", "open"],
)
def test_a_foreign_member_is_not_here(actor: Actor, sandbox: SandboxProcess, write: Any) -> None:
    Organization.objects.create(num=100080, name="elsewhere")
    Member.objects.create(organization_id=100080, user_id=FOREIGN, name="他人")
    with pytest.raises(NotHere) as caught:
        write(actor)
    assert isinstance(caught.value, Http404)
    assert sandbox.journal() == []
    assert (end().stage, end().reason, end().target_id, end().org_num) == (
        Stage.REFUSED,
        "not_here",
        str(FOREIGN),
        ORG,
    )


def test_a_changed_value_is_a_conflict(actor: Actor, sandbox: SandboxProcess) -> None:
    with pytest.raises(Conflict) as caught:
        directory.change_member(actor, PERSON, {"name": "旧名", "phone": row().phone}, {"name": "新名"})
    assert caught.value.fields == {"name": ("旧名", "222222")}
    with pytest.raises(Conflict):
        directory.set_member_state(actor, PERSON, 1, 0)
    assert sandbox.journal() == []


def test_the_owner_is_protected(actor: Actor, sandbox: SandboxProcess) -> None:
    with pytest.raises(Protected, match="owner"):
        directory.set_member_state(actor, OWNER, 0, 1)
    with pytest.raises(Protected, match="owner"):
        directory.delete_member(actor, OWNER)
    assert sandbox.journal() == []
    assert (end().stage, end().reason) == (Stage.REFUSED, "owner")


def test_nobody_suspends_or_deletes_themselves(actor: Actor, sandbox: SandboxProcess) -> None:
    Member.objects.filter(organization=ORG, user_id=OWNER).update(type=2)
    with pytest.raises(Protected, match="self"):
        directory.set_member_state(actor, OWNER, 0, 1)
    with pytest.raises(Protected, match="self"):
        directory.delete_member(actor, OWNER)
    assert sandbox.journal() == []


def test_an_upstream_that_is_down_changes_nothing(actor: Actor, unreachable: None) -> None:
    with pytest.raises(Unavailable) as caught:
        change(actor, name="新名字")
    assert caught.value.outcome is Outcome.NOT_DONE
    assert row().name == "222222"
    assert end().stage == Stage.REFUSED


def test_a_refusal_of_the_upstream_is_raised(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(PATH + "member-change", "errcode", 12345, times=1)
    with pytest.raises(Rejected):
        change(actor, name="新名字")
    assert (end().stage, end().reason) == (Stage.REFUSED, "12345")
    assert row().name == "222222"


# --- answers that contradict, or are lost

LOST: dict[str, tuple[str, Callable[[Actor], Written[Any]]]] = {
    "create": ("member-create", lambda actor: directory.create_member(actor, NEW)),
    "change": ("member-change", lambda actor: change(actor, name="新名字", track=3)),
    "state": ("member-change-state", lambda actor: directory.set_member_state(actor, PERSON, 0, 1)),
    "delete": ("member-delete", lambda actor: directory.delete_member(actor, PERSON)),
    "password": (
        "member-reset-password",
        lambda actor: directory.reset_member_password(actor, PERSON, Password("another one")),
    ),
}


@pytest.mark.parametrize("name", LOST)
@pytest.mark.parametrize(
    ("fault", "value", "outcome"),
    [
        ("drop-after", None, Outcome.DONE),  # done, and nobody said so
        ("malformed", "html", Outcome.DONE),
        ("status", 500, Outcome.NOT_DONE),  # the upstream is through with it, and it is not there
        ("drop", None, Outcome.UNKNOWN),  # it may still be on its way
        ("late", 1, Outcome.UNKNOWN),
    ],
    ids=["drop-after", "html", "500", "drop", "late"],
)
def test_a_lost_answer(
    actor: Actor, sandbox: SandboxProcess, name: str, fault: str, value: object, outcome: Outcome
) -> None:
    operation, write = LOST[name]
    sandbox.fault(PATH + operation, fault, value, times=1)
    written = write(actor)
    if name == "password":
        outcome = Outcome.UNKNOWN  # nothing shows which password is valid
    assert written.outcome is outcome
    sandbox.wait_for(PATH + operation)
    assert writes(sandbox) == [operation], "a write is never sent again"
    assert end().stage == {"done": "done", "not_done": "refused", "unknown": "unknown"}[outcome]
    there = Member.objects.filter(organization=ORG)
    happened = outcome is Outcome.DONE
    match name:
        case "create":
            assert there.filter(name="新来的").exists() is happened
            assert (written.value is not None) is happened
        case "change":
            assert there.filter(user_id=PERSON, name="新名字", track=3).exists() is happened
        case "state":
            assert there.filter(user_id=PERSON, state=1).exists() is happened
        case "delete":
            assert there.filter(user_id=PERSON).exists() is not happened


@pytest.mark.parametrize("name", LOST)
def test_a_lost_answer_that_cannot_be_looked_up(actor: Actor, sandbox: SandboxProcess, name: str) -> None:
    operation, write = LOST[name]
    sandbox.fault(PATH + operation, "drop-after", times=1)
    sandbox.fault(PATH + "get-address-list", "drop", times=9)
    assert write(actor).outcome is Outcome.UNKNOWN
    assert end().stage == Stage.UNKNOWN


def test_two_members_that_fit_are_none(actor: Actor, sandbox: SandboxProcess) -> None:
    """Somebody else creates the same person at the same time: whose is ours is not known."""
    directory.create_member(actor, NEW)
    Member.objects.filter(name="新来的").delete()  # as if the mirror had not seen it yet
    sandbox.fault(PATH + "member-create", "drop-after", times=1)
    assert directory.create_member(actor, NEW).outcome is Outcome.UNKNOWN


def test_a_namesake_who_was_there_before_is_not_the_new_one(actor: Actor, sandbox: SandboxProcess) -> None:
    directory.create_member(actor, NEW)
    sandbox.fault(PATH + "member-create", "drop", times=1)
    assert directory.create_member(actor, NEW).outcome is Outcome.UNKNOWN


def test_a_half_done_change_is_not_known(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", f"weila/members/{PERSON}", {"name": "新名字"})
    sandbox.fault(PATH + "member-change", "status", 500, times=1)
    assert change(actor, name="新名字", track=3).outcome is Outcome.UNKNOWN


def test_only_one_end_is_recorded(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(PATH + "member-change", "drop-after", times=1)
    change(actor, name="新名字")
    assert list(Event.objects.filter(operation="weila.member-change").values_list("stage", flat=True)) == [
        Stage.ATTEMPTED,
        Stage.DONE,
    ]
