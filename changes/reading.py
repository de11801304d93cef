"""Change sets as people read them: codes put into words, values compared, times estimated."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from audit import reading, vocabulary
from audit.reading import Change as Value
from changes import kinds, origins
from changes import vocabulary as words
from changes.models import Change, ChangeSet, Pause, Problem, SetState, State

_SET_COLORS = {
    SetState.FAILED: "red",
    SetState.PLANNED: "blue",
    SetState.APPLYING: "azure",
    SetState.PLANNING: "azure",
    SetState.PAUSED: "orange",
    SetState.FINISHED: "green",
}
_STATE_COLORS = {State.DONE: "green", State.FAILED: "red", State.BLOCKED: "yellow", State.UNKNOWN: "orange"}
_ENOUGH = timedelta(seconds=3)  # of work, before a rate says anything


@dataclass(frozen=True, slots=True)
class Ended:
    """How many changes of a set have ended in a state."""

    state: State
    number: int

    @property
    def color(self) -> str:
        """The color of its badge."""
        return _STATE_COLORS[self.state]


@dataclass(frozen=True, slots=True)
class SetEntry:
    """A set in words.

    Attributes:
        undone_by: its undos; with ``partly`` they have left something.
    """

    set: ChangeSet
    title: StrOrPromise
    undone_by: Sequence[int] = ()
    partly: bool = False

    @property
    def color(self) -> str:
        """The color of the badge of its state; one with failures is not green."""
        if self._empty:
            return "yellow" if self.set.problems else "secondary"
        if self.set.state == SetState.FINISHED and self.set.done < self.set.total:
            return "yellow"
        return _SET_COLORS.get(SetState(self.set.state), "secondary")

    @property
    def state(self) -> StrOrPromise:
        """Its state; a plan without changes waits for nobody."""
        if self._empty:
            return _("Nothing can be done") if self.set.problems else _("Nothing to change")
        return SetState(self.set.state).label

    @property
    def _empty(self) -> bool:
        return self.set.state == SetState.PLANNED and not self.set.total

    @property
    def reason(self) -> str:
        """Why it could not be planned, or has stopped; empty when there is nothing to say."""
        if self.set.state == SetState.FAILED:
            return words.problem(self.set.reason, self.set.reason_params)
        if self.set.state == SetState.PAUSED:
            return str(dict(Pause.choices).get(self.set.reason, self.set.reason))
        return ""

    @property
    def counts(self) -> list[Ended]:
        """How much has ended how; without the states that there is nothing of."""
        ended = (Ended(state, getattr(self.set, state)) for state in _STATE_COLORS)
        return [one for one in ended if one.number]

    @property
    def left(self) -> int:
        """How much has not ended."""
        return self.set.total - self.set.ended

    @property
    def kinds(self) -> list[tuple[str, StrOrPromise, int]]:
        """Kinds of its changes: the code, its words, how many."""
        return [(code, kind_in_words(code), number) for code, number in self.set.kinds.items()]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that somebody has changed since the preview."""

    label: StrOrPromise
    expected: str
    present: str


@dataclass(frozen=True, slots=True)
class Line:
    """A change in words.

    Attributes:
        target_number: tells its target apart from others of the same name; empty where it has none (yet).
        by: the change whose end has blocked it.
    """

    change: Change
    kind: StrOrPromise
    target_number: str
    url: str
    changes: Sequence[Value]
    note: StrOrPromise
    reason: StrOrPromise
    by: Change | None
    conflicts: Sequence[Conflict]

    @property
    def number(self) -> int:
        return self.change.position + 1

    @property
    def color(self) -> str:
        return _STATE_COLORS.get(State(self.change.state), "azure")


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem in words."""

    problem: Problem
    text: str
    conflicts: Sequence[Conflict]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a set is. ``max`` is 0 while nobody knows; ``rate`` and ``left`` are empty for the same reason."""

    value: int
    max: int
    rate: str = ""
    left: str = ""

    @property
    def percent(self) -> int:
        return self.value * 100 // self.max if self.max else 0


def entry(change_set: ChangeSet, undone_by: Sequence[int] = (), *, partly: bool = False) -> SetEntry:
    """One set in words."""
    return SetEntry(change_set, origins.title(change_set), undone_by, partly)


def kind_in_words(code: str) -> StrOrPromise:
    """What a kind of change does."""
    return words.kinds.get(code, code)


def lines(
    org_num: int,
    rows: Sequence[Change],
    needed: Mapping[int, Change],
    numbers: Mapping[int, str] | None = None,
) -> list[Line]:
    """Changes in words; ``needed`` are those that they refer to, by position, ``numbers`` what ``numbers`` found."""
    named = _named(org_num, [(_target_kind(row), row.result) for row in rows])
    return [_line(row, needed, (numbers or {}).get(row.pk, ""), named) for row in rows]


