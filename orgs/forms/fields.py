"""The fields that several forms of this room share, and the rules that no document states."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.forms import LineField
from orgs.models import Track
from orgs.words import Choice, unknown_value

# The document gives no length for any name. The vendor's own clients stop at 20 characters, which cuts
# foreign names and "place + device" in half; 50 still fits a row of the table. The upstream has the last
# word: what it finds too long it refuses, and its refusal is shown at the form.
NAME_LIMIT = 50
CODE_LIMIT = 20  # of a device's code: six digits in the document's examples, up to 20 in the vendor's clients
TRACK_SECONDS_LEAST = Track.RESERVED + 1  # smaller numbers are not seconds but names of a frequency
TRACK_SECONDS_MOST = 86_400  # once a day; more is a slip of the finger

_EASY_LENGTH = 20


class NameField(LineField):
    """The name of an organization, a department, a member or a device."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=NAME_LIMIT, **kwargs)


class LongSelect(forms.Select):
    """A select that writes its options itself; they can't be grouped.

    Django renders a template for each option: with the 200 departments of a large organization that takes as
    long as all the rest of the page (bench/members_page.py).
    """

    _SELECTED = SafeString(" selected")

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, self._SELECTED if str(key) in chosen else "", label) for key, label in self.choices),
        )
        attributes = flatatt(self.build_attrs({"name": name, **self.attrs}, attrs))
        return format_html("<select{}>{}</select>", attributes, options)


class TickList(forms.CheckboxSelectMultiple):
    """Many boxes in a list that scrolls, written at once as in ``LongSelect``."""

    _ROW = SafeString(
        '<label class="form-check"><input{} value="{}" id="{}_{}"{}><span class="form-check-label">{}</span></label>'
    )
    _CHECKED = SafeString(" checked")

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        chosen = {str(one) for one in value or ()}
        shared = dict(attrs or {})
        anchor = shared.pop("id", name)
        shared |= {"type": "checkbox", "name": name}
        attributes = flatatt(shared)
        rows = (
            (attributes, key, anchor, index, self._CHECKED if str(key) in chosen else "", label)
            for index, (key, label) in enumerate(self.choices)
        )
        return format_html('<div class="tick-list">{}</div>', format_html_join("", self._ROW, rows))


class NumberField(forms.TypedChoiceField):
    """One of the numbers that the upstream uses as codes."""

    def __init__(self, *, choices: Iterable[Choice] = (), **kwargs: Any) -> None:
        self.offered: list[tuple[Any, str | Promise]] = list(choices)
        super().__init__(choices=self.offered, coerce=int, empty_value=None, **kwargs)

    def offer(self, choices: Iterable[tuple[Any, str | Promise]]) -> None:
        """Set the choices."""
        self.offered = list(choices)
        self.choices = self.offered

    def also(self, present: int | None) -> None:
        """Let the present value stay, even if it is a number that nobody can explain, or was never told."""
        if present is None:
            self.required = False
            self.offer([("", _("Not provided by Weila")), *self.offered])
        elif present not in {value for value, _label in self.offered}:
            self.offer([*self.offered, (present, unknown_value(present))])


def text_to_type(name: str, number: str) -> str:
    """What has to be typed to confirm: the name where any keyboard can type it, otherwise the number."""
    easy = len(name) <= _EASY_LENGTH and all(letter.isalnum() or letter in " -_." for letter in name)
    return name if name.strip() and easy else number
