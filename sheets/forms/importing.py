"""What to import, and what it may do."""

from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form
from common.uploads import LimitedFileField
from sheets.tables import Mode

# A request may have so many bytes beside its files; static/js/upload.js sends no cells that leave too few for the rest.
CELLS_LARGEST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE - 16 * 1024
MODES = [
    (
        Mode.BOTH.value,
        gettext_lazy("Create and change"),
        gettext_lazy("New rows are created, rows of what is there already change it."),
    ),
    (Mode.CREATE.value, gettext_lazy("Only create"), gettext_lazy("What is there already is not changed.")),
    (Mode.UPDATE.value, gettext_lazy("Only change"), gettext_lazy("Nothing new is created.")),
]


class ModeForm(Form):
    """What an import may do with its rows."""

    mode = forms.ChoiceField(
        label=gettext_lazy("What the rows may do"),
        choices=[(code, label) for code, label, _text in MODES],
        initial=Mode.BOTH.value,
        widget=forms.RadioSelect,
    )
    suspend_missing = forms.BooleanField(
        label=gettext_lazy("Suspend who is not in the file"),
        help_text=gettext_lazy(
            "For a file with everybody in it: who has left is suspended, and their login ends. Never the owner or"
            " yourself; devices only if the file has devices. You see each of them before anything happens."
        ),
        required=False,
    )


class ImportForm(ModeForm):
    """Exactly one of a file and cells."""

    file = LimitedFileField(
        label=gettext_lazy("File"),
        largest=settings.SHEETS_LARGEST,
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.txt,.tsv", "class": "drop-file"}),
    )
    # Not stripped: the first cell may be empty.
    cells = forms.CharField(
        label=gettext_lazy("Cells"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                **{"rows": 6, "wrap": "off", "spellcheck": "false", "class": "cells"},
                "data-largest": CELLS_LARGEST,
            }
        ),
    )
    field_order = ("file", "cells", "mode", "suspend_missing")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        if values["file"] and values["cells"].strip():
            self.add_error("cells", _("Choose a file or paste cells, not both."))
        elif not values["file"] and not values["cells"].strip():
            self.add_error("file", _("Choose a file, or paste cells below."))
        return values

    @property
    def source(self) -> str:
        """The field that something came in by."""
        return "file" if self.cleaned_data["file"] else "cells"

    @property
    def content(self) -> IO[bytes]:
        """What came in; pasted cells as the text file that they are."""
        if self.source == "file":
            file: IO[bytes] = self.cleaned_data["file"].file
            return file
        # With a mark, so that the text is what it is and never looks like anything else.
        content: Any = ContentFile(self.cleaned_data["cells"].encode("utf-8-sig"))
        return content.file  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        """What it is called."""
        if self.source == "file":
            return str(self.cleaned_data["file"].name)
        return _("Pasted cells")
