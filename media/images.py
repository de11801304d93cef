"""What a picture is, found out from its content, and what is made of it.

Nothing that is said about a file counts: not its name, not its type. A picture is what Pillow can decode as one
of ``FORMATS``, and what leaves here was drawn anew from its pixels: no metadata (a photo tells where it was
taken), nothing hidden behind the picture, and never larger than it is shown.
"""

import io
import threading
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
# A photo of a phone has 12 to 24 million; a hundred times as many fit into two kilobytes, and are not decoded.
MOST_PIXELS = 25_000_000
_DECODING = threading.BoundedSemaphore(2)  # so many at once: a hundred megabytes each, at the worst
SIDE = 640  # pixels; even the noisiest picture of this size stays below the 4 MB of avatar-upload


class NotAPicture(Exception):
    """The content is none of ``FORMATS``, or broken."""


class TooManyPixels(Exception):
    """The picture is a picture, and would not fit into memory."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be sent."""

    content: bytes = field(repr=False)
    content_type: str

    def __str__(self) -> str:
        return _("(the chosen picture)")

    @property
    def filename(self) -> str:
        """A name that says what it is; the one that it had on somebody's disk is nobody's business."""
        return "picture." + ("png" if self.content_type == "image/png" else "jpg")


def drawn_anew(file: IO[bytes]) -> Picture:
    """The picture in ``file``, upright, at most ``SIDE`` pixels wide and high, as JPEG or, if it has transparent
    parts, as PNG: which other types Weila takes is not documented. Of a moving picture the first one is taken.

    Raises:
        NotAPicture, TooManyPixels
    """
    picture = _decoded(file, SIDE)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255):
        return Picture(_encoded(picture, "PNG", optimize=True), "image/png")
    return Picture(_encoded(picture.convert("RGB"), "JPEG", quality=90), "image/jpeg")


def thumbnail(content: bytes, size: int) -> bytes:
    """A WebP square of ``size`` pixels from the middle of a picture, on white where it is transparent.

    Raises:
        NotAPicture, TooManyPixels
    """
    picture = _decoded(io.BytesIO(content), size)
    square = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)
    if square.mode == "RGBA":
        ground = Image.new("RGBA", square.size, "white")
        square = Image.alpha_composite(ground, square)
    return _encoded(square.convert("RGB"), "WEBP", quality=82)


def _decoded(file: IO[bytes], size: int) -> Image.Image:
    """The upright pixels as RGB or RGBA; a JPEG is decoded no larger than ``size`` needs."""
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise TooManyPixels
        picture.draft("RGB", (size * 2, size * 2))
        with _DECODING:
            picture.load()
        upright = ImageOps.exif_transpose(picture)
        transparent = upright.has_transparency_data
        return upright.convert("RGBA" if transparent else "RGB")
    except TooManyPixels:
        raise
    except Image.DecompressionBombError:
        raise TooManyPixels from None
    except Exception as error:
        # Whatever a decoder stumbles over (OSError, SyntaxError, struct.error, ValueError, …): it is no picture.
        raise NotAPicture from error


def _encoded(picture: Image.Image, kind: str, **how: int | bool) -> bytes:
    picture.info = {}  # or some encoders write on what was read: profiles, comments, the place of the photo
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()
