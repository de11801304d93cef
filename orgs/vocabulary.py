"""What this room tells the trail: its kinds, its operations and reasons in words."""

from collections.abc import Collection, Mapping
from functools import partial

from django.utils.translation import gettext_lazy as _

from audit.vocabulary import Kind, register_kind, register_operations, register_reasons
from orgs.models import Department
from orgs.words import Words


def register() -> None:
    """Make them known to the trail."""
    words = Words([])
    register_kind(
        "organization",
        Kind(_("Organization"), fields={"name": _("Name"), "avatar": _("Picture"), "rows": _("Rows")}),
    )
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
            say={name: partial(words.say, name) for name in words.fields},
            names={"dept_id": _departments},
        ),
    )
    register_kind(
        "export", Kind(_("Export"), fields={"format": _("Format"), "rows": _("Rows"), "filter": _("Filter")})
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
            "member.bulk": _("selected members"),
            "department.open": _("opened a department"),
            "members.export": _("exported members"),
        }
    )
    register_reasons(
        {
            "not_here": _("It is not in this organization; nothing was sent."),
            "owner": _("The owner can't be suspended or deleted; nothing was sent."),
            "self": _("Nobody can suspend or delete themselves; nothing was sent."),
            "looked_up": _("The answer was lost, and it was looked up: nothing was changed."),
            "broken_off": _("The download was broken off; a part of the rows was taken."),
            "lost_answer": _("The answer was lost, and looking it up settled nothing."),
            "password_unsure": _(
                "The answer was lost, and it can't be looked up whether it was carried out."
                " Reset it once more to be sure."
            ),
            # The classes of upstream.errors that carry no code of the upstream.
            "Unavailable": _("Weila cannot be reached"),
            "Timeout": _("Weila is not answering"),
            "Malformed": _("Weila's answer cannot be read"),
            "SessionOver": _("no longer accepted by Weila"),
            "contradiction": _("Weila said that it was done, but answered with another value."),
        }
    )


def _departments(org_num: int, numbers: Collection[int]) -> Mapping[int, str]:
    found = Department.objects.filter(organization=org_num, dept_id__in=numbers)
    return dict(found.values_list("dept_id", "name"))
