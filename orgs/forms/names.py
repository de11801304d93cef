"""Names that may repeat: Weila's own examples have four departments with one name, and two groups."""

from collections.abc import Collection
from typing import Any, ClassVar

from django import forms
from django_stubs_ext import StrOrPromise

from common.forms import Form


class RepeatableName(Form):
    """A name that another thing of its kind has already is asked about once, and then accepted.

    Subclasses bring the field ``name`` and say the two sentences.
    """

    names: Collection[str] = ()  # of the others
    taken: ClassVar[StrOrPromise]  # what is said about a name that exists
    anyway: ClassVar[StrOrPromise]  # the label of the box that accepts it

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("name") in self.names:
            self.fields["anyway"] = forms.BooleanField(label=self.anyway)
            if self.data.get("anyway") != "on":
                self.add_error("anyway", str(self.taken))
        return cleaned
