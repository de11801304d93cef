"""The upstream's numbers in words, for pages, messages and the trail."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import words
from orgs.models import Member, MemberState, MemberType, Track

Choice = tuple[int, str | Promise]

ON_OFF: tuple[Choice, ...] = ((1, gettext_lazy("On")), (0, gettext_lazy("Off")))
SEXES: tuple[Choice, ...] = tuple(words.SEXES.items())
_ONLINE: tuple[Choice, ...] = ((1, gettext_lazy("Online")), (0, gettext_lazy("Offline")))


class NamedDepartment(Protocol):
    """What forms and words need to know of a department."""

    @property
    def dept_id(self) -> int: ...
    @property
    def name(self) -> str: ...


class Words:
    """Says the values of a member's fields; knows the names of the organization's departments."""

    def __init__(self, departments: Iterable[NamedDepartment]) -> None:
        self._departments = {one.dept_id: one.name for one in departments}
        self._sayings: dict[str, Callable[[int], str]] = {
            "dept_id": self.department,
            "type": lambda value: _labeled(MemberType.choices, value),
            "state": lambda value: _labeled(MemberState.choices, value),
            "sex": lambda value: _labeled(SEXES, value),
            "tts": lambda value: _labeled(ON_OFF, value),
            "loc_share": lambda value: _labeled(ON_OFF, value),
            "online": lambda value: _labeled(_ONLINE, value),
            "track": _track,
        }

    @property
    def fields(self) -> Collection[str]:
        """The fields whose values are codes."""
        return self._sayings.keys()

    def department(self, dept_id: int) -> str:
        """The name of a department; 0 is none."""
        if not dept_id:
            return _("No department")
        return self._departments.get(dept_id) or _("Department %(number)s") % {"number": dept_id}

    def say(self, name: str, value: Any) -> str:
        """The value of the field ``name``; empty when there is none."""
        if value is None:
            return ""
        say = self._sayings.get(name)
        return say(value) if say and isinstance(value, int) else str(value)

    def of(self, member: Member) -> Mapping[str, str]:
        """All coded fields of a member in words; what was not told is empty."""
        return {name: self.say(name, getattr(member, name)) for name in self._sayings}


def called(name: str) -> str:
    """How anything is called that may have no name."""
    return name or _("(no name)")


def unknown_value(number: int) -> str:
    """How a number is shown that no document explains."""
    return _("Unknown value %(number)s") % {"number": number}


def _labeled(choices: Iterable[tuple[Any, Any]], value: int) -> str:
    return next((str(label) for known, label in choices if known == value), unknown_value(value))


def _track(value: int) -> str:
    if value > Track.RESERVED:
        return ngettext("Every %(count)d second", "Every %(count)d seconds", value) % {"count": value}
    return _labeled(Track.choices, value)
