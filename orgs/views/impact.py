"""What a step means for those it is done to, said before it is done; and what became of them, said after."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.actor import Actor
from orgs.listing import DepartmentCount
from orgs.models import Member, MemberType
from orgs.words import Words


def protection(actor: Actor, member: Member) -> str:
    """Why this member can't be suspended or deleted; empty when they can."""
    if member.type == MemberType.OWNER:
        return _("The owner of the organization can't be suspended or deleted.")
    if member.user_id == actor.user_id:
        return _("This is you. Nobody can suspend or delete themselves here; ask another administrator.")
    return ""


def of_state(member: Member, *, suspending: bool) -> list[str]:
    """What suspending means, or enabling."""
    if member.type == MemberType.DEVICE:
        if suspending:
            return [_("The device can't talk, listen or report its place until it is enabled again.")]
        return [_("The device works again as before.")]
    if suspending:
        return [
            _("They can't sign in, talk or listen until they are enabled again."),
            _("Number, password, department and groups stay as they are."),
        ]
    return [_("They can sign in and talk again, with the same number and password.")]


def of_password(actor: Actor, member: Member) -> list[str]:
    """What another password means."""
    sentences = [_("The present password stops working at once; the member needs the new one to sign in.")]
    if member.user_id == actor.user_id:
        sentences.append(_("This is your own password: you may have to sign in to this console again."))
    return sentences


def of_deletion(member: Member) -> list[str]:
    """What deleting a member or a device means, as far as anybody knows."""
    said = {"number": member.user_num or str(member.user_id)}
    if member.type == MemberType.DEVICE:
        return [
            _("The device with the number %(number)s leaves the organization and its groups.") % said,
            _("To bring it back, add it again with a code."),
        ]
    return [
        _("The member with the number %(number)s leaves the organization and its groups.") % said,
        _("Weila's documentation does not say whether the account can be used or restored afterwards."),
        _("This can't be undone. To lock somebody out for a while, suspend them instead."),
    ]


def of_department_deletion(department: DepartmentCount) -> list[str]:
    """What deleting a department means, as far as anybody knows."""
    if not department.members:
        return [_("Nobody is in this department.")]
    people, devices = department.people, department.devices
    inside = {
        "people": ngettext("%(count)d person", "%(count)d people", people) % {"count": people},
        "devices": ngettext("%(count)d device", "%(count)d devices", devices) % {"count": devices},
    }
    return [
        _("Inside: %(people)s, %(devices)s.") % inside,
        _("Weila's documentation does not say what becomes of them: they may end up without a department, or be"
          " deleted with it."),
        _("Move them to another department first if you want to be sure."),
        _("What did become of them is read from Weila afterwards and shown to you."),
    ]  # fmt: skip


def department_aftermath(where: Mapping[int | None, int] | None, words: Words) -> list[str]:
    """Where the former members of a deleted department are now, a sentence each place.

    Args:
        where: how many by department, as ``directory.delete_department`` found it.
    """
    if where is None:
        return [_("What became of those who were inside could not be read from Weila. Look at the members.")]
    return [_place(dept_id, count, words) for dept_id, count in where.items()]


def _place(dept_id: int | None, count: int, words: Words) -> str:
    if dept_id is None:
        text = ngettext(
            "%(count)d of those who were inside is no longer in the organization.",
            "%(count)d of those who were inside are no longer in the organization.",
            count,
        )
        return text % {"count": count}
    if not dept_id:
        text = ngettext(
            "%(count)d of those who were inside is in no department now.",
            "%(count)d of those who were inside are in no department now.",
            count,
        )
        return text % {"count": count}
    text = ngettext(
        "%(count)d of those who were inside is in “%(name)s” now.",
        "%(count)d of those who were inside are in “%(name)s” now.",
        count,
    )
    return text % {"count": count, "name": words.department(dept_id)}
