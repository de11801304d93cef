"""Doing one thing to many: which members a selection means, what can be done to them, and where that goes on.

Nothing is sent from here. What was chosen becomes a change set, which is shown change by change and confirmed first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import Promise

from audit.trail import Target
from changes import plan
from common.actor import Actor
from orgs import listing
from orgs.directory.written import NotHere, deny
from orgs.listing import Filters
from orgs.models import Member, MemberType, Organization

if TYPE_CHECKING:
    from orgs.forms.bulk import ActionForm

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Said:
    """A plan in the words of the person who made it: what is to be done, and to whom."""

    action: str
    selection: str


def start(actor: Actor, action: str, ids: Sequence[int], values: Mapping[str, Any], said: Said) -> str:
    """Make a change set of what was chosen; returns the address of its page. Nothing is sent.

    Args:
        action: ``member.move``, ``group.delete``, …: the name of the ``Actions`` and the code of the action. The
            origin ``member.bulk`` (or ``group.bulk``) plans it.
        ids: user ids, or group ids, in ascending order; all of them are in the actor's organization.
        values: what the form of the action gave, as plain data.
    """
    kind, code = action.split(".")
    arguments = {
        "action": code,
        "ids": list(ids),
        "values": dict(values),
        "title": said.action,
        "words": said.selection,
    }
    return reverse("change-set", args=[plan.start(actor, f"{kind}.bulk", arguments).pk])


class Whom(StrEnum):
    """To which of the selected an action applies; the others are left out, and that is said."""

    EVERYBODY = "everybody"
    PEOPLE = "people"
    DEVICES = "devices"


@dataclass(frozen=True, slots=True)
class Found:
    """What a selection means now, in ascending order."""

    ids: list[int]
    devices: list[int]

    def of(self, whom: Whom) -> list[int]:
        """Those to whom an action applies."""
        if whom is Whom.EVERYBODY:
            return self.ids
        if whom is Whom.DEVICES:
            return self.devices
        devices = set(self.devices)
        return [one for one in self.ids if one not in devices]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be done to many.

    Attributes:
        code: its name in the address.
        label: what it is called where it is chosen, and above its form.
        section: the heading under which it is offered.
        icon: of static/icons.svg.
        form: asks for its values.
        whom: to whom it applies.
        impact: what it means for them, for what can't simply be taken back.
        dangerous: whether it takes something away from people.
    """

    code: str
    label: Text
    section: Text
    icon: str
    form: "type[ActionForm]"
    whom: Whom = Whom.EVERYBODY
    impact: tuple[Text, ...] = ()
    dangerous: bool = False


class Actions:
    """What can be done to many things of one kind. Rooms above add theirs from their ``apps.py``."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._actions: dict[str, Action] = {}

    def register(self, *actions: Action) -> None:
        for action in actions:
            self._actions[action.code] = action

    def find(self, code: str) -> Action | None:
        """The action with this code; None when there is none."""
        return self._actions.get(code)

    def name_of(self, action: Action) -> str:
        """What ``start`` calls it."""
        return f"{self.kind}.{action.code}"

    def sections(self) -> dict[str, list[Action]]:
        """All of them under their headings; headings with dangerous ones come last."""
        sections: dict[str, list[Action]] = {}
        for action in self._actions.values():
            sections.setdefault(str(action.section), []).append(action)
        calm = {name: actions for name, actions in sections.items() if not any(a.dangerous for a in actions)}
        return calm | sections


members = Actions("member")


def resolve(organization: Organization, wanted: Sequence[int] | Filters) -> Found:
    """The members who are meant; ids of others are left out (see ``require``)."""
    if isinstance(wanted, Filters):
        rows = listing.kinds(organization, wanted)
    else:
        found = Member.objects.filter(organization=organization, user_id__in=wanted)
        rows = sorted(found.values_list("user_id", "type"))
    return Found(
        [user_id for user_id, _kind in rows],
        [user_id for user_id, kind in rows if kind == MemberType.DEVICE],
    )


def require(
    actor: Actor, kind: str, ids: Sequence[int], found: Found, refusal: type[NotHere] = NotHere
) -> None:
    """Refuse a selection by ids some of which are not in the actor's organization.

    Raises:
        NotHere: as ``refusal``; recorded with the first of them.
    """
    strangers = set(ids) - set(found.ids)
    if strangers:
        deny(actor, f"{kind}.bulk", Target(kind, str(min(strangers)), ""), "not_here")
        raise refusal
