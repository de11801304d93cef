"""Events as people read them: codes put into words, values compared, targets linked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from audit import vocabulary
from audit.models import Event, Stage
from audit.vocabulary import Kind

Named = Mapping[str, Mapping[Any, str]]  # by field and value
Told = tuple[str, str, Any]  # a kind of target, a field of it, and a value


@dataclass(frozen=True, slots=True)
class Change:
    """One value that an action changed or was to change; an empty text stands for an empty value."""

    label: StrOrPromise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An action in words."""

    event: Event
    operation: StrOrPromise
    kind: StrOrPromise
    url: str
    reason: StrOrPromise
    changes: list[Change]

    @property
    def takes_away(self) -> bool:
        """Whether the whole thing goes, so that it need not be said of each value that there is none now."""
        return not self.event.after

    @property
    def color(self) -> str:
        """The color of the outcome's badge."""
        return {Stage.DONE: "green", Stage.REFUSED: "red", Stage.UNKNOWN: "orange"}.get(
            Stage(self.event.stage), "azure"
        )


def entries(events: Iterable[Event]) -> list[Entry]:
    """The events in words, in their order."""
    events = list(events)
    told: dict[int | None, list[Told]] = defaultdict(list)
    for event in events:
        both = (*event.before.items(), *event.after.items())
        told[event.org_num] += [(event.target_kind, name, value) for name, value in both]
    names = {org_num: {} if org_num is None else named(org_num, some) for org_num, some in told.items()}
    return [_entry(event, names[event.org_num].get(event.target_kind, {})) for event in events]


def named(org_num: int, told: Iterable[Told]) -> Mapping[str, Named]:
    """What the numbers among these values are called at present, by kind of target; asked once for each field."""
    numbers: dict[str, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for code, name, value in told:
        kind = vocabulary.kinds.get(code)
        if value and kind and name in kind.names:
            numbers[code][name].add(value)
    return {
        code: {name: vocabulary.kinds[code].names[name](org_num, some) for name, some in fields.items()}
        for code, fields in numbers.items()
    }


def values(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Change]:
    """What is to be changed on a target of this kind, in words, by field; only fields that the trail knows."""
    known = vocabulary.kinds.get(kind)
    return _changes(known, before, after, {}) if known else {}


def say(kind: str, name: str, value: Any, named: Mapping[str, Named] | None = None) -> str:
    """One value of a field in words; ``named`` is what the function of this name found."""
    known = vocabulary.kinds.get(kind)
    return _say(known, name, value, (named or {}).get(kind, {})) if known else str(value)


def in_order(kind: str, names: Iterable[str]) -> list[str]:
    """Names of fields in the order in which the trail tells them; those that it does not know come last."""
    known = vocabulary.kinds.get(kind)
    places = {name: place for place, name in enumerate(known.fields)} if known else {}
    return sorted(names, key=lambda name: places.get(name, len(places)))


def label(kind: str, name: str) -> StrOrPromise:
    """What people call a field."""
    known = vocabulary.kinds.get(kind)
    return known.fields.get(name, name) if known else name


def page_of(kind: str, target_id: str) -> str:
    """The address of the page of one such thing; empty when it has none."""
    return _url(vocabulary.kinds.get(kind), target_id)


def _entry(event: Event, named: Named) -> Entry:
    kind = vocabulary.kinds.get(event.target_kind)
    return Entry(
        event=event,
        operation=vocabulary.operations.get(event.operation, event.operation),
        kind=kind.label if kind else event.target_kind,
        url=_url(kind, event.target_id),
        reason=vocabulary.reasons.get(event.reason, event.reason),
        changes=list(_changes(kind, event.before, event.after, named).values()) if kind else [],
    )


def _url(kind: Kind | None, target_id: str) -> str:
    if kind is None or not kind.url_name or not target_id:
        return ""
    try:
        return reverse(kind.url_name, args=[target_id])
    except NoReverseMatch:
        return ""  # an id that is no id of ours, as in a denied request


def _changes(
    kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], named: Named
) -> dict[str, Change]:
    def said(name: str, value: Any) -> str:
        return _say(kind, name, value, named)

    return {
        name: Change(label, said(name, before.get(name)), said(name, after.get(name)))
        for name, label in kind.fields.items()
        if before.get(name) != after.get(name) and (name in before or name in after)
    }


def _say(kind: Kind, name: str, value: Any, named: Named) -> str:
    if value is None or value == "":
        return ""
    if name in named and (called := named[name].get(value)):
        return called
    if name in kind.say:
        return str(kind.say[name](value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
