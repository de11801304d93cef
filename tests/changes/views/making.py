"""Change sets as the mechanism leaves them, written straight into the database: the pages only read."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import UpstreamSession
from audit import vocabulary as trail_vocabulary
from changes import kinds, origins, secrets, vocabulary
from changes.models import Change, ChangeSet, Problem, SetState, State
from changes.origins import Origin
from common.lease import take
from tests.changes import support

HOSTILE = "<img src=x onerror=alert(1)>"
_CONFIRMED = (SetState.APPLYING, SetState.PAUSED, SetState.FINISHED)


def register() -> None:
    """The kinds of ``support``, in words, and an origin whose title is its argument."""
    support.register()
    fields = {"color": "Color", "parent": "Parent", "on": "Switched on"}
    trail_vocabulary.register_kind("thing", trail_vocabulary.Kind("Thing", fields=fields, url_name="member"))
    vocabulary.register_kinds({"test.set": "Set", "test.create": "Create", "test.delete": "Delete"})
    vocabulary.register_problems({"no_such": "There is no “%(name)s”."})
    vocabulary.register_notes({"new_id": "It gets a new number."})
    origins.register(
        "test", Origin(lambda _a, _s: iter(support.DRAFTS), lambda args: args.get("title", "A test"))
    )


def session() -> UpstreamSession:
    """Whoever signed in last."""
    row = UpstreamSession.objects.order_by("-created_at").first()
    assert row is not None
    return row


def a_set(
    state: SetState = SetState.PLANNED,
    changes: Sequence[Mapping[str, Any]] = (),
    problems: Sequence[Mapping[str, Any]] = (),
    *,
    title: str = "A test",
    **values: Any,
) -> ChangeSet:
    """A set of whoever signed in last, with everything counted that its rows say."""
    owner, now = session(), timezone.now()
    rows: list[dict[str, Any]] = [
        {"kind": "test.set", "target_id": str(n), "target_text": f"Thing {n}", **one}
        for n, one in enumerate(changes)
    ]
    states = [row.get("state", State.WAITING) for row in rows]
    planned = state not in (SetState.PLANNING, SetState.FAILED)
    counted: dict[str, Any] = {
        "org_num": owner.org_num, "session_id": owner.pk, "user_id": owner.user_id, "user_num": owner.user_num,
        "user_name": owner.name, "arguments": {"title": title}, "total": len(rows), "problems": len(problems),
        "planner_id": values.get("user_id", owner.user_id), "planner_name": values.get("user_name", owner.name),
        "rows_left_out": len({one["line"] for one in problems if one.get("line")}),
        "kinds": {code: sum(row["kind"] == code for row in rows) for code in sorted({row["kind"] for row in rows})},
        "destructive": sum(kinds.kind(row["kind"]).destructive for row in rows),
        "planned_as_of": now if planned else None, "queued_at": now,
        "confirmed_at": now if state in _CONFIRMED else None,
        "finished_at": now if state == SetState.FINISHED else None,
        **{name: states.count(name) for name in ("done", "failed", "blocked", "unknown")},
    }  # fmt: skip
    change_set = ChangeSet.objects.create(origin="test", state=state, **counted | values)
    Change.objects.bulk_create(
        Change(change_set=change_set, position=position, **row) for position, row in enumerate(rows)
    )
    Problem.objects.bulk_create(Problem(change_set=change_set, **one) for one in problems)
    return change_set


def with_passwords(number: int = 2, state: SetState = SetState.FINISHED, **values: Any) -> ChangeSet:
    """A set whose changes were done and have passwords; the last one is not known to be."""
    changes = [
        {
            "kind": "test.password",
            "target_text": f"Person {n}",
            "state": State.DONE,
            "result": {"number": f"7001{n}"},
        }
        for n in range(number)
    ]
    changes[-1]["state"] = State.UNKNOWN
    change_set = a_set(state, changes, secrets=number, **values)
    for change in change_set.changes.all():
        change.secret = secrets.sealed(change_set, change.position, f"pass-{change.position}")
        change.save()
    return change_set


def being_applied(change_set: ChangeSet, *, since: timedelta = timedelta(minutes=1)) -> ChangeSet:
    """Somebody is at it."""
    assert take(ChangeSet.objects.all(), change_set.pk, seconds=60)
    change_set.refresh_from_db()
    change_set.started_at = timezone.now() - since
    change_set.save()
    return change_set
