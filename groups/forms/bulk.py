"""What can be done to many groups, and to many members in groups; and the form that each of it needs."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.texts import labelled
from groups import bulk, listing, mirror, words
from groups.forms.groups import MODES
from groups.models import BurstMode
from orgs.bulk import Action, members
from orgs.forms.bulk import SETTINGS, ActionForm, Obstacle
from orgs.forms.fields import LongSelect, NameField, NumberField, TickList
from orgs.forms.names import RepeatableName
from orgs.words import called

NEW = "new"  # in place of a group: one that is yet to be created
_GROUPS, _INSIDE = gettext_lazy("Groups"), gettext_lazy("Members of the groups")


class _GroupsForm(ActionForm):
    """Chooses groups (weila.md, 添加群组成员, 删除群组成员)."""

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups"),
        widget=TickList,
        error_messages={"required": gettext_lazy("Choose at least one group.")},
    )

    def prepare(self) -> None:
        field = cast(forms.MultipleChoiceField, self.fields["groups"])
        field.choices = _choices(self)
        if not field.choices:
            self.obstacle = self._no_groups() if mirror.head_of(self.organization).read_at else _unread()

    def _no_groups(self) -> Obstacle:
        return Obstacle(_("There are no groups yet."))

    @property
    def values(self) -> dict[str, Any]:
        return {"groups": [int(one) for one in self.cleaned_data["groups"]]}

    @property
    def names(self) -> str:
        """The chosen groups in words."""
        labels = dict(_choices(self))
        return words.names([labels[str(one)] for one in self.values["groups"]])


class AddForm(_GroupsForm):
    def _no_groups(self) -> Obstacle:
        text = _("There are no groups yet. Create one first.")
        return Obstacle(text, reverse("group-create"), _("Create a group"))

    @property
    def said(self) -> str:
        return _("Add to groups: %(names)s") % {"names": self.names}


class RemoveForm(_GroupsForm):
    @property
    def said(self) -> str:
        return _("Remove from groups: %(names)s") % {"names": self.names}


class BurstForm(ActionForm):
    """weila.md, 修改群组: burst_mode."""

    burst_mode = NumberField(
        label=gettext_lazy("Burst mode"),
        choices=MODES,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("What happens when several want to speak at once."),
    )

    @property
    def said(self) -> str:
        mode = BurstMode(self.values["burst_mode"])
        return labelled(self.fields["burst_mode"].label or "", mode.label)


class CopyForm(ActionForm, RepeatableName):
    """Everybody who is in the selected groups is added to one group, which may be a new one."""

    taken = gettext_lazy("There is a group with this name already. People may mix them up.")
    anyway = gettext_lazy("Use this name for one more group")

    into = forms.ChoiceField(label=gettext_lazy("To which group"), widget=LongSelect)
    name = NameField(
        label=gettext_lazy("Name of the new group"),
        required=False,
        help_text=gettext_lazy("Only used with “A new group”."),
    )

    def prepare(self) -> None:
        choices = _choices(self)
        field = cast(forms.ChoiceField, self.fields["into"])
        field.choices = [("", _("Choose a group")), (NEW, _("A new group")), *choices]
        self.labels = {str(group_id): label for group_id, label in choices}
        self.names = {name for _id, name in listing.choices(self.organization.num) if name}

    def clean_into(self) -> str:
        into: str = self.cleaned_data["into"]
        if list(map(str, self.ids)) == [into]:
            raise ValidationError(_("This is the selected group itself. Choose another one."))
        return into

    def clean_name(self) -> str:
        """A name for nothing is refused: whoever typed it may mean a new group."""
        name: str = self.cleaned_data["name"]
        into = self.cleaned_data.get("into", NEW)  # if that is wrong, it is said there
        if into != NEW and name:
            raise ValidationError(_("A group is chosen above. Empty this, or choose “A new group”."))
        if into == NEW and not name:
            raise ValidationError(_("Enter a name for the new group."), code="required")
        return name

    @property
    def values(self) -> dict[str, Any]:
        into = self.cleaned_data["into"]
        return {"name": self.cleaned_data["name"]} if into == NEW else {"into": int(into)}

    @property
    def said(self) -> str:
        values = self.values
        if "name" in values:
            return _("Add everybody inside to a new group: %(name)s") % values
        return _("Add everybody inside to: %(name)s") % {"name": self.labels[str(values["into"])]}


class DeleteForm(ActionForm):
    """weila.md, 删除群组."""

    @property
    def said(self) -> str:
        return _("Delete groups")


def register() -> None:
    """Offer these actions on the pages of selected members and of selected groups."""
    members.register(
        Action(
            code="groups-add",
            label=gettext_lazy("Add to groups"),
            section=_GROUPS,
            icon="user-plus",
            form=AddForm,
        ),
        Action(
            code="groups-remove",
            label=gettext_lazy("Remove from groups"),
            section=_GROUPS,
            icon="user-off",
            form=RemoveForm,
            impact=(
                gettext_lazy("They can't talk or listen in these groups any more."),
                gettext_lazy("They stay in the organization and in their other groups."),
            ),
        ),
    )
    bulk.groups.register(
        Action(
            code="burst-mode",
            label=gettext_lazy("Set the burst mode"),
            section=SETTINGS,
            icon="broadcast",
            form=BurstForm,
        ),
        Action(
            code="copy",
            label=gettext_lazy("Add their members to a group"),
            section=_INSIDE,
            icon="copy",
            form=CopyForm,
            impact=(
                gettext_lazy("Everybody who is in one of the selected groups is added to the group below."),
                gettext_lazy("Nobody is removed; the selected groups stay as they are."),
            ),
        ),
        Action(
            code="delete",
            label=gettext_lazy("Delete the groups"),
            section=_GROUPS,
            icon="trash",
            form=DeleteForm,
            impact=(
                gettext_lazy("Who is in them can't talk there any more."),
                gettext_lazy("They stay in the organization, with their numbers and departments."),
                gettext_lazy("Undoing creates them anew, with other numbers and the same members."),
                gettext_lazy("Priorities and switches inside them are lost for good."),
                gettext_lazy("Weila's documentation does not say what becomes of the messages."),
            ),
            dangerous=True,
        ),
    )


def _unread() -> Obstacle:
    text = _("No groups are known yet. Open the groups, or create one, first.")
    return Obstacle(text, reverse("groups"), _("Groups"))


def _choices(form: ActionForm) -> list[tuple[str, str]]:
    """The organization's groups; the number tells those of one name apart."""
    rows = listing.choices(form.organization.num)
    return [(str(group_id), f"{called(name)} · {group_id}") for group_id, name in rows]
