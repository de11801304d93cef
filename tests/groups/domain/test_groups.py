"""Writing groups."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.models import Event, Stage
from common.actor import Actor
from common.outcome import Outcome
from groups import roster
from groups.models import Group
from groups.roster import GroupGone, GroupNotHere, NewGroup
from orgs.directory import Conflict, Written
from orgs.directory.written import weila
from tests.groups.domain.conftest import API, EMPTY, GROUP, calls, group
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import Unavailable


def end() -> Event:
    event = Event.objects.order_by("-id").first()
    assert event is not None
    return event


def names() -> set[str]:
    return set(Group.objects.filter(organization=ORG).values_list("name", flat=True))


def test_create(reader: Actor, sandbox: SandboxProcess) -> None:
    written = roster.create_group(reader, NewGroup("夜班", burst_mode=1))
    assert written.outcome is Outcome.DONE
    assert written.value is not None
    made = group(written.value.group_id)
    assert (made.name, made.burst_mode, made.size, made.type) == ("夜班", 1, 0, None)
    assert calls(sandbox) == ["group-getall", "group-create"]
    assert (end().stage, end().target_id) == (Stage.DONE, str(made.group_id))


def test_change_sends_only_what_changed_and_keeps_what_is_told(reader: Actor) -> None:
    written = roster.change_group(reader, GROUP, {"burst_mode": 0}, {"burst_mode": 2})
    assert written.outcome is Outcome.DONE
    assert (group().burst_mode, group().name, group().user_limit) == (2, "测试群3", 500)
    assert (end().before, end().after) == ({"burst_mode": 0}, {"burst_mode": 2})


def test_a_new_picture_is_shown_as_the_answer_tells_it(reader: Actor) -> None:
    before = group().avatar
    roster.change_group(reader, GROUP, {"avatar": before}, {"avatar": "http://example.com/x.png"})
    assert group().avatar.startswith(before + "?v=")


def test_delete(reader: Actor) -> None:
    assert roster.delete_group(reader, GROUP).outcome is Outcome.DONE
    assert not Group.objects.filter(group_id=GROUP).exists()
    assert end().before == {"name": "测试群3", "burst_mode": 0}


WRITES: dict[str, Callable[[Actor, int], Any]] = {
    "change": lambda actor, group_id: roster.change_group(actor, group_id, {}, {"name": "x"}),
    "delete": lambda actor, group_id: roster.delete_group(actor, group_id),
    "add": lambda actor, group_id: roster.add_members(actor, group_id, [1253444]),
    "remove": lambda actor, group_id: roster.remove_members(actor, group_id, [1253446]),
    "settings": lambda actor, group_id: roster.change_membership(actor, group_id, 1253446, {"tts": 1}),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_foreign_group_is_not_here_and_is_never_named(
    reader: Actor, sandbox: SandboxProcess, write: Callable[[Actor, int], Any]
) -> None:
    with pytest.raises(GroupNotHere):
        write(reader, 81000001)
    assert calls(sandbox) == ["group-getall"]
    assert (end().stage, end().reason, end().target_id) == (Stage.REFUSED, "not_here", "81000001")


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_group_that_was_deleted_elsewhere_is_gone(
    reader: Actor, sandbox: SandboxProcess, write: Callable[[Actor, int], Any]
) -> None:
    weila(reader).group_delete(GROUP)
    sandbox.clear_journal()
    with pytest.raises(GroupGone) as caught:
        write(reader, GROUP)
    assert caught.value.name == "测试群3"
    assert calls(sandbox) == ["group-getall"]
    assert end().reason == "gone"
    assert not Group.objects.filter(group_id=GROUP).exists()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nothing_is_sent_while_the_groups_cannot_be_read(
    reader: Actor, sandbox: SandboxProcess, write: Callable[[Actor, int], Any]
) -> None:
    sandbox.fault(API + "group-getall", "status", 503)
    with pytest.raises(Unavailable):
        write(reader, GROUP)
    assert set(calls(sandbox)) == {"group-getall"}


def test_what_somebody_else_changed_is_a_conflict(reader: Actor, sandbox: SandboxProcess) -> None:
    weila(reader).group_change(ORG, GROUP, name="theirs")
    sandbox.clear_journal()
    with pytest.raises(Conflict) as caught:
        roster.change_group(reader, GROUP, {"name": "测试群3"}, {"name": "mine"})
    assert caught.value.fields == {"name": ("测试群3", "theirs")}
    assert calls(sandbox) == ["group-getall"]


LOST: dict[str, tuple[str, Callable[[Actor], Written[Any]]]] = {
    "create": ("group-create", lambda actor: roster.create_group(actor, NewGroup("新群"))),
    "change": (
        "group-change",
        lambda actor: roster.change_group(actor, GROUP, {"name": "测试群3"}, {"name": "新群"}),
    ),
    "delete": ("group-delete", lambda actor: roster.delete_group(actor, GROUP)),
}


@pytest.mark.parametrize("name", LOST)
@pytest.mark.parametrize(
    ("fault", "value", "outcome"),
    [
        ("drop-after", None, Outcome.DONE),
        ("malformed", "empty", Outcome.DONE),
        ("status", 500, Outcome.NOT_DONE),
        ("drop", None, Outcome.UNKNOWN),
        ("late", 1, Outcome.UNKNOWN),
    ],
    ids=["drop-after", "empty", "500", "drop", "late"],
)
def test_a_lost_answer(
    reader: Actor, sandbox: SandboxProcess, name: str, fault: str, value: object, outcome: Outcome
) -> None:
    operation, write = LOST[name]
    sandbox.fault(API + operation, fault, value, times=1)
    assert write(reader).outcome is outcome
    assert len(sandbox.wait_for(API + operation)) == 1
    assert end().stage == {"done": "done", "not_done": "refused", "unknown": "unknown"}[outcome]
    happened = outcome is Outcome.DONE
    gone = not Group.objects.filter(group_id=GROUP).exists()
    assert (gone if name == "delete" else "新群" in names()) is happened


class Faster:
    """Weila, on which somebody else creates a group of the same name a moment before, and our answer is lost."""

    def __init__(self, actor: Actor, sandbox: SandboxProcess) -> None:
        self.real, self.sandbox = weila(actor), sandbox

    def group_create(self, org_num: int, name: str) -> Any:
        self.real.group_create(org_num, name)
        self.sandbox.fault(API + "group-create", "drop-after", times=1)
        return self.real.group_create(org_num, name)


def test_of_two_new_groups_that_fit_none_is_taken(
    reader: Actor, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groups.roster.groups.weila", lambda actor: Faster(actor, sandbox))
    assert roster.create_group(reader, NewGroup("新群")).outcome is Outcome.UNKNOWN
    assert end().stage == Stage.UNKNOWN


def test_an_empty_group_has_nobody(reader: Actor) -> None:
    assert roster.group(reader, EMPTY).size == 0
