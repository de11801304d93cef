"""The upstream's numbers in words, for pages, messages and the trail."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.forms.fields import ON_OFF, SEXES, NamedDepartment, unknown_value
from orgs.models import Member, MemberState, MemberType, Track


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
            "online": lambda value: _labeled(((1, _("Online")), (0, _("Offline"))), value),
            "track": _track,
        }

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


def _labeled(choices: Iterable[tuple[Any, Any]], value: int) -> str:
    return next((str(label) for known, label in choices if known == value), unknown_value(value))


def _track(value: int) -> str:
    if value > Track.RESERVED:
        return ngettext("Every %(count)d second", "Every %(count)d seconds", value) % {"count": value}
    return _labeled(Track.choices, value)
