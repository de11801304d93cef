"""How the trail's codes are said to people, and which values it may hold.

The rooms above register what they record, so that the trail knows none of them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

# What some recorded numbers of an organization are called at present; those that are gone are missing.
Names = Callable[[int, Collection[Any]], Mapping[Any, str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of target.

    Attributes:
        label: what people call it.
        fields: the only fields whose values are ever recorded, each with its label.
        url_name: the page of one such thing, reversed with its id; empty when it has none.
        say: how a recorded value of a field is put into words, where it does not speak for itself.
        names: fields whose values are numbers of other things; asked once for all events of a page, before ``say``.
    """

    label: StrOrPromise
    fields: Mapping[str, StrOrPromise]
    url_name: str = ""
    say: Mapping[str, Callable[[Any], StrOrPromise]] = field(default_factory=dict)
    names: Mapping[str, Names] = field(default_factory=dict)


kinds: dict[str, Kind] = {}
operations: dict[str, StrOrPromise] = {}
reasons: dict[str, StrOrPromise] = {"abandoned": _("The console was interrupted before the answer came.")}


def register_kind(code: str, kind: Kind) -> None:
    """Make a kind of target known."""
    kinds[code] = kind


def extend_kind(
    code: str,
    fields: Mapping[str, StrOrPromise],
    say: Mapping[str, Callable[[Any], StrOrPromise]],
) -> None:
    """Add fields that another room knows of to a kind that is known already."""
    known = kinds[code]
    kinds[code] = replace(known, fields={**known.fields, **fields}, say={**known.say, **say})


def register_operations(labels: Mapping[str, StrOrPromise]) -> None:
    """Name operations, in words that complete "who did what": *created a member*."""
    operations.update(labels)


def register_reasons(labels: Mapping[str, StrOrPromise]) -> None:
    """Put the codes of refusals into words."""
    reasons.update(labels)
