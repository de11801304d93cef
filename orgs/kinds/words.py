"""The changes of this room in words."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from audit.vocabulary import register_reasons
from changes import vocabulary
from changes.models import Change
from common.batches import batched
from orgs import store
from orgs.kinds import departments, members

_AT_ONCE = 500  # in one question


def register() -> None:
    """Make them known to previews, results and the trail."""
    vocabulary.register_kinds(
        {
            members.CREATE: _("Create a member"),
            members.ADD_DEVICE: _("Add a device"),
            members.CHANGE: _("Change a member"),
            members.SUSPEND: _("Suspend a member"),
            members.ENABLE: _("Enable a member"),
            members.DELETE: _("Delete a member"),
            members.PASSWORD: _("Reset a password"),
            departments.CREATE: _("Create a department"),
            departments.RENAME: _("Rename a department"),
            departments.DELETE: _("Delete a department"),
        }
    )
    vocabulary.register_numbers(members.MemberKind.target_kind, _numbers)
    vocabulary.register_notes(
        {"new_number": _("Comes back with a new Weila number and a new password; the old ones are lost.")}
    )
    vocabulary.register_problems(
        {
            "unknown_action": _("This console does not know how to do this."),
            "not_here": _("This is no longer in the organization."),
            "no_password": _("This is a device, which has no password."),
            "self_password": _("This is you. Your own password is changed on the page of your account."),
            "department_gone": _("The department is no longer there."),
            "device_code": _("A device can only be added again with the code that it shows."),
            "password_undo": _("The earlier password is not known, so it can't be set again."),
            "role_not_restored": _(
                "They come back as an ordinary member: the console can't make anybody a manager."
            ),
            "value_not_known": _(
                "Weila never told what it was before, so this can't be set back: %(fields)s."
            ),
            "undo_owner": _("The owner can't be suspended or deleted, so this is not undone."),
            "undo_self": _("Nobody can suspend or delete themselves, so this is not undone."),
            "undo_department_gone": _("The department is no longer there, so this is not undone."),
            "undo_not_empty": _("Somebody is in the department, so it is not deleted."),
        }
    )
    register_reasons(
        {
            "department_gone": _("The department is no longer there; nothing was sent."),
            "not_empty": _("Somebody is in the department; nothing was sent."),
            "member_created_since": _(
                "Somebody like this has been created since the preview; nothing was sent."
            ),
            "department_created_since": _(
                "A department of this name has been created since the preview; nothing was sent."
            ),
            "no_code": _("The device's code is not kept any more; nothing was sent."),
            "not_told_apart": _("The answer was lost, and several fit: it can't be told which one is meant."),
            "OrganizationChanged": _("the organization is another one by now"),
        }
    )


def _numbers(org_num: int, changes: Sequence[Change]) -> dict[int, str]:
    """Weila numbers; of somebody who is deleted by now, what the deletion has recorded."""
    found: dict[int, str] = {}
    for some in batched(changes, _AT_ONCE):
        present = store.numbers(org_num, {int(change.target_id) for change in some})
        for change in some:
            number = present.get(int(change.target_id))
            found[change.pk] = str(change.before.get("user_num", "")) if number is None else number
    return found
