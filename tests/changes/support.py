"""A system of its own for the tests of the mechanism, and the kinds of change that it offers.

It has what three real ones will bring: single and batch calls, things that others need, two credentials, and every
way in which an answer gets lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import uuid4

from django.utils import timezone

from accounts.models import UpstreamSession
from audit import vocabulary as trail_vocabulary
from audit.trail import Target
from changes import kinds, origins, plan
from changes.kinds import DONE, NOT_DONE, Draft, Failure, Item, Kind, Refusal, Result, Trouble, unknown
from changes.models import ChangeSet
from changes.origins import Origin
from common.actor import Actor, Role
from common.outcome import Outcome, Recovery

ORG = 100073
PATIENCE = 0.05


@dataclass
class System:
    """The other side: things by number, a journal of what was asked, and faults that are played in their order."""

    things: dict[int, dict[str, Any]] = field(default_factory=dict)
    journal: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    late: list[Callable[[], object]] = field(default_factory=list)
    most_at_once: int = 0
    before_call: Callable[[], object] = lambda: None
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def call(self, what: str, names: Sequence[str]) -> Iterator[str]:
        """One request; gives the fault that is played on it."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            fault = self.faults.pop(0) if self.faults else ""
        self.before_call()
        try:
            if fault == "unavailable":
                raise Failure(Outcome.NOT_DONE, "Unavailable")
            if fault == "session":
                raise Failure(Outcome.NOT_DONE, "SessionOver", session_over=True)
            if fault == "refused":
                raise Failure(Outcome.NOT_DONE, "40001", "不行", refused=True)
            if fault == "drop":
                raise Failure(Outcome.UNKNOWN, "Timeout")
            with self._lock:
                self.journal.append((what, tuple(names)))
            yield fault
            if fault in ("drop-after", "late"):
                raise Failure(Outcome.UNKNOWN, "Timeout")
        finally:
            with self._lock:
                self._at_once -= 1

    def create(self, name: str, **values: Any) -> int:
        with self._lock:
            number = max(self.things, default=0) + 1
            self.things[number] = {"name": name, **values}
        return number

    def named(self, name: str) -> list[int]:
        return [number for number, thing in self.things.items() if thing["name"] == name]

    def sent(self, what: str) -> list[str]:
        return [name for kind, names in self.journal if kind == what for name in names]


SYSTEM = System()


class _Kind(Kind):
    target_kind = "thing"
    operation = "test.thing"
    connection = "one"

    def lane(self, actor: Actor) -> str:
        return f"{self.connection}:{actor.session_id}"

    def patience(self) -> float:
        return PATIENCE

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        found = {}
        for item in items:
            if not item.target.id:
                continue
            thing = SYSTEM.things.get(int(item.target.id))
            if thing is None:
                found[item.id] = Refusal("not_here")
                continue
            pairs = {k: (v, thing.get(k)) for k, v in item.before.items() if thing.get(k) != v}
            if pairs:
                found[item.id] = Refusal("conflict", pairs)
        return found

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        return {item.id: DONE for items, _answer in answers for item in items}

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        return [Trouble(code="no_way_back")]


class Create(_Kind):
    code = "test.create"
    recovery = Recovery.FINDABLE
    references: ClassVar[Mapping[str, str]] = {"parent": "thing"}

    def marks(self, actor: Actor, draft: Draft) -> str:
        return f"{actor.organization}:new:{draft.target_text}"

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with SYSTEM.call("create", [item.target.text]) as fault:
            if fault == "late":
                SYSTEM.late.append(lambda: _created(item))
                return None
            return _created(item)

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        return {items[0].id: _result(items[0], number) for items, number in answers}

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        results = {}
        for (item,) in lost:
            found = SYSTEM.named(item.target.text)
            results[item.id] = (
                NOT_DONE if not found else unknown() if len(found) > 1 else _result(item, found[0])
            )
        return results

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        return [Draft(kind="test.delete", target_id=item.target.id, target_text=item.target.text)]


def _created(item: Item) -> int:
    return SYSTEM.create(item.target.text, **item.after)


def _result(item: Item, number: object) -> Result:
    return Result(Outcome.DONE, {"id": number}, target=Target("thing", str(number), item.target.text))


class Set(_Kind):
    """Sets values; in batches of three, and it answers for each."""

    code = "test.set"
    recovery = Recovery.REPEATABLE
    batch_limit = 3
    references: ClassVar[Mapping[str, str]] = {"parent": "thing"}

    def batch(self, target_id: str, after: Mapping[str, Any]) -> str:
        return "set"

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        with SYSTEM.call("set", [item.target.text for item in items]) as fault:
            if fault != "late":
                for item in items:
                    if item.after.get("color") != "refused":
                        SYSTEM.things[int(item.target.id)].update(item.after)
        return None

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        return self.find(actor, [items for items, _answer in answers])

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        return {item.id: _is_set(item) for items in lost for item in items}

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        return [
            Draft(
                kind="test.set",
                target_id=item.target.id,
                target_text=item.target.text,
                before=item.after,
                after=item.before,
            )
        ]


def _is_set(item: Item) -> Result:
    thing = SYSTEM.things[int(item.target.id)]
    return DONE if all(thing.get(k) == v for k, v in item.after.items()) else NOT_DONE


class Delete(_Kind):
    code = "test.delete"
    recovery = Recovery.FINDABLE
    destructive = True

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        with SYSTEM.call("delete", [item.target.text for item in items]):
            SYSTEM.things.pop(int(items[0].target.id))
        return None

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        return {
            i.id: NOT_DONE if int(i.target.id) in SYSTEM.things else DONE for items in lost for i in items
        }

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        return [Draft(kind="test.create", target_text=item.target.text, after=item.before, note="new_id")]


class Password(_Kind):
    code = "test.password"
    recovery = Recovery.NEVER
    undoable = False
    makes_secret = True
    destructive = True
    connection = "two"  # of another system

    def new_secret(self) -> str:
        return f"secret-{uuid4()}"

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with SYSTEM.call("password", [item.target.text]):
            SYSTEM.things[int(item.target.id)]["password"] = item.secret
        return None

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        raise AssertionError("what is never repeated is never looked up")


def register() -> None:
    """Make the kinds and the origin known; the drafts come from ``planned``."""
    for kind in (Create(), Set(), Delete(), Password()):
        kinds.register(kind)
    trail_vocabulary.register_kind("thing", trail_vocabulary.Kind("Thing", fields={"color": "Color"}))
    origins.register("test", Origin(lambda _actor, _set: iter(DRAFTS), lambda _arguments: "A test"))


DRAFTS: list[Draft | Trouble | int] = []


def an_actor() -> Actor:
    """Somebody with a live session; nothing is ever asked of Weila."""
    row = UpstreamSession.objects.create(
        user_id=1, user_num="70015325", name="所有者", org_num=ORG, expires_at=timezone.now(), role=Role.OWNER
    )
    return Actor(row.id, 1, "70015325", "所有者", Role.OWNER, ORG, "127.0.0.1", "test")


def planned(actor: Actor, *drafts: Draft | Trouble) -> ChangeSet:
    """A set with these changes, planned."""
    DRAFTS[:] = drafts
    change_set = plan.start(actor, "test", {})
    change_set.refresh_from_db()
    return change_set
