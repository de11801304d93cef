"""A picture in a form: chosen as a file or given as an address, checked here, uploaded when the rest is right."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.actor import Actor
from common.forms import Form, PictureAddressField
from media import images, uploads, waiting
from media.images import Picture
from media.words import why
from upstream.errors import SessionOver, UpstreamError

_PREVIEW = 160  # pixels


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was sent in place of an address: a file, or the key of one that was sent before.

    ``address`` stood beside it, and counts again when the picture is given up.
    """

    file: "UploadedFile[bytes] | None"
    key: str
    address: str


class PictureWidget(forms.Widget):
    """Three inputs: ``avatar`` is an address, ``avatar-file`` a file, and ``avatar-kept`` a file from before.

    Without a script it is a plain file input; with one, the picture is cropped to a square before it is sent.
    """

    template_name = "components/picture.html"
    needs_multipart_form = True

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"class": "form-control"} | dict(attrs or {}))
        self.picture: Picture | None = None  # the one that was chosen and is all right
        self.uploaded = ""  # its address, once it has one

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, "UploadedFile[bytes]"], name: str
    ) -> Chosen | str | None:
        file, key = files.get(f"{name}-file"), data.get(f"{name}-kept", "")
        return Chosen(file, key, data.get(name, "")) if file or key else data.get(name)

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: MultiValueDict[str, "UploadedFile[bytes]"], name: str
    ) -> bool:
        return all(one not in data and one not in files for one in (name, f"{name}-file", f"{name}-kept"))

    def use_required_attribute(self, initial: Any) -> bool:
        """An address does as well as a file."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        address = value.address if isinstance(value, Chosen) else value or ""
        context["widget"] |= {
            "address": self.uploaded or address,
            "key": waiting.keep(self.picture) if self.picture and not self.uploaded else "",
            "preview": _data_address(self.picture) if self.picture else "",
            # Where an address was refused, it has to be seen; otherwise hardly anybody wants to see one.
            "open": bool(context["widget"]["attrs"].get("aria-invalid")) and self.picture is None,
            "accept": ",".join(f"image/{one.lower()}" for one in images.FORMATS),
        }
        return context


class PictureField(PictureAddressField):
    """A picture: an address, or a ``Picture`` that ``upload_chosen`` gives one."""

    widget = PictureWidget
    default_error_messages: ClassVar[dict[str, Any]] = {
        "too_large": gettext_lazy("A picture may have at most %(limit)s; this one has %(size)s."),
        "no_picture": gettext_lazy(
            "This is not a picture that can be used. Choose a PNG, JPEG, GIF, WebP or BMP."
        ),
        "too_many_pixels": gettext_lazy(
            "This picture has more than %(limit)s million pixels. Choose a smaller one."
        ),
        "gone": gettext_lazy("The picture that you had chosen is no longer here. Choose it again."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Picture"))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def clean(self, value: Any) -> Any:
        if not isinstance(value, Chosen):
            return super().clean(value)
        picture = self._read(value.file) if value.file else waiting.find(value.key)
        if picture is None:
            raise ValidationError(self.error_messages["gone"], code="gone")
        self.widget.picture = picture
        return picture

    def has_changed(self, initial: Any, data: Any) -> bool:
        return isinstance(data, Chosen) or super().has_changed(initial, data)

    def _read(self, file: "UploadedFile[bytes]") -> Picture:
        size = file.size or 0
        if size > uploads.LARGEST_PICTURE:
            said = {"limit": filesizeformat(uploads.LARGEST_PICTURE), "size": filesizeformat(size)}
            raise ValidationError(self.error_messages["too_large"], code="too_large", params=said)
        try:
            return images.drawn_anew(file)
        except images.NotAPicture:
            raise ValidationError(self.error_messages["no_picture"], code="no_picture") from None
        except images.TooManyPixels:
            said = {"limit": str(images.MOST_PIXELS // 1_000_000)}
            raise ValidationError(
                self.error_messages["too_many_pixels"], code="too_many_pixels", params=said
            ) from None


def upload_chosen(actor: Actor, form: Form, name: str = "avatar") -> bool:
    """Upload the picture that was chosen in a valid form; its field then has the address, as if it had been typed.

    Returns:
        False when there is no address: the form says why, and nothing else may be sent. The picture stays chosen.
    """
    picture = form.cleaned_data.get(name)
    if not isinstance(picture, Picture):
        return True
    try:
        address = uploads.upload_picture(actor, picture)
    except SessionOver:
        raise
    except UpstreamError as error:
        text = _("%(why)s Nothing else was sent. You can try again.")
        form.add_error(name, text % {"why": why(error)})
        return False
    form.cleaned_data[name] = address
    widget = form.fields[name].widget
    assert isinstance(widget, PictureWidget)  # noqa: S101 - no other field has a Picture
    widget.uploaded = address
    return True


def _data_address(picture: Picture) -> str:
    content = images.thumbnail(picture.content, _PREVIEW)
    return f"data:image/webp;base64,{b64encode(content).decode()}"
