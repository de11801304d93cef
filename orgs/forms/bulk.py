"""What can be done to many members and devices, and the form that each of it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form
from common.texts import labelled
from orgs import bulk, listing
from orgs.bulk import Action, Whom
from orgs.forms.fields import LongSelect, NumberField
from orgs.forms.members import TrackFields
from orgs.models import MemberState, Organization
from orgs.words import ON_OFF, Words

SETTINGS, ACCESS = gettext_lazy("Settings"), gettext_lazy("Access")
_SPARED = gettext_lazy("The owner, and you yourself, are left out if they are among them.")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an action can't be done for now; if ``url``, a link called ``action`` leads to where that can be changed."""

    text: str
    url: str = ""
    action: str = ""


class ActionForm(Form):
    """The base of the forms that ask for an action's values; alone it asks for nothing.

    Args:
        organization: the one of the request.
        ids: to whom it is going to be done.

    Attributes:
        obstacle: why there is nothing to choose yet.
    """

    obstacle: Obstacle | None = None

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, organization: Organization, ids: Sequence[int]
    ) -> None:
        super().__init__(data)
        self.organization = organization
        self.ids = ids
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the organization; for subclasses."""

    @property
    def values(self) -> dict[str, Any]:
        """What is to be set, by the upstream's names, as plain data."""
        return dict(self.cleaned_data)

    @property
    def said(self) -> str:
        """The action with its values in words."""
        raise NotImplementedError


class MoveForm(ActionForm):
    """weila.md, 修改企业成员信息: dept_id."""

    dept_id = NumberField(label=gettext_lazy("To which department"), widget=LongSelect)

    def prepare(self) -> None:
        departments = listing.departments(self.organization)
        named = [(one.dept_id, one.name) for one in departments if one.dept_id]
        choices = [("", _("Choose a department")), (0, _("No department")), *named]
        cast(NumberField, self.fields["dept_id"]).offer(choices)
        self.words = Words(departments)

    @property
    def said(self) -> str:
        return _("Move to: %(department)s") % {"department": self.words.department(self.values["dept_id"])}


class SpokenForm(ActionForm):
    """weila.md, 修改企业成员信息: tts."""

    tts = NumberField(
        label=gettext_lazy("Read messages aloud"),
        choices=ON_OFF,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Text messages are spoken on the device (tts)."),
    )

    @property
    def said(self) -> str:
        return _said(self, "tts")


class SharingForm(ActionForm):
    """weila.md, 修改企业成员信息: loc_share."""

    loc_share = NumberField(label=gettext_lazy("Location sharing"), choices=ON_OFF, widget=forms.RadioSelect)

    @property
    def said(self) -> str:
        return _said(self, "loc_share")


class TrackForm(ActionForm, TrackFields):
    """weila.md, 修改企业成员信息: track, which is valid for devices only."""

    @property
    def values(self) -> dict[str, Any]:
        return {"track": self.cleaned_data["track"]}

    @property
    def said(self) -> str:
        return _said(self, "track")


class EnableForm(ActionForm):
    """weila.md, 修改企业成员状态."""

    @property
    def values(self) -> dict[str, Any]:
        return {"state": MemberState.ENABLED.value}

    @property
    def said(self) -> str:
        return _("Enable members and devices")


class SuspendForm(ActionForm):
    """weila.md, 修改企业成员状态."""

    @property
    def values(self) -> dict[str, Any]:
        return {"state": MemberState.SUSPENDED.value}

    @property
    def said(self) -> str:
        return _("Suspend members and devices")


class PasswordsForm(ActionForm):
    """weila.md, 重置企业成员密码. The passwords are drawn when they are set, one for each."""

    @property
    def said(self) -> str:
        return _("Reset the passwords")


class DeleteForm(ActionForm):
    """weila.md, 删除企业成员."""

    @property
    def said(self) -> str:
        return _("Delete members and devices")


def _said(form: ActionForm, name: str) -> str:
    return labelled(form.fields[name].label or "", Words([]).say(name, form.values[name]))


def register() -> None:
    """Offer these actions on the page of selected members."""
    bulk.members.register(
        Action(
            code="move",
            label=gettext_lazy("Move to a department"),
            section=SETTINGS,
            icon="sitemap",
            form=MoveForm,
        ),
        Action(
            code="tts",
            label=gettext_lazy("Read messages aloud: on or off"),
            section=SETTINGS,
            icon="volume",
            form=SpokenForm,
        ),
        Action(
            code="loc-share",
            label=gettext_lazy("Location sharing: on or off"),
            section=SETTINGS,
            icon="map-pin",
            form=SharingForm,
        ),
        Action(
            code="track",
            label=gettext_lazy("Location reports of devices"),
            section=SETTINGS,
            icon="route",
            form=TrackForm,
            whom=Whom.DEVICES,
        ),
        Action(
            code="enable", label=gettext_lazy("Enable"), section=ACCESS, icon="user-check", form=EnableForm
        ),
        Action(
            code="suspend",
            label=gettext_lazy("Suspend"),
            section=ACCESS,
            icon="user-off",
            form=SuspendForm,
            impact=(
                gettext_lazy(
                    "They can't sign in, talk or listen until they are enabled again; devices neither."
                ),
                gettext_lazy("Number, password, department and groups stay as they are."),
                _SPARED,
            ),
            dangerous=True,
        ),
        Action(
            code="password",
            label=gettext_lazy("Reset the passwords"),
            section=ACCESS,
            icon="key",
            form=PasswordsForm,
            whom=Whom.PEOPLE,
            impact=(
                gettext_lazy("Each gets a new password of their own; the present ones stop working at once."),
                gettext_lazy("They need the new password to sign in, so somebody has to hand it to them."),
                gettext_lazy("You yourself are left out."),
            ),
            dangerous=True,
        ),
        Action(
            code="delete",
            label=gettext_lazy("Delete"),
            section=ACCESS,
            icon="trash",
            form=DeleteForm,
            impact=(
                gettext_lazy("They leave the organization and its groups."),
                gettext_lazy(
                    "Weila's documentation does not say whether the account can be used or restored afterwards."
                ),
                gettext_lazy("Undoing creates them anew, with another Weila number and another password."),
                gettext_lazy("Devices can't be brought back without the codes that they show."),
                gettext_lazy("To lock somebody out for a while, suspend them instead."),
                _SPARED,
            ),
            dangerous=True,
        ),
    )
