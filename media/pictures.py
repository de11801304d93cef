"""Pictures of others, as thumbnails from our own address.

They lie at plain http addresses of the vendor: on a page of ours a browser would refuse them, and each would tell a
stranger who looks at whom. So the console fetches them (``upstream.pictures``), draws them anew, and keeps
thumbnails for a while, for each organization by itself. That there is none is kept as well, for less long.
"""

import hashlib
import logging
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.filebased import FileBasedCache
from django.core.signals import setting_changed
from django.dispatch import receiver

from common.actor import Actor
from media import images, waiting
from upstream.pictures import NoPicture, Pictures

logger = logging.getLogger(__name__)

KEPT = 7 * 24 * 3600  # seconds; a changed picture gets another address
MISSED, MISSED_PASSING = 3600, 30  # seconds for which a picture is not asked for again
_NONE = b""


@cache
def source() -> Pictures:
    """The hosts that the settings name."""
    return Pictures(settings.MEDIA_HOSTS)


def thumbnail(actor: Actor, address: str, size: int) -> bytes | None:
    """The picture at ``address`` as a WebP square, from the cache or from where it lies; None: there is none."""
    key = _key(actor, address, size)
    kept: bytes | None = caches["pictures"].get(key)
    if kept is not None:
        return kept or None
    try:
        made = images.thumbnail(source().fetch(address), size)
    except (NoPicture, images.NotAPicture, images.TooManyPixels) as error:
        # The address itself stays out of the log: whoever has it has the picture.
        logger.info("No picture: %s", error or type(error).__name__)
        passing = isinstance(error, NoPicture) and error.passing
        caches["pictures"].set(key, _NONE, MISSED_PASSING if passing else MISSED)
        return None
    caches["pictures"].set(key, made, KEPT)
    return made


def purge() -> int:
    """Remove pictures from the disk whose time is over, and say how many: the cache itself only forgets them."""
    removed = 0
    for name, seconds in (("pictures", KEPT), ("waiting", waiting.SECONDS)):
        if not isinstance(caches[name], FileBasedCache):
            continue
        for path in Path(settings.CACHES[name]["LOCATION"]).glob("*.djcache"):
            with suppress(FileNotFoundError):  # another process was faster
                if time.time() - path.stat().st_mtime > seconds:
                    path.unlink()
                    removed += 1
    return removed


def _key(actor: Actor, address: str, size: int) -> str:
    of = actor.org_num if actor.org_num is not None else actor.session_id
    return "thumbnail-" + hashlib.sha256(f"{of}\n{size}\n{address}".encode()).hexdigest()


@receiver(setting_changed)
def _settings_changed(*, setting: str, **_: Any) -> None:
    if setting == "MEDIA_HOSTS":
        source.cache_clear()
