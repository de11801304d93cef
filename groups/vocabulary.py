"""What this room tells the trail: its kind, its operations and reasons in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from audit.vocabulary import Kind, register_kind, register_operations, register_reasons
from groups.words import names, say


def register() -> None:
    """Make them known to the trail."""
    register_kind(
        "group",
        Kind(
            _("Group"),
            fields={
                "name": _("Name"),
                "avatar": _("Picture"),
                "burst_mode": _("Burst mode"),
                "added": _("Added"),
                "removed": _("Removed"),
                "member": _("Member"),
                "priority": _("Priority"),
                "tts": _("Read messages aloud"),
                "loc_share": _("Location sharing"),
            },
            url_name="group",
            say={
                "burst_mode": lambda value: say("burst_mode", value),
                "added": _people,
                "removed": _people,
                "member": lambda value: _people([value]),
                "tts": _switch,
                "loc_share": _switch,
                "priority": str,
            },
        ),
    )
    register_operations(
        {
            "weila.group-create": _("created a group"),
            "weila.group-change": _("changed a group"),
            "weila.group-delete": _("deleted a group"),
            "weila.group-member-add": _("added members to a group"),
            "weila.group-member-delete": _("removed members from a group"),
            "weila.group-member-change": _("set a member's priority or switches in a group"),
            "group.open": _("opened a group"),
            "group.bulk": _("selected groups"),
            "groups.export": _("exported groups"),
        }
    )
    register_reasons(
        {
            "gone": _("It had been deleted elsewhere; nothing was sent."),
            "not_inside": _("The member is not in the group; nothing was sent."),
            "member_not_here": _("Somebody among them is not in this organization; nothing was sent."),
        }
    )


def _people(value: Any) -> StrOrPromise:
    return names([str(name) or str(user_id) for user_id, name in value])


def _switch(value: Any) -> StrOrPromise:
    return {0: _("off"), 1: _("on")}.get(value, str(value))
