"""How somebody is shown beside their name: initials on a color, and a picture over them where there is one.

This room only writes the address at which a picture can be had; ``media`` fetches it. The address holds the
picture's own, signed for one session and for a limited time: nobody can have the console fetch what they like, and
an address that was passed on leads nowhere.
"""

import re
import time
import unicodedata
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

TINTS = 8  # the classes tint-0 to tint-7 of console.css
SIZES = (80, 160)  # pixels of a thumbnail: twice what is shown, for the screens of phones
_PERIOD = 12 * 3600  # seconds for which addresses stay the same, so that browsers can keep what they lead to
_DEFAULT = re.compile(r"/default/[\w-]+\.(png|jpe?g|webp)$", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that somebody was shown the way to."""

    address: str
    size: int
    expires: int  # Unix seconds


def is_shown(address: str) -> bool:
    """Whether there is a picture that we may fetch; the vendor's default ones say less than initials do."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.netloc.lower() in settings.MEDIA_HOSTS and not _DEFAULT.search(parts.path)


def path(session_id: UUID, address: str, size: int) -> str:
    """The path at which this session can have the picture as a square of ``size`` pixels."""
    expires = (int(time.time()) // _PERIOD + 2) * _PERIOD
    return reverse("picture", args=[_signer(session_id).sign_object([address, size, expires])])


def wanted(session_id: UUID, signed: str) -> Wanted | None:
    """What ``path`` signed for this very session; None when it is forged, foreign or out of date."""
    try:
        address, size, expires = _signer(session_id).unsign_object(signed)
    except BadSignature:
        return None
    return Wanted(address, size, expires) if expires > time.time() else None


def initials(name: str) -> str:
    """One or two letters that stand for a name: of a Chinese one the last two characters, as people call each other."""
    readable = "".join(one for one in name if unicodedata.category(one)[0] in "LNZ")
    words = readable.split()
    if not words:
        return ""
    if _HAN.search(words[-1]):
        return words[-1][-2:]
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


def tint(name: str) -> int:
    """The number of the color of a name; always the same one."""
    return zlib.crc32(name.encode()) % TINTS


def _signer(session_id: UUID) -> Signer:
    return Signer(salt=f"pictures:{session_id}")
