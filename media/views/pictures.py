"""One thumbnail. Anything that is wrong with it ends in an answer that leaves the initials standing."""

import time
from base64 import b64decode
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common import avatars
from common.access import passive, public
from common.http import ConsoleRequest
from media import pictures

# One transparent pixel. An error would make browsers complain on every page, and the initials are no error.
_PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII="
)
_NOTHING_FOR = 60  # seconds


@public
@passive
@require_safe
def picture(request: HttpRequest, signed: str) -> HttpResponse:
    """The picture that a page of this very session led to.

    Public, because the signature is the permission: it was given on a page behind the gate, it is good for this
    live session only, and it ends. The gate itself would ask the upstream for every picture, and send an ``<img>``
    to the sign-in page, which it can't show.
    """
    actor = cast(ConsoleRequest, request).signed_in
    wanted = avatars.wanted(actor.session_id, signed) if actor else None
    if actor is None or wanted is None or wanted.size not in avatars.SIZES:
        return HttpResponse(status=404)
    thumbnail = pictures.thumbnail(actor, wanted.address, wanted.size)
    if thumbnail is None:
        return _answer(_PIXEL, "image/png", _NOTHING_FOR)
    return _answer(thumbnail, "image/webp", wanted.expires - int(time.time()))


def _answer(content: bytes, content_type: str, seconds: int) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Cache-Control": f"private, max-age={seconds}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Content-Disposition": "inline",
        },
    )
