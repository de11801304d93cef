"""What is written down while a set is applied: every attempt before it is sent, every end after.

Attempts and ends are written in groups, each in one short transaction that first proves that this worker still
holds the set. Nothing here sends anything.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from audit import trail
from audit.trail import Attempt, End, Target
from changes import kinds, secrets, sql
from changes.items import item_of, needed_by
from changes.kinds import Item, Kind, Refusal
from changes.models import ENDED, IN_FLIGHT, Call, Change, ChangeSet, SetState, State
from common import lease
from common.actor import Actor
from common.outcome import Outcome

_COUNTED = {State.DONE: "done", State.FAILED: "failed", State.BLOCKED: "blocked", State.UNKNOWN: "unknown"}
_OUTCOMES = {State.DONE: Outcome.DONE, State.FAILED: Outcome.NOT_DONE, State.UNKNOWN: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call that is recorded and not closed."""

    call: UUID
    kind: Kind
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of a change: one of ``ENDED``, back to ``WAITING``, or ``LOST`` until ``due_at``."""

    item: Item
    state: State
    reason: str = ""
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    target: Target | None = None
    due_at: datetime | None = None


@dataclass(slots=True)
class Claimed:
    """What a claim led to.

    Attributes:
        calls: what is to be sent.
        held: changes that something else in flight keeps from being sent now.
        gives_way: whether that is in a set that waits for our credential, so that it has to go first.
    """

    calls: list[Outgoing] = field(default_factory=list)
    held: list[Change] = field(default_factory=list)
    gives_way: bool = False


@dataclass(slots=True)
class Ledger:
    """The book of one set, kept by the worker that holds its lease.

    After a ``LeaseLost`` what this worker knows and has not written is looked up by the one that has taken over.
    """

    change_set: ChangeSet
    actor: Actor
    fence: int

    # --- before sending

    def waiting(self, limit: int, *, after: int = -1) -> list[Change]:
        """The next changes to send, behind the position ``after``: of the first wave that is not through."""
        rows = Change.objects.filter(change_set=self.change_set)
        waves = [
            rows.filter(state__in=states).order_by("wave").values_list("wave", flat=True).first()
            for states in ([State.WAITING], IN_FLIGHT)
        ]
        if waves[0] is None or (waves[1] is not None and waves[1] < waves[0]):
            return []
        found = rows.filter(state=State.WAITING, wave=waves[0], position__gt=after)
        return list(found.order_by("position")[:limit])

    def claim(self, candidates: Sequence[Change]) -> Claimed:
        """Record these changes as attempted, in calls; those that may not be sent get their end.

        Raises:
            LeaseLost: nothing was recorded.
        """
        try:
            with transaction.atomic():
                return self._claim(candidates)
        except IntegrityError:
            # Another job has claimed an equal one at this very moment, which PostgreSQL shows only now.
            return Claimed(held=list(candidates))

    def _claim(self, candidates: Sequence[Change]) -> Claimed:
        self._hold()
        now = timezone.now()
        claimed, free = Claimed(), []
        busy, unsettled = self._busy(candidates), []
        for change in candidates:
            holder = busy.get(change.marks)
            if holder is None:
                if change.marks:
                    busy[change.marks] = self.change_set
                free.append(change)
            elif holder.state == SetState.APPLYING or holder == self.change_set:
                claimed.held.append(change)
                claimed.gives_way |= self._needs_us(holder)
            else:
                item = item_of(self.change_set, change, {})
                unsettled.append(Ending(item, State.FAILED, "unsettled", f"#{holder.pk}"))
        self._write(unsettled)
        ready = self._ready(free)
        self._take([change for change, _item in ready])
        for kind, items in _by_kind(ready):
            refused = kind.check(self.actor, items)
            self._write([_refusal(item, refused[item.id]) for item in items if item.id in refused])
            sent = [replace(item, attempted_at=now) for item in items if item.id not in refused]
            claimed.calls += _calls(kind, sent)
        self._record(claimed.calls, {change.pk: change for change, _ in ready}, now)
        return claimed

    def _take(self, changes: Sequence[Change]) -> None:
        """Keep equal changes from being sent, before these are compared with what is there.

        In an order that all jobs have in common: so that none waits for one that waits for it.
        """
        rows = sorted((change.marks, change.pk) for change in changes)
        sql.update(("state",), [(pk, State.ATTEMPTED) for _marks, pk in rows])

    def _needs_us(self, other: ChangeSet) -> bool:
        """Whether another set may have to wait until we give our credential back."""
        return other != self.change_set and other.session_id == self.change_set.session_id

    def _busy(self, candidates: Sequence[Change]) -> dict[str, ChangeSet]:
        """Which of their marks are in flight, and in which set."""
        marks = [change.marks for change in candidates if change.marks]
        # Literally as the partial index has it: SQLite does not use it for values that are bound, and a table of all
        # changes ever made is long.
        in_flight = Change.objects.filter(marks__in=marks).extra(
            where=["state IN ('attempted', 'lost') AND NOT (marks = '')"]
        )
        found = dict(in_flight.values_list("marks", "change_set_id"))
        holders = ChangeSet.objects.only("state", "session_id").in_bulk(set(found.values())) if found else {}
        return {marks: holders[set_id] for marks, set_id in found.items()}

    def _ready(self, changes: Sequence[Change]) -> list[tuple[Change, Item]]:
        """Those whose needs are done, with what these brought filled in; the others are blocked."""
        needed = needed_by(self.change_set, changes)
        ready, blocked = [], []
        for change in changes:
            lacking = next((p for p in change.needs if needed[p].state != State.DONE), None)
            if lacking is None:
                ready.append((change, item_of(self.change_set, change, needed)))
            else:
                item = item_of(self.change_set, change, {})
                by = needed[lacking]
                values = {"by": lacking, "root": by.result.get("root", lacking)}
                blocked.append(Ending(item, State.BLOCKED, "blocked", by.target_text, values))
        self._write(blocked)
        return ready

    def _record(self, calls: Sequence[Outgoing], changes: Mapping[int, Change], now: datetime) -> None:
        Call.objects.bulk_create(
            Call(id=call.call, change_set=self.change_set, operation=call.kind.operation, attempted_at=now)
            for call in calls
        )
        sent = [(call, item) for call in calls for item in call.items]
        actions = trail.attempt_all(
            self.actor,
            [Attempt(call.kind.operation, item.target, *call.kind.recorded(item)) for call, item in sent],
        )
        sql.update(
            ("call", "action", "secret"),
            [
                (item.id, call.call, action, self._sealed(changes[item.id], item))
                for (call, item), action in zip(sent, actions, strict=True)
            ],
        )

    def _sealed(self, change: Change, item: Item) -> str:
        if change.secret or not item.secret:
            return change.secret
        return secrets.sealed(self.change_set, change.position, item.secret)

    # --- after sending

    def close(self, endings: Sequence[Ending], calls: Mapping[UUID, Outcome]) -> None:
        """Write what became of changes, and of the calls that carried them.

        Raises:
            LeaseLost: nothing was written.
        """
        with transaction.atomic():
            self._hold()
            self._write(endings)
            now = timezone.now()
            for outcome in set(calls.values()):
                closed = [call for call, its in calls.items() if its is outcome]
                Call.objects.filter(pk__in=closed).update(closed_at=now, outcome=outcome)

    def _write(self, endings: Sequence[Ending]) -> None:
        if not endings:
            return
        self._end_in_trail(endings)
        sql.update(
            ("state", "reason", "reason_text", "result", "due_at", "target_id", "target_text"),
            [_row(ending) for ending in endings],
        )
        self._forget_used_secrets(endings)
        self._drop_undone_secrets(endings)
        lost = [ending.item.id for ending in endings if ending.state is State.LOST]
        Change.objects.filter(pk__in=lost).update(attempts=F("attempts") + 1)
        counts = Counter(ending.state for ending in endings)
        more = {name: F(name) + counts[state] for state, name in _COUNTED.items() if counts[state]}
        if more:
            ChangeSet.objects.filter(pk=self.change_set.pk).update(tries=0, **more)

    def _forget_used_secrets(self, endings: Sequence[Ending]) -> None:
        """What was given to be sent and is no new password, such as a code, is of no use to anybody any more; nor is a
        password out of the file of somebody else."""
        ended = [ending for ending in endings if ending.item.secret and ending.state in ENDED]
        used = [one.item.id for one in ended if not kinds.kind(one.item.kind).makes_secret]
        if used:
            Change.objects.filter(pk__in=used).update(secret="")
        sent = [one.item.id for one in ended if one.state in (State.DONE, State.UNKNOWN)]
        secrets.forget_given(self.change_set, Change.objects.filter(pk__in=sent))

    def _drop_undone_secrets(self, endings: Sequence[Ending]) -> None:
        if self.change_set.undoes_id is None:
            return
        done = [ending.item.id for ending in endings if ending.state is State.DONE]
        secrets.drop_undone(self.change_set.undoes_id, Change.objects.filter(pk__in=done))

    def _end_in_trail(self, endings: Sequence[Ending]) -> None:
        recorded = Change.objects.filter(pk__in=[ending.item.id for ending in endings]).exclude(action=None)
        actions = dict(recorded.values_list("pk", "action"))
        ends = []
        for ending in endings:
            item, action = ending.item, actions.get(ending.item.id)
            outcome = _OUTCOMES.get(ending.state, Outcome.NOT_DONE)
            if ending.state in (State.LOST, State.BLOCKED):
                continue
            if action is not None:
                ends.append(End(action, outcome, ending.reason, ending.text, ending.target))
            else:
                operation = kinds.kind(item.kind).operation
                trail.record(self.actor, operation, item.target, outcome, reason=ending.reason)
        trail.end_all(ends)

    def _hold(self) -> None:
        """Prove that the set is still ours, and lock it for this transaction.

        Raises:
            LeaseLost: it is not.
        """
        lease.write(ChangeSet.objects.all(), self.change_set.pk, self.fence, queued_at=timezone.now())


def _row(ending: Ending) -> tuple[Any, ...]:
    target = ending.target or ending.item.target
    values = dict(ending.values)
    return (
        ending.item.id,
        ending.state,
        ending.reason[:60],
        ending.text[:300],
        values,
        ending.due_at,
        target.id[:64],
        target.text[:200],
    )


def _by_kind(ready: Iterable[tuple[Change, Item]]) -> list[tuple[Kind, list[Item]]]:
    found: dict[str, list[Item]] = {}
    for change, item in ready:
        found.setdefault(change.kind, []).append(item)
    return [(kinds.kind(code), items) for code, items in found.items()]


def _calls(kind: Kind, items: Sequence[Item]) -> list[Outgoing]:
    """These changes in as few calls as their kind allows."""
    together: dict[str, list[Item]] = {}
    for item in items:
        together.setdefault(kind.batch(item.target.id, item.after) or str(item.id), []).append(item)
    size = kind.batch_limit
    return [
        Outgoing(uuid4(), kind, batch[start : start + size])
        for batch in together.values()
        for start in range(0, len(batch), size)
    ]


def _refusal(item: Item, refusal: Refusal) -> Ending:
    values = {name: list(pair) for name, pair in refusal.values.items()}
    return Ending(item, State.FAILED, refusal.reason, values={"now": values} if values else {})
