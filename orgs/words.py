"""What this room tells the trail: its kinds, its operations and reasons in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from audit.vocabulary import Kind, register_kind, register_operations, register_reasons
from orgs.models import MemberState, MemberType, Track


def register() -> None:
    """Make them known to the trail."""
    register_kind("organization", Kind(_("Organization"), fields={"name": _("Name"), "avatar": _("Picture")}))
    register_kind("department", Kind(_("Department"), fields={"name": _("Name")}))
    register_kind(
        "member",
        Kind(
            _("Member"),
            fields={
                "name": _("Name"),
                "phone": _("Phone"),
                "dept_id": _("Department"),
                "sex": _("Sex"),
                "tts": _("Read messages aloud"),
                "loc_share": _("Location sharing"),
                "track": _("Location reports"),
                "state": _("State"),
                "type": _("Type"),
                "avatar": _("Picture"),
                "job_num": _("Job number"),
            },
            url_name="member",
            say={
                "dept_id": _department,
                "sex": _sex,
                "tts": _switch,
                "loc_share": _switch,
                "track": _track,
                "state": lambda value: _label(MemberState, value),
                "type": lambda value: _label(MemberType, value),
            },
        ),
    )
    register_operations(
        {
            "weila.org-create": _("created the organization"),
            "weila.org-change": _("changed the organization"),
            "weila.dept-create": _("created a department"),
            "weila.dept-change": _("renamed a department"),
            "weila.dept-delete": _("deleted a department"),
            "weila.member-create": _("created a member"),
            "weila.member-add-device": _("added a device"),
            "weila.member-change": _("changed a member"),
            "weila.member-change-state": _("suspended or enabled a member"),
            "weila.member-reset-password": _("reset a member's password"),
            "weila.member-delete": _("deleted a member"),
            "member.open": _("opened a member"),
            "department.open": _("opened a department"),
        }
    )
    register_reasons(
        {
            "not_here": _("It is not in this organization; nothing was sent."),
            "owner": _("The owner can't be suspended or deleted; nothing was sent."),
            "self": _("Nobody can suspend or delete themselves; nothing was sent."),
            "looked_up": _("The answer was lost, and it was looked up: nothing was changed."),
            "lost_answer": _("The answer was lost, and looking it up settled nothing."),
            # The classes of upstream.errors that carry no code of the upstream.
            "Unavailable": _("Weila cannot be reached"),
            "Timeout": _("Weila is not answering"),
            "Malformed": _("Weila's answer cannot be read"),
            "SessionOver": _("no longer accepted by Weila"),
            "contradiction": _("Weila said that it was done, but answered with another value."),
        }
    )


def _department(value: Any) -> StrOrPromise:
    return _("Department %(number)s") % {"number": value} if value else _("No department")


def _label(choices: Any, value: Any) -> StrOrPromise:
    labels: dict[Any, StrOrPromise] = dict(choices.choices)
    return labels.get(value, str(value))


def _track(value: Any) -> StrOrPromise:
    if isinstance(value, int) and value > max(Track):
        return _("every %(seconds)s s") % {"seconds": value}
    return _label(Track, value)


def _switch(value: Any) -> StrOrPromise:
    return {0: _("off"), 1: _("on")}.get(value, str(value))


def _sex(value: Any) -> StrOrPromise:
    # The document gives no meaning; later editions of the vendor's clients name these.
    return {0: _("male"), 1: _("female")}.get(value, str(value))
