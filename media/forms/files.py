"""A file to upload, and what of the list is shown."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from common.forms import Form, LineField
from media.files import LARGEST_FILE
from media.models import Outcome, UploadedFile

QUERY_LIMIT = 100


class LimitedFileField(forms.FileField):
    """A file of any type, of at most ``LARGEST_FILE`` bytes."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Choose a file."),
        "empty": _("This file is empty."),
        "too_large": _("A file may have at most %(limit)s; this one has %(size)s."),
    }

    def to_python(self, data: Any) -> Any:
        # First of all: what was too large has arrived without its content, and would be called empty.
        if data is not None and data.size > LARGEST_FILE:
            said = {"limit": filesizeformat(LARGEST_FILE), "size": filesizeformat(data.size)}
            raise ValidationError(self.error_messages["too_large"], code="too_large", params=said)
        return super().to_python(data)


class FileForm(Form):
    """weila.md, 上传文件."""

    file = LimitedFileField(label=_("File"), widget=forms.FileInput(attrs={"data-largest": LARGEST_FILE}))


class FileFilter(Form):
    """What of the list is shown. A field that cannot be read filters nothing and says so."""

    q = LineField(
        label=_("Search"),
        required=False,
        max_length=QUERY_LIMIT,
        widget=forms.SearchInput(attrs={"placeholder": _("File name or person")}),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("All")), *Outcome.choices]
    )

    def narrow(self, found: QuerySet[UploadedFile]) -> QuerySet[UploadedFile]:
        """The files that match every field that could be read."""
        self.is_valid()
        if text := self.cleaned_data.get("q"):
            found = found.filter(name__icontains=text) | found.filter(actor_name__icontains=text)
        if outcome := self.cleaned_data.get("outcome"):
            found = found.filter(outcome=outcome)
        return found
