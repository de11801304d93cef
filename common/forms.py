"""Forms as every page of the console has them: one look, one set of text fields that refuse what is no text.

Lengths are counted in characters (code points after NFC). No field renders ``maxlength``: browsers count
UTF-16 units and cut a pasted text without a word; the server says what is too long instead.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.forms.widgets import Input
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Letters that turn the direction of the text around them: "gpj.exe" can be made to read "exe.jpg".
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROL_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_INVISIBLE_CATEGORIES = frozenset({"Cf", "Zs", "Mn"})

_QUERY_LIMIT = 100  # characters; twice the longest name

_PHONE = RegexValidator(
    r"\A\+?[0-9]{5,20}\Z", _("Enter a phone number: 5 to 20 digits, a + in front is allowed.")
)
_HTTP = RegexValidator(
    r"\Ahttps?://", _("The address has to begin with http:// or https://."), flags=re.IGNORECASE
)

_CLASSES: dict[type[forms.Widget], str] = {
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.Select: "form-select",
    forms.Textarea: "form-control",
    Input: "form-control",
}


class Renderer(TemplatesSetting):
    """Draws a field with components/field.html, and widgets with Django's own templates.

    Django's are taken from the framework itself, so that django.forms need not be an installed app.
    """

    field_template_name = "components/field.html"
    _widgets = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return self._widgets.get_template(template_name)
        return super().get_template(template_name)


class BoundField(forms.BoundField):
    """Gives each widget the classes of the design system, and marks the invalid ones."""

    def build_widget_attrs(
        self, attrs: Mapping[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(dict(attrs), widget)
        classes = [str(widget.attrs.get("class", "")), _class_of(widget)]
        if self.errors and not widget.is_hidden:
            classes.append("is-invalid")
        if wanted := " ".join(name for name in classes if name):
            built["class"] = wanted
        if isinstance(widget, forms.TextInput | forms.Textarea) and "autocomplete" not in widget.attrs:
            # What an admin types is about somebody else: the browser must not offer the admin's own data.
            built["autocomplete"] = "off"
        return built

    @property
    def focus_id(self) -> str:
        """Id of the element that the error summary leads to; a group is entered at its first choice."""
        return f"{self.auto_id}_0" if self.field.widget.use_fieldset else self.auto_id


class Form(forms.Form):
    """The base of every form."""

    bound_field_class = BoundField
    required_css_class = "required"
    folded: ClassVar[tuple[str, ...]] = ()  # of a table's filters: those behind "More filters"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    @property
    def invalid_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.errors if name in self.fields]

    @property
    def summarized(self) -> bool:
        """Whether the errors are listed above the form.

        A single invalid field speaks for itself, and gets the focus; otherwise the list does.
        """
        return bool(self.non_field_errors()) or len(self.invalid_fields) > 1

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.name not in self.folded]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.name in self.folded]

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """What is filled in, each with its label, as it reads: on paper nothing else tells what a list left out."""
        filled = [bound for bound in self.visible_fields() if bound.data]
        return [(str(bound.label), _said(bound)) for bound in filled]

    @property
    def folded_in_use(self) -> bool:
        return any(bound.data for bound in self.folded_fields)


class LineField(forms.CharField):
    """One line of text in any script, emoji and markup included; it is escaped wherever it is shown.

    Stripped and normalized to NFC. Refused are control characters, line breaks, characters that turn the
    direction of text, and text in which nothing can be seen.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "control": _("Use one line of plain text: line breaks and control characters are not accepted."),
        "direction": _(
            "This contains hidden characters that change the direction of the text. Type it again."
        ),
        "invisible": _("This contains no visible character."),
        "max_length": _("Use at most %(limit_value)d characters; this has %(show_value)d."),
    }

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> Any:
        return unicodedata.normalize("NFC", super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_controls(value, self.error_messages)
        if value and all(unicodedata.category(letter) in _INVISIBLE_CATEGORIES for letter in value):
            raise ValidationError(self.error_messages["invisible"], code="invisible")


class SearchField(forms.CharField):
    """What is looked for in a list; the placeholder says in what of a row."""

    def __init__(self, placeholder: str | Promise) -> None:
        super().__init__(
            label=_("Search"),
            required=False,
            max_length=_QUERY_LIMIT,
            widget=forms.SearchInput(attrs={"placeholder": placeholder}),
        )


class PhoneField(forms.CharField):
    """A phone number: 5 to 20 digits, an international + allowed in front.

    Spaces, hyphens, dots and brackets are dropped, full-width digits read. Which numbers exist in a country
    is the upstream's to say: the peer's fixed eleven digits locked Hong Kong out (upstreams, weila.md 6.2).
    """

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[_PHONE], **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return re.sub(r"[ \t\-‐‑–—.()]", "", text)


class PasswordField(forms.CharField):
    """A password; taken as it is typed, never rendered back, with a button that reveals it.

    Args:
        new: a password that is being chosen (and may be offered by the browser) rather than the present one.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "control": _("A password can't contain line breaks or control characters."),
        "max_length": _("Use at most %(limit_value)d characters."),
    }

    def __init__(self, *, new: bool = False, max_length: int = 64, **kwargs: Any) -> None:
        autocomplete = "new-password" if new else "current-password"
        kwargs.setdefault(
            "widget", forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})
        )
        super().__init__(strip=False, max_length=max_length, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_controls(value, {**self.error_messages, "direction": self.error_messages["control"]})


class PictureAddressField(forms.URLField):
    """The address of a picture: http or https."""

    def __init__(self, *, max_length: int = 500, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_length=max_length, assume_scheme="https", validators=[_HTTP], **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "url", "placeholder": "https://"}


class ConfirmForm(Form):
    """Confirms what can't be taken back; the text to type is the object's own name or number.

    Args:
        expected: what has to be typed; compared after NFC and as it can be read, where any run of spaces
            is one space. Empty: nothing has to be typed.
    """

    confirm = forms.CharField(label=_("Confirmation"))

    def __init__(self, *args: Any, expected: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = _readable(expected)
        if not self.expected:
            del self.fields["confirm"]

    def clean_confirm(self) -> str:
        typed = _readable(self.cleaned_data["confirm"])
        if typed != self.expected:
            raise ValidationError(_("This is not the text above. Nothing was changed."), code="mismatch")
        return typed


def refuse_controls(value: str, messages: Mapping[str, Any]) -> None:
    """Raise ValidationError for letters that are no text; ``messages`` has "control" and "direction"."""
    if any(unicodedata.category(letter) in _CONTROL_CATEGORIES for letter in value):
        raise ValidationError(messages["control"], code="control")
    if _DIRECTION_OVERRIDES.intersection(value):
        raise ValidationError(messages["direction"], code="direction")


def _readable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _class_of(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return ""
    return next((name for kind, name in _CLASSES.items() if isinstance(widget, kind)), "")


def _said(bound: forms.BoundField) -> str:
    """The chosen label of a choice; what was typed into any other field."""
    choices: Any = getattr(bound.field, "choices", ())
    return next((str(label) for value, label in choices if str(value) == str(bound.data)), str(bound.data))
