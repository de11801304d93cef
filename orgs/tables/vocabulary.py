"""What can be wrong with the cells of an import, in words that say what to do about it."""

from django.utils.translation import gettext_lazy as _

from changes.vocabulary import register_notes, register_problems


def register() -> None:
    """Make them known to change sets."""
    register_problems(
        {
            "name_too_long": _("A name can have at most %(limit)s characters."),
            "too_long": _("At most %(limit)s characters fit in here."),
            "name_missing": _("Somebody or something new needs a name."),
            "code_missing": _("A new device needs the code that it shows."),
            "rounded": _(
                "The spreadsheet has rounded this number. Format the column as text and enter it again."
            ),
            "not_a_phone": _("A phone number has 5 to 20 digits."),
            "not_a_code": _("A device code has digits and letters only."),
            "password_too_short": _("A password needs at least %(least)s characters."),
            "not_one_of": _("This is none of the words that are known here. Write one of: %(words)s."),
            "formula_error": _(
                "A formula has failed here. Correct it, or enter what it should say, and save the file again."
            ),
            "formula_uncalculated": _(
                "This is a formula without a value. Save the file in Excel or WPS, or enter the value."
            ),
            "total": _(
                "This looks like the row below a table that counts the others, not like somebody's name."
            ),
            "not_a_track": _(
                "This is no known frequency, and no number of seconds from %(least)s to %(most)s."
            ),
            "no_such_number": _("Nobody here has this Weila number."),
            "no_such_department": _("There is no department with the number %(number)s."),
            "department_ambiguous": _(
                "%(count)s departments have this name. Write which one, such as “%(example)s”."
            ),
            "department_differs": _(
                "Number %(number)s is that of the department “%(called)s”. Write the name of the one that is meant, "
                "or its own number behind the name."
            ),
            "name_reserved": _(
                "No department can be given this name here: it reads as “no department”, or as the number of one. "
                "Choose another name."
            ),
            "phone_shared": _(
                "%(count)s members have this phone. Enter the Weila number to say who is meant."
            ),
            "same_member": _("This is the same member as in line %(other)s."),
            "repeats": _("This repeats line %(other)s."),
            "exists_already": _("This is there already, and only new ones were to be created."),
            "not_there": _("This is not there yet, and nothing new was to be created."),
            "not_changeable": _("This can't be changed here."),
            "code_of_existing": _("This is there already; a device code is for new devices only."),
            "password_of_existing": _("This member is there already; reset the password instead."),
            "people_only": _("Devices don't have this."),
            "devices_only": _("Only devices have this."),
            "job_number_unknown": _("This Weila keeps no job numbers."),
            "owner": _("The owner of the organization can't be suspended or deleted."),
            "not_all_known": _(
                "Nobody is suspended as missing, because these lines can't be assigned to anybody: "
                "%(lines)s. Correct them first."
            ),
            "self": _("This is you. Nobody can suspend or delete themselves."),
        }
    )
    register_notes(
        {
            "same_name": _("There is already somebody with this name."),
            "password_given": _("The file gives the first password."),
            "same_name_password_given": _(
                "There is already somebody with this name. The file gives the first password."
            ),
        }
    )
