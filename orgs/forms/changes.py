"""Forms that change something which others may be changing too.

Such a form carries the values that were there when it was opened, sealed. Only what differs from them is
sent; where one of them is no longer true, the form comes back and asks, field by field, whose value to take.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Optional

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from common.forms import Form

_SALT = "orgs.before"
_MINE, _THEIRS = "mine", "theirs"
_LINE_BREAKS = str.maketrans("", "", "\r\n")  # what a browser takes out of the value of a one-line input

Files = Optional[
    "MultiValueDict[str, UploadedFile[bytes]]"
]  # those of a request; None while a form is only opened


class ChangeForm(Form):
    """The base of forms that change.

    Args:
        subject: what is being changed, such as ``member:1253446``; sealed values of another are refused.
        present: the values as they are now, by field name.
        contested: fields that somebody else changed meanwhile, about which the person has to decide.
        typed: what to show instead of the present values. After a conflict these are the changes only: in a
            field that was not touched, the newer value of somebody else has to stay.
    """

    editable: ClassVar[tuple[str, ...]]

    before = forms.CharField(widget=forms.HiddenInput, required=False)
    contested = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Files = None,
        *,
        subject: str,
        present: Mapping[str, Any],
        contested: Iterable[str] = (),
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        self.subject = subject
        self.present = {name: present[name] for name in self.editable if name in present}
        self._typed = self.present | dict(typed or {})
        super().__init__(
            data, files, initial=self._typed | {"before": self._seal(), "contested": ",".join(contested)}
        )
        self.opened_with = self._unseal()
        self.contested_names = self._contested(contested)
        self.prepare()
        self._spare_what_was_not_touched()
        self._ask_about_contested()

    def prepare(self) -> None:
        """Fit the fields to the present values; for subclasses."""

    def wanted(self, name: str) -> Any:
        """The value that the person wants for a field, as far as it is one."""
        if self.is_bound:
            return self.cleaned_data.get(name, self.data.get(name))
        return self._typed.get(name)

    @property
    def changes(self) -> dict[str, Any]:
        """What to send: the fields whose value is another than when the form was opened."""
        return {
            name: self.cleaned_data[name]
            for name in self.editable
            if name in self.fields and self.cleaned_data[name] != self.opened_with.get(name)
        }

    @property
    def replaced(self) -> dict[str, Any]:
        """The former value of each of ``changes``."""
        return {name: self.opened_with.get(name) for name in self.changes}

    @property
    def questions(self) -> list[forms.BoundField]:
        """The choices between mine and theirs."""
        return [self[f"choice_{name}"] for name in self.contested_names]

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """The fields with values, without the questions."""
        return [field for field in self.visible_fields() if not field.name.startswith("choice_")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_bound and not self.opened_with:
            raise forms.ValidationError(
                _("This form is out of date. Open it again; nothing was changed."), code="out_of_date"
            )
        for name in self.contested_names:
            if cleaned.get(f"choice_{name}") == _THEIRS:
                cleaned[name] = self.opened_with[name]
                self.errors.pop(name, None)
        return cleaned

    def _seal(self) -> str:
        return signing.dumps({"of": self.subject, "values": self.present}, salt=_SALT)

    def _unseal(self) -> dict[str, Any]:
        if not self.is_bound:
            return self.present
        try:
            sealed = signing.loads(str(self.data.get("before", "")), salt=_SALT)
        except signing.BadSignature:
            return {}
        values = sealed["values"] if sealed["of"] == self.subject else {}
        return values if set(values) == set(self.present) else {}

    def _contested(self, given: Iterable[str]) -> list[str]:
        names = str(self.data.get("contested", "")).split(",") if self.is_bound else given
        return [name for name in self.editable if name in names]

    def _spare_what_was_not_touched(self) -> None:
        """A text that came from elsewhere and was left alone is not judged by our rules."""
        for name in self.editable:
            before = self.opened_with.get(name)
            if not isinstance(before, str):
                continue
            sent = self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if sent == before.translate(_LINE_BREAKS):
                self.fields[name] = _Untouched(before, self.fields[name])

    def _ask_about_contested(self) -> None:
        for name in self.contested_names:
            self.fields[f"choice_{name}"] = forms.ChoiceField(
                label=_("%(field)s: which value is to stay?") % {"field": self.fields[name].label},
                choices=[(_THEIRS, _("Keep their value")), (_MINE, _("Use mine, as it stands in the form"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose which of the two values is to stay.")},
            )


class _Untouched(forms.CharField):
    """Stands in for a text field whose value was not touched: looks like it, and gives the value back."""

    def __init__(self, value: str, field: forms.Field) -> None:
        super().__init__(
            required=field.required,
            strip=False,
            label=field.label,
            help_text=field.help_text,
            widget=field.widget,
        )
        self.value = value

    def clean(self, value: Any) -> str:
        return self.value
