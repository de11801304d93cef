"""Plans of bulk edits: one thing that is done to many members, as changes and as troubles.

Who is meant has been decided before (``ids`` of the set's arguments); here each of them is compared with what is
wanted. Those who have it already yield nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from changes import origins
from changes.kinds import Draft, Trouble
from changes.models import ChangeSet
from changes.origins import NotPlannable, Origin, Planned
from common.actor import Actor
from common.batches import batched
from orgs import store
from orgs.kinds import belongings
from orgs.kinds.members import CHANGE, DELETE, ENABLE, PASSWORD, SUSPEND, protected, recorded
from orgs.models import Department, MemberState, MemberType
from orgs.rows import Row
from orgs.words import Words

ORIGIN = "member.bulk"
_AT_ONCE = 500

Some = Callable[[Sequence[Row]], Iterable[Draft | Trouble]]
# Reads what is needed once for all, by the values that were asked for, and gives what plans some of the members.
# Raises ``NotPlannable``.
Begin = Callable[[Actor, Mapping[str, Any]], Some]

_actions: dict[str, Begin] = {}


def register_actions(actions: Mapping[str, Begin]) -> None:
    """Make actions known, under the codes of ``orgs.bulk.members``. Rooms above add theirs."""
    _actions.update(actions)


def origin(plan: Callable[[Actor, ChangeSet], Planned]) -> Origin:
    """The way to a change set of whatever ``orgs.bulk.start`` was given."""
    return Origin(plan, _title, lambda arguments: len(arguments["ids"]), named=("title", "words"))


def _title(arguments: Mapping[str, Any]) -> str:
    """What is done, and to whom, in the words of whoever wanted it."""
    return _("%(action)s (%(words)s)") % {"action": arguments["title"], "words": arguments["words"]}


def _plan(actor: Actor, change_set: ChangeSet) -> Planned:
    arguments = change_set.arguments
    begin = _actions.get(arguments["action"])
    if begin is None:
        raise NotPlannable("unknown_action")
    plan_some = begin(actor, arguments["values"])
    looked_at = 0
    for user_ids in batched(arguments["ids"], _AT_ONCE):
        present = store.present(actor.organization, user_ids)
        for user_id in user_ids:
            if user_id not in present:
                yield Trouble(code="not_here", target_text=str(user_id))
        yield from plan_some([present[user_id] for user_id in user_ids if user_id in present])
        looked_at += len(user_ids)
        yield looked_at


# --- the actions


def _change(row: Row, name: str, value: object, *, kind: str = CHANGE, **more: Any) -> Draft:
    return Draft(
        kind=kind,
        target_id=str(row.user_id),
        target_text=row.name,
        before={name: getattr(row, name)},
        after={name: value},
        **more,
    )


def _move(actor: Actor, values: Mapping[str, Any]) -> Some:
    dept_id = int(values["dept_id"])
    departments = list(Department.objects.filter(organization=actor.organization))
    if dept_id and dept_id not in {one.dept_id for one in departments}:
        raise NotPlannable("department_gone")
    words = Words(departments)

    def some(rows: Sequence[Row]) -> Iterator[Draft]:
        to = words.department(dept_id)
        for row in rows:
            if row.dept_id != dept_id:
                said = {"dept_id": (words.department(row.dept_id), to)}
                yield _change(row, "dept_id", dept_id, said=said)

    return some


def _set(name: str, *, devices_only: bool = False) -> Begin:
    def begin(_actor: Actor, values: Mapping[str, Any]) -> Some:
        value = int(values[name])

        def some(rows: Sequence[Row]) -> Iterator[Draft | Trouble]:
            for row in rows:
                if devices_only and row.type != MemberType.DEVICE:
                    yield Trouble(code="devices_only", target_text=row.name)
                elif getattr(row, name) != value:
                    yield _change(row, name, value)

        return some

    return begin


def _state(state: int) -> Begin:
    suspends = state != MemberState.ENABLED

    def begin(actor: Actor, _values: Mapping[str, Any]) -> Some:
        def some(rows: Sequence[Row]) -> Iterator[Draft | Trouble]:
            for row in rows:
                reason = protected(actor, row) if suspends else ""
                if reason:
                    yield Trouble(code=reason, target_text=row.name)
                elif row.state != state:
                    yield _change(row, "state", state, kind=SUSPEND if suspends else ENABLE)

        return some

    return begin


def _passwords(actor: Actor, _values: Mapping[str, Any]) -> Some:
    def some(rows: Sequence[Row]) -> Iterator[Draft | Trouble]:
        for row in rows:
            if row.type == MemberType.DEVICE:
                yield Trouble(code="no_password", target_text=row.name)
            elif row.user_id == actor.user_id:
                yield Trouble(
                    code="self_password", target_text=row.name
                )  # it would end the session in between
            else:
                yield Draft(kind=PASSWORD, target_id=str(row.user_id), target_text=row.name)

    return some


def _delete(actor: Actor, _values: Mapping[str, Any]) -> Some:
    words = Words(Department.objects.filter(organization=actor.organization))

    def some(rows: Sequence[Row]) -> Iterator[Draft | Trouble]:
        theirs = belongings.of(actor.organization, [row.user_id for row in rows])
        for row in rows:
            if reason := protected(actor, row):
                yield Trouble(code=reason, target_text=row.name)
                continue
            more, said = theirs.get(row.user_id, ({}, {}))
            yield Draft(
                kind=DELETE,
                target_id=str(row.user_id),
                target_text=row.name,
                before=recorded(row) | more,
                said={"dept_id": (words.department(row.dept_id), "")} | said,
            )

    return some


def register() -> None:
    """Make bulk edits known as a way to a change set."""
    origins.register(ORIGIN, origin(_plan))
    register_actions(
        {
            "move": _move,
            "suspend": _state(MemberState.SUSPENDED.value),
            "enable": _state(MemberState.ENABLED.value),
            "tts": _set("tts"),
            "loc-share": _set("loc_share"),
            "track": _set("track", devices_only=True),
            "password": _passwords,
            "delete": _delete,
        }
    )