def numbers(org_num: int, rows: Sequence[Change]) -> dict[int, str]:
    """By which numbers people tell the targets of these changes apart, by the ids of the changes."""
    found: dict[int, str] = {}
    for target_kind, those_of in words.numbers.items():
        if wanted := [row for row in rows if row.target_id and _target_kind(row) == target_kind]:
            found |= those_of(org_num, wanted)
    return found


def faults(org_num: int, rows: Sequence[Problem]) -> list[Fault]:
    """Problems in words."""
    named = _named(org_num, [(row.params.get("target_kind", ""), row.params) for row in rows])
    return [
        Fault(
            row,
            words.problem(row.code, row.params),
            _conflicts(row.params.get("target_kind", ""), row.params, named),
        )
        for row in rows
    ]


def progress(change_set: ChangeSet, now: datetime | None = None) -> Progress:
    """How far planning or applying is, and how long it still takes if it goes on as it did."""
    if change_set.state == SetState.PLANNING:
        return Progress(min(change_set.progress, change_set.expected), change_set.expected)
    took = (now or timezone.now()) - change_set.started_at if change_set.started_at else timedelta()
    through = change_set.ended - change_set.started_with
    if took < _ENOUGH or through <= 0:
        return Progress(change_set.ended, change_set.total)
    rate = through / took.total_seconds()
    left = (change_set.total - change_set.ended) / rate
    return Progress(change_set.ended, change_set.total, _rate(rate), _left(left))


def _rate(a_second: float) -> str:
    if a_second >= 1:
        number = round(a_second)
        return ngettext("%(number)d a second", "%(number)d a second", number) % {"number": number}
    number = max(round(a_second * 60), 1)
    return ngettext("%(number)d a minute", "%(number)d a minute", number) % {"number": number}


def _left(seconds: float) -> str:
    if seconds < 60:
        return _("less than a minute")
    minutes = math.ceil(seconds / 60)
    if minutes < 90:
        return ngettext("about %(number)d minute", "about %(number)d minutes", minutes) % {"number": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("about %(number)d hour", "about %(number)d hours", hours) % {"number": hours}


def _line(
    row: Change, needed: Mapping[int, Change], target_number: str, named: Mapping[str, reading.Named]
) -> Line:
    target_kind = _target_kind(row)
    return Line(
        change=row,
        kind=kind_in_words(row.kind),
        target_number=target_number,
        url=reading.page_of(target_kind, row.target_id),
        changes=_values(target_kind, row, needed),
        note=words.notes.get(row.note, row.note),
        reason=vocabulary.reasons.get(row.reason, row.reason),
        by=needed.get(row.result.get("by", -1)),
        conflicts=_conflicts(target_kind, row.result, named),
    )


def _target_kind(row: Change) -> str:
    kind = kinds.registered().get(row.kind)
    return kind.target_kind if kind else ""


def _values(target_kind: str, row: Change, needed: Mapping[int, Change]) -> list[Value]:
    """Before and after of each field: in the words of the plan, in those of the trail, or by what brings it."""
    values = {name: Value(reading.label(target_kind, name), *pair) for name, pair in row.said.items()}
    for name, (position, _field) in row.refs.items():
        if name not in values and name != "target":
            brought = needed[position].target_text if position in needed else ""
            before = reading.say(target_kind, name, row.before.get(name))
            values[name] = Value(reading.label(target_kind, name), before, brought)
    if not row.after and not row.refs:
        # What goes is told as it was: that nothing will be left of it, its kind says already.
        return [replace(value, before="", after=value.before) for value in values.values()]
    rest = {name: value for name, value in row.after.items() if name not in values}
    there = {name: row.before.get(name) for name in rest}
    values |= reading.values(target_kind, there, rest)
    return [values[name] for name in reading.in_order(target_kind, values)]


def _named(org_num: int, told: Iterable[tuple[str, Mapping[str, Any]]]) -> Mapping[str, reading.Named]:
    """What the numbers in conflicts are called, of these kinds of target and what was recorded of each."""
    return reading.named(
        org_num,
        [
            (target_kind, name, value)
            for target_kind, recorded in told
            for name, pair in recorded.get("now", {}).items()
            for value in pair
        ],
    )


def _conflicts(
    target_kind: str, recorded: Mapping[str, Any], named: Mapping[str, reading.Named]
) -> list[Conflict]:
    """What was found instead of what was expected."""
    conflicts = []
    for name, pair in recorded.get("now", {}).items():
        expected, present = (reading.say(target_kind, name, value, named) or _("(empty)") for value in pair)
        conflicts.append(Conflict(reading.label(target_kind, name), expected, present))
    return conflicts
