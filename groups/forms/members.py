"""Forms about who is in a group."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from common.forms import ConfirmForm, Form
from orgs.forms.fields import NumberField
from orgs.words import ON_OFF

# People that are added or removed at once: their ids have to fit into an address of 4,094 bytes.
AT_ONCE = 200
SEPARATOR = "."  # a sign that no address has to encode

_UNCHANGED = _("Leave as it is")


def ids_in(text: str) -> list[int] | None:
    """The user ids of a list such as ``1253446.1253448``, each once; None if it is none."""
    numbers = [part for part in text.split(SEPARATOR) if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 20 for part in numbers):
        return None
    return list(dict.fromkeys(map(int, numbers)))


def listed(user_ids: Iterable[int]) -> str:
    """The counterpart of ``ids_in``."""
    return SEPARATOR.join(map(str, user_ids))


class PeopleField(forms.CharField):
    """User ids in a hidden field, see ``ids_in``; at most ``AT_ONCE``."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        numbers = ids_in(str(value or ""))
        if numbers is None:
            raise ValidationError(_("This form is out of date. Open it again; nothing was changed."))
        if len(numbers) > AT_ONCE:
            raise ValidationError(
                _("At most %(most)d at once. Nothing was changed.") % {"most": AT_ONCE}, code="too_many"
            )
        return numbers


class PeopleForm(Form):
    """Who is to be added."""

    people = PeopleField(error_messages={"required": _("Choose at least one member or device.")})


class RemovalForm(ConfirmForm):
    """Confirms who is to be removed."""

    people = PeopleField(error_messages={"required": _("Choose at least one member or device.")})


class MembershipForm(Form):
    """weila.md, 修改群成员. What is there can't be read, so that every field begins with leaving it as it is."""

    priority = forms.IntegerField(
        label=_("Priority"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    tts = NumberField(label=_("Read messages aloud"), required=False, widget=forms.RadioSelect)
    loc_share = NumberField(label=_("Location sharing"), required=False, widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        least, most = settings.WEILA_PRIORITY_RANGE
        priority = self.fields["priority"]
        priority.validators += [MinValueValidator(least), MaxValueValidator(most)]
        priority.help_text = _(
            "A number from %(least)d to %(most)d; Weila's documentation explains it no further."
            " Empty leaves it as it is."
        ) % {"least": least, "most": most}
        for name in ("tts", "loc_share"):
            field = self.fields[name]
            assert isinstance(field, NumberField)  # noqa: S101  # for the type checker
            field.offer([("", _UNCHANGED), *ON_OFF])

    @property
    def changes(self) -> dict[str, int]:
        """What to send."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}
