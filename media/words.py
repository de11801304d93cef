"""What this room tells the trail, and what it says of an upload that failed."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit.vocabulary import Kind, register_kind, register_operations
from media.files import FILE
from media.uploads import PICTURE
from upstream.errors import Forbidden, Malformed, Rejected, Timeout, UpstreamError


def register() -> None:
    """Make kinds and operations known to the trail."""
    fields = {"type": _("Type"), "size": _("Size"), "address": pgettext_lazy("of a file", "Address")}
    say: dict[str, Any] = {"size": filesizeformat}
    register_kind(PICTURE, Kind(_("Picture"), fields=fields, say=say))
    register_kind(FILE, Kind(_("File"), fields=fields, say=say))
    register_operations(
        {"weila.avatar-upload": _("uploaded a picture"), "weila.file-upload": _("uploaded a file")}
    )


def why(error: UpstreamError) -> str:
    """Why an upload came to nothing, as a sentence."""
    match error:
        case Rejected() | Forbidden():
            said = {"text": error.text or gettext("no reason was given"), "code": error.code}
            return gettext("Weila did not take it: %(text)s (code %(code)s).") % said
        case Timeout():
            return gettext("Weila did not answer in time.")
        case Malformed():
            return gettext("Weila's answer cannot be read.")
    return gettext("The connection to Weila failed.")
