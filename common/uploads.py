"""Which views take files, and how large ones. Closed is the default: a view that says nothing gets none.

The files of a request are read before its view runs (the CSRF check looks for its token in the form), so nothing
but the handler that reads them can stop a file that is too large. It goes to a temporary file without a name, in
pieces: the memory that an upload takes does not depend on its size, and a process that dies leaves nothing behind.
"""

import io
import tempfile
from collections.abc import Callable
from typing import IO, Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "largest_file"
# A request that is a little too large is read to its end, so that the form can say what is wrong with its file: a
# browser that is still sending shows no answer. What is much larger is not worth reading.
_READ_ON = 2
_AROUND = 1024 * 1024  # bytes that a form has beside its file


def takes_files(largest: int) -> Callable[[View], View]:
    """Mark a view that takes files of up to ``largest`` bytes; a form has to refuse what is larger.

    A file that was too large arrives without its content, and with its true size.
    """

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, largest)
        return view

    return mark


class LimitedFileField(forms.FileField):
    """A file of at most ``largest`` bytes, which the page knows, too: static/js/upload.js sends nothing larger."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Choose a file."),
        "empty": _("This file is empty."),
        "too_large": _("A file may have at most %(limit)s; this one has %(size)s."),
    }

    def __init__(self, *, largest: int, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput())
        super().__init__(**kwargs)
        self.largest = largest
        self.widget.attrs["data-largest"] = largest

    def to_python(self, data: Any) -> Any:
        # First of all: what was too large has arrived without its content, and would be called empty.
        if data is not None and data.size > self.largest:
            said = {"limit": filesizeformat(self.largest), "size": filesizeformat(data.size)}
            raise ValidationError(self.error_messages["too_large"], code="too_large", params=said)
        return super().to_python(data)


class LimitedUploadHandler(FileUploadHandler):
    """Keeps files for views that take them, from people who are signed in, up to the limit of the view."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._largest = 0
        self._file: IO[bytes] | None = None

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Decide by the view whether to take anything.

        Raises:
            RequestDataTooBig: the request says that it is far too large.
        """
        self._largest = _largest_file(self.request)
        if content_length > self._largest * _READ_ON + _AROUND:
            raise RequestDataTooBig("The request is larger than any file that this page takes.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not self._largest:
            raise SkipFile
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the request

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._file is None:
            return
        if start + len(raw_data) > self._largest:
            self._file.truncate(0)
            self._file = None
            return
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        content = self._file or io.BytesIO()
        content.seek(0)
        return UploadedFile(
            file=content,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def _largest_file(request: HttpRequest | None) -> int:
    if request is None or request.resolver_match is None or getattr(request, "signed_in", None) is None:
        return 0
    return int(getattr(request.resolver_match.func, _ATTRIBUTE, 0))
