"""Events as people read them: codes put into words, values compared, targets linked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from audit import vocabulary
from audit.models import Event, Stage
from audit.vocabulary import Kind


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
    def color(self) -> str:
        """The color of the outcome's badge."""
        return {Stage.DONE: "green", Stage.REFUSED: "red", Stage.UNKNOWN: "orange"}.get(
            Stage(self.event.stage), "azure"
        )


def entries(events: Iterable[Event]) -> list[Entry]:
    """The events in words, in their order."""
    return [_entry(event) for event in events]


def _entry(event: Event) -> Entry:
    kind = vocabulary.kinds.get(event.target_kind)
    return Entry(
        event=event,
        operation=vocabulary.operations.get(event.operation, event.operation),
        kind=kind.label if kind else event.target_kind,
        url=_url(kind, event),
        reason=vocabulary.reasons.get(event.reason, event.reason),
        changes=_changes(kind, event) if kind else [],
    )


def _url(kind: Kind | None, event: Event) -> str:
    if kind is None or not kind.url_name or not event.target_id:
        return ""
    try:
        return reverse(kind.url_name, args=[event.target_id])
    except NoReverseMatch:
        return ""  # an id that is no id of ours, as in a denied request


def _changes(kind: Kind, event: Event) -> list[Change]:
    return [
        Change(label, _say(kind, name, event.before.get(name)), _say(kind, name, event.after.get(name)))
        for name, label in kind.fields.items()
        if event.before.get(name) != event.after.get(name) and (name in event.before or name in event.after)
    ]


def _say(kind: Kind, name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name in kind.say:
        return str(kind.say[name](value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
