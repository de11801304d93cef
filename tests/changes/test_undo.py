"""Taking a set back."""

import pytest
from django.utils.translation import override

from changes import control, origins, undo
from changes.kinds import Draft, Ref
from changes.models import ChangeSet, SetState, State
from common.actor import Actor
from tests.changes.support import System
from tests.changes.test_apply import applied, create, states


def undone(actor: Actor, change_set: ChangeSet) -> ChangeSet:
    back = undo.start(actor, change_set)
    back.refresh_from_db()
    assert back.state == SetState.PLANNED
    control.confirm(actor, back)
    back.refresh_from_db()
    return back


def setting(number: int, before: str, after: str) -> Draft:
    return Draft(
        kind="test.set",
        target_id=str(number),
        target_text=f"thing {number}",
        before={"color": before},
        after={"color": after},
    )


def test_values_go_back_to_what_they_were(actor: Actor, system: System) -> None:
    number = system.create("thing", color="red")
    change_set = applied(actor, setting(number, "red", "blue"))
    back = undone(actor, change_set)
    assert system.things[number]["color"] == "red"
    assert (back.undoes, back.done, back.destructive) == (change_set, 1, 0)


def test_what_was_changed_since_is_left_alone_and_said(actor: Actor, system: System) -> None:
    number = system.create("thing", color="red")
    change_set = applied(actor, setting(number, "red", "blue"))
    system.things[number]["color"] = "green"
    back = undone(actor, change_set)
    problem = back.found.get()
    assert (problem.code, problem.params) == (
        "undo_conflict",
        {"target_kind": "thing", "now": {"color": ["blue", "green"]}},
    )
    assert back.total == 0 and system.things[number]["color"] == "green"


def test_what_was_needed_goes_after_what_needed_it(actor: Actor, system: System) -> None:
    change_set = applied(
        actor, create("parent", key="p"), create("child", refs={"parent": Ref("p")}), create("alone")
    )
    back = undone(actor, change_set)
    assert system.things == {} and back.destructive == 3
    deleted = system.sent("delete")
    assert deleted.index("child") < deleted.index("parent")


def test_what_was_deleted_comes_back_with_a_new_id_and_what_hung_on_it(actor: Actor, system: System) -> None:
    parent = system.create("parent", color="red")
    child = system.create("child", parent=parent, color="")
    change_set = applied(
        actor,
        Draft(
            kind="test.set",
            target_id=str(child),
            target_text="child",
            before={"parent": parent},
            after={"parent": None},
        ),
        setting(parent, "red", "blue"),
        Draft(
            kind="test.delete",
            target_id=str(parent),
            target_text="parent",
            before={"color": "blue"},
            needs=(),
        ),
    )
    assert states(change_set) == [State.DONE] * 3
    back = undone(actor, change_set)
    assert states(back) == [State.DONE] * 3
    (anew,) = system.named("parent")
    assert anew != parent
    assert system.things[anew]["color"] == "red" and system.things[child]["parent"] == anew
    assert back.changes.get(kind="test.create").note == "new_id"


def test_an_undo_can_be_undone(actor: Actor, system: System) -> None:
    number = system.create("thing", color="red")
    back = undone(actor, applied(actor, setting(number, "red", "blue")))
    undone(actor, back)
    assert system.things[number]["color"] == "blue"


def test_what_comes_back_in_an_undo_of_an_undo_has_no_number_before_it_is_there(
    actor: Actor, system: System
) -> None:
    """The one that it had is that of something that is gone: nothing leads there."""
    on_it = Draft(kind="test.set", target_ref=Ref("g"), target_text="gone", after={"color": "blue"})
    back = undone(actor, applied(actor, create("gone", key="g"), on_it))
    assert back.done == 2 and system.things == {}
    system.create("another")  # which has the number now
    again = undo.start(actor, back)
    assert again.changes.get(kind="test.set").target_id == ""
    control.confirm(actor, again)
    assert again.changes.get(kind="test.set").target_id == "2"
    assert system.things[2] == {"name": "gone", "color": "blue"}


def deleted(actor: Actor, system: System, name: str) -> ChangeSet:
    draft = Draft(kind="test.delete", target_id=str(system.create(name)), target_text=name)
    return applied(actor, draft)


def test_what_is_undone_is_not_undone_again(actor: Actor, system: System) -> None:
    change_set = deleted(actor, system, "a")
    back = undone(actor, change_set)
    again = undo.start(actor, change_set)
    again.refresh_from_db()
    assert (again.total, again.problems) == (0, 0), "that it is done already is no problem"
    undone(actor, back)
    assert system.named("a") == []
    assert undone(actor, change_set).done == 1 and len(system.named("a")) == 1


def test_what_an_undo_has_left_is_all_that_the_next_one_plans(actor: Actor, system: System) -> None:
    first, second = (system.create(name, color="red") for name in ("first", "second"))
    change_set = applied(actor, setting(first, "red", "blue"), setting(second, "red", "blue"))
    system.things[first]["color"] = "green"
    assert undone(actor, change_set).problems == 1
    system.things[first]["color"] = "blue"
    again = undone(actor, change_set)
    assert (again.total, again.problems, again.done) == (1, 0, 1)
    assert [system.things[number]["color"] for number in (first, second)] == ["red", "red"]


def test_of_two_undos_of_the_same_only_the_first_is_confirmed(actor: Actor, system: System) -> None:
    change_set = deleted(actor, system, "a")
    first, second = undo.start(actor, change_set), undo.start(actor, change_set)
    control.confirm(actor, first)
    with pytest.raises(control.Superseded):
        control.confirm(actor, second)
    assert len(system.named("a")) == 1
    second.refresh_from_db()
    assert second.state == SetState.PLANNED


def test_an_undo_that_failed_is_not_retried_after_another_one(actor: Actor, system: System) -> None:
    change_set = deleted(actor, system, "a")
    system.faults = ["refused"]
    first = undone(actor, change_set)
    assert first.failed == 1 and undone(actor, change_set).done == 1
    with pytest.raises(control.Superseded):
        control.retry(actor, first)
    assert len(system.named("a")) == 1


def test_what_is_still_being_looked_up_is_not_undone_and_said(actor: Actor, system: System) -> None:
    change_set = applied(actor, create("a"))
    change_set.changes.update(state=State.LOST)
    back = undo.start(actor, change_set)
    back.refresh_from_db()
    assert (back.total, back.found.get().code) == (0, "undo_unknown")


def test_its_title_is_in_the_language_of_its_reader(actor: Actor, system: System) -> None:
    with override("en"):
        back = undo.start(actor, undo.start(actor, applied(actor, create("a"))))
        assert str(origins.title(back)).startswith("Undo: Undo: ")
    with override("zh-hans"):
        assert "Undo" not in str(origins.title(back))
