"""The changes of this room in words."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from audit.vocabulary import extend_kind, register_reasons
from changes import vocabulary
from changes.models import Change
from groups.kinds import groups, memberships
from groups.words import names


def register() -> None:
    """Make them known to previews, results and the trail."""
    vocabulary.register_kinds(
        {
            groups.CREATE: _("Create a group"),
            groups.CHANGE: _("Change a group"),
            groups.DELETE: _("Delete a group"),
            groups.ADD: _("Add to a group"),
            memberships.REMOVE: _("Remove from a group"),
        }
    )
    # In a preview the member of a group is who is added; the trail says "added" and "removed".
    extend_kind("group", {"user_id": _("Member"), "members": _("Members")}, {"members": _people})
    extend_kind("member", {"groups": _("Groups")}, {"groups": _groups})
    vocabulary.register_numbers(groups.CreateGroup.target_kind, _numbers)
    vocabulary.register_notes(
        {"new_group": _("Comes back with a new number; priorities and switches inside it are lost.")}
    )
    vocabulary.register_problems(
        {
            "group_gone": _("The group is no longer there."),
            "members_not_read": _("Who is in this group could not be read."),
            "undo_member_not_here": _("The member is no longer in this organization, so nothing is undone."),
        }
    )
    register_reasons(
        {
            "already_inside": _("They were in the group already."),
            "left_before": _("They were not in the group any more."),
            "group_created_since": _(
                "A group of this name has been created since the preview; nothing was sent."
            ),
        }
    )


def _numbers(_org_num: int, changes: Sequence[Change]) -> dict[int, str]:
    return {change.pk: change.target_id for change in changes}


def _people(value: Any) -> StrOrPromise:
    """Those who were inside; a conflict tells only how many."""
    return (
        names([str(name) or str(user_id) for user_id, name in value])
        if isinstance(value, list)
        else str(value)
    )


def _groups(value: Any) -> StrOrPromise:
    return names([str(name) or str(group_id) for group_id, name in value])
