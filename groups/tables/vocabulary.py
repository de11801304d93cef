"""What can be wrong with the cells of an import."""

from django.utils.translation import gettext_lazy as _

from changes.vocabulary import register_problems


def register() -> None:
    """Make it known to change sets."""
    register_problems(
        {
            "no_such_group": _("There is no such group here."),
            "group_ambiguous": _("%(count)s groups have this name. Write which one, such as “%(example)s”."),
            "group_differs": _(
                "Number %(number)s is that of the group “%(called)s”. Write the name of the one that is meant, "
                "or its own number behind the name."
            ),
            "no_such_member": _("There is no such member here."),
            "member_missing": _("Enter who is meant, by Weila number, phone or name."),
            "member_ambiguous": _("%(count)s members fit. Enter the Weila number to say who is meant."),
        }
    )
