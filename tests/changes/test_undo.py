"""Taking a set back."""

from changes import control, undo
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
    assert (problem.code, problem.params) == ("undo_conflict", {"color": ["blue", "green"]})
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
