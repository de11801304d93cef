"""A file to upload, and what of the list is shown."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.forms import Form, LineField
from common.uploads import LimitedFileField
from media.files import LARGEST_FILE
from media.models import Outcome, UploadedFile

QUERY_LIMIT = 100


class FileForm(Form):
    """weila.md, 上传文件."""

    file = LimitedFileField(label=_("File"), largest=LARGEST_FILE)


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
