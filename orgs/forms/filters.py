"""The filters above the members table. A link may carry anything, so what is not understood is said, and
left out."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.forms import Form, SearchField
from orgs import facets
from orgs.forms.fields import LongSelect
from orgs.listing import PEOPLE, PHONE_NONE, PHONE_SHARED, TRACK_CUSTOM, Filters
from orgs.models import MemberState, MemberType, Track
from orgs.words import ON_OFF, NamedDepartment, unknown_value

Choices = list[tuple[Any, str | Promise]]
_WORDS = ("q", "phone", "joined")  # filters that take no number
_PHONES: Choices = [
    (PHONE_NONE, _("None (people only)")),
    (PHONE_SHARED, _("Shared with somebody else")),
]


class MemberFilter(Form):
    """Bound to the query string. An empty value stands for all."""

    folded: ClassVar[tuple[str, ...]] = ("phone", "joined", "tts", "loc_share", "track")

    q = SearchField(_("Name, phone or number"))
    dept = forms.ChoiceField(label=_("Department"), required=False, widget=LongSelect)
    type = forms.ChoiceField(label=_("Type"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    phone = forms.ChoiceField(label=_("Phone"), required=False)
    joined = forms.ChoiceField(label=_("Joined"), required=False, widget=LongSelect)
    tts = forms.ChoiceField(label=_("Read messages aloud"), required=False)
    loc_share = forms.ChoiceField(label=_("Location sharing"), required=False)
    track = forms.ChoiceField(label=_("Location reports"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        departments: Sequence[NamedDepartment],
        counted: Mapping[str, Mapping[str, int]],
    ) -> None:
        super().__init__(data)
        known: dict[str, Choices] = {
            "dept": [(0, _("No department")), *((one.dept_id, one.name) for one in departments)],
            "type": [(PEOPLE, _("People, no devices")), *MemberType.choices],
            "state": list(MemberState.choices),
            "tts": list(ON_OFF),
            "loc_share": list(ON_OFF),
            "track": [*Track.choices, (TRACK_CUSTOM, _("Custom interval"))],
            "phone": _PHONES if "phone" in counted else [],
            "joined": _months(counted.get("joined", {})),
        }
        for name, choices in known.items():
            field = cast(forms.ChoiceField, self.fields[name])
            others = [] if name in _WORDS else _others(choices, counted.get(name, {}))
            field.choices = [("", _("All")), *choices, *others]
            field.error_messages["invalid_choice"] = _(
                "This choice no longer exists; this filter is left out."
            )

    @property
    def understood(self) -> Filters:
        """What of it can be read, as the listing takes it."""
        self.is_valid()
        values = {name: value for name in self.fields if (value := self.cleaned_data.get(name))}
        return Filters(**{name: _value(name, value) for name, value in values.items()})


def _value(name: str, text: str) -> Any:
    return text if name in _WORDS or text in (PEOPLE, TRACK_CUSTOM) else int(text)


def _months(counted: Mapping[str, int]) -> Choices:
    """The months in which somebody joined, the latest first."""
    return [(word, word) for word in sorted(counted, reverse=True) if word != facets.NONE]


def _others(choices: Choices, counted: Mapping[str, int]) -> Choices:
    """The values that some members have and that no document explains."""
    known = {str(value) for value, _label in choices}
    words = sorted(word for word in counted if word not in known and word != facets.NONE)
    return [(word, unknown_value(int(word))) for word in words]
