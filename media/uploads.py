"""Uploads to Weila (weila.md, 上传头像, 上传文件), each recorded before it is sent."""

import io
import re

from django.conf import settings

from accounts import tokens
from audit import trail
from audit.trail import Target
from common.actor import Actor
from common.outcome import Outcome
from media.images import Picture
from upstream.errors import Malformed

PICTURE = "picture"
LARGEST_PICTURE = 4 * 1024 * 1024  # bytes; it stands in the title of the document's section
LONGEST_ADDRESS = 500

_ADDRESS = re.compile(r"\Ahttps?://[^\s\x00-\x1f\x7f]+\Z", re.IGNORECASE)


def upload_picture(actor: Actor, picture: Picture) -> str:
    """Upload a picture, and give the address that the answer has for it.

    Nothing shows it yet: that takes a create or a change that names the address. So a lost answer costs nothing
    but a picture that nobody will find, and uploading it once more is no harm.

    Raises:
        UpstreamError: there is no address, whatever became of the picture.
    """
    told = {"type": picture.content_type, "size": len(picture.content)}
    # Somebody waits for the page, and the picture is small by now: not the time that a large file may take.
    seconds = 2 * settings.WEILA["write_deadline"]
    weila = tokens.weila_of(actor.session_id, request_id=actor.request_id, deadline=seconds)
    with trail.action(actor, "weila.avatar-upload", Target(PICTURE, "", ""), after=told) as action:
        uploaded = weila.avatar_upload(
            io.BytesIO(picture.content), filename=picture.filename, content_type=picture.content_type
        )
        address = usable("avatar_upload", uploaded.url)
        action.done(after={**told, "address": address})
    return address


def usable(operation: str, address: str) -> str:
    """The address, if it is one that can be opened, stored and sent again.

    Raises:
        Malformed: it is not, so what was uploaded can't be reached.
    """
    if len(address) <= LONGEST_ADDRESS and _ADDRESS.match(address):
        return address
    raise Malformed(operation=operation, outcome=Outcome.UNKNOWN, detail="the answer's address is none")
