"""Pictures that wait for the rest of their form.

A browser never fills a file into a form again. When something else in the form is wrong, the chosen picture is
kept here for as long as somebody may need to put that right, and the form carries a random key to it. Nothing was
sent anywhere by then. A key is known only to the page that it was written into.
"""

from uuid import uuid4

from django.core.cache import caches

from media.images import Picture

SECONDS = 3600


def keep(picture: Picture) -> str:
    """Keep a picture; returns its key."""
    key = uuid4().hex
    caches["waiting"].set(key, (picture.content, picture.content_type), SECONDS)
    return key


def find(key: str) -> Picture | None:
    """The picture with this key; None when it was not kept so long."""
    if not (key.isascii() and key.isalnum() and len(key) == 32):
        return None
    kept: tuple[bytes, str] | None = caches["waiting"].get(key)
    return Picture(*kept) if kept else None
