"""Forms about groups."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, SearchField
from groups.listing import Filters
from groups.models import BurstMode, Group, GroupType
from media.forms.pictures import PictureField
from orgs.forms.changes import ChangeForm, Files
from orgs.forms.fields import NameField, NumberField
from orgs.forms.names import RepeatableName
from orgs.words import unknown_value

# The document says no more than these words (weila.md, 创建群组: 0排队 1抢麦 2抢断).
MODES = (
    (BurstMode.QUEUE.value, _("Queue: one speaks after the other")),
    (BurstMode.GRAB.value, _("Grab: the first to press speaks")),
    (BurstMode.INTERRUPT.value, _("Interrupt: one may cut in on another")),
)


class GroupFilter(Form):
    """The filters above the table of groups; what is not understood is said, and left out."""

    q = SearchField(_("Name or number of the group"))
    burst_mode = forms.ChoiceField(label=_("Burst mode"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    only = forms.ChoiceField(label=_("Only"), required=False)

    def __init__(self, data: Mapping[str, Any], *, types: Iterable[int]) -> None:
        super().__init__(data)
        named: dict[int, Any] = dict(GroupType.choices)
        choices: dict[str, list[tuple[Any, Any]]] = {
            "burst_mode": list(BurstMode.choices),
            "type": [(kind, named.get(kind) or unknown_value(kind)) for kind in types],
            "only": [("empty", _("Empty groups")), ("suspended", _("With suspended members"))],
        }
        for name, offered in choices.items():
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = [("", _("All")), *offered]
            field.error_messages["invalid_choice"] = _(
                "This choice no longer exists; this filter is left out."
            )

    @property
    def understood(self) -> Filters:
        """What of it can be read, as the listing takes it."""
        self.is_valid()
        values = self.cleaned_data
        return Filters(
            q=values.get("q", ""),
            burst_mode=_number(values.get("burst_mode")),
            type=_number(values.get("type")),
            empty=values.get("only") == "empty",
            suspended=values.get("only") == "suspended",
        )


def _number(text: str | None) -> int | None:
    return int(text) if text else None


class MemberSearch(Form):
    """The search above the members of one group."""

    q = SearchField(_("Name, phone or number"))

    @property
    def text(self) -> str:
        """What is looked for; empty where it can't be read."""
        self.is_valid()
        return str(self.cleaned_data.get("q", ""))


class _GroupFields(RepeatableName):
    taken = _("There is a group with this name already. People may mix them up.")
    anyway = _("Use this name for one more group")

    name = NameField(label=_("Name of the group"))
    burst_mode = NumberField(
        label=_("Burst mode"),
        choices=MODES,
        widget=forms.RadioSelect,
        help_text=_("What happens when several want to speak at once."),
    )
    avatar = PictureField()


class NewGroupForm(_GroupFields):
    """weila.md, 创建群组. Queue is the document's own default."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, files: Files = None, *, names: Collection[str]
    ) -> None:
        super().__init__(data, files, initial={"burst_mode": BurstMode.QUEUE.value})
        self.names = names


class GroupForm(ChangeForm, _GroupFields):
    """weila.md, 修改群组. A picture can be replaced and, as far as is known, not taken away."""

    editable = ("name", "burst_mode", "avatar")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Files = None,
        *,
        group: Group,
        names: Collection[str],
        contested: Iterable[str] = (),
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        self.group = group
        self.names = names
        super().__init__(
            data,
            files,
            subject=f"group:{group.group_id}",
            present={"name": group.name, "burst_mode": group.burst_mode, "avatar": group.avatar},
            contested=contested,
            typed=typed,
        )

    def prepare(self) -> None:
        cast(NumberField, self.fields["burst_mode"]).also(self.present["burst_mode"])
        if self.opened_with.get("avatar"):
            self.fields["avatar"].required = True
