"""What this room tells the trail."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from audit.vocabulary import Kind, register_kind, register_operations
from media.uploads import PICTURE


def register() -> None:
    """Make kinds and operations known to the trail."""
    fields = {"type": _("Type"), "size": _("Size"), "address": _("Address")}
    say: dict[str, Any] = {"size": filesizeformat}
    register_kind(PICTURE, Kind(_("Picture"), fields=fields, say=say))
    register_operations({"weila.avatar-upload": _("uploaded a picture")})
