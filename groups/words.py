"""What is told of a group in words, for pages, messages, files and the trail."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from common.texts import listed
from groups.models import BurstMode, Group, GroupType, Shutup
from orgs.words import unknown_value

NAMED = 10  # people that a sentence names; of more it says how many
_CHOICES = {"burst_mode": BurstMode.choices, "type": GroupType.choices, "shutup": Shutup.choices}


def say(name: str, value: Any) -> str:
    """The value of the field ``name``; empty when it was not told."""
    if value is None:
        return ""
    if name not in _CHOICES:
        return str(value)
    return next((str(label) for known, label in _CHOICES[name] if known == value), unknown_value(value))


def of(group: Group) -> Mapping[str, str]:
    """All coded fields of a group in words."""
    return {name: say(name, getattr(group, name)) for name in _CHOICES}


def names(people: Sequence[str]) -> str:
    """The first of these people by name, and how many more there are."""
    named = listed(people[:NAMED])
    more = len(people) - NAMED
    return _("%(names)s and %(count)d more") % {"names": named, "count": more} if more > 0 else named
