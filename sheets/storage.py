"""Keeps files until they are used, or expire: in parts, sealed, bound to file and organization."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from common.actor import Actor
from common.crypto import SealBroken, rotate_bytes, seal_bytes, unseal_bytes
from common.texts import readable_name
from sheets.models import Part, Purpose, StoredFile

_PART = 512 * 1024  # bytes
_PURPOSE = "sheets.file"


class NotHere(Http404):
    """There is no such file in the actor's organization, or no longer."""


def keep(actor: Actor, purpose: Purpose, name: str, content: IO[bytes]) -> StoredFile:
    """Store a file of the actor's organization; read from its beginning."""
    stored = StoredFile(
        org_num=actor.organization,
        user_id=actor.user_id,
        purpose=purpose,
        name=readable_name(name)[:200],
        expires_at=timezone.now() + settings.SHEETS_KEPT,
    )
    content.seek(0)
    with transaction.atomic():
        stored.save(force_insert=True)
        number = 0
        while piece := content.read(_PART):
            stored.size += len(piece)
            sealed = seal_bytes(
                piece, purpose=_PURPOSE, row=_place(stored, number), organization=stored.org_num
            )
            Part.objects.create(file=stored, number=number, sealed=sealed)
            number += 1
        stored.save(update_fields=["size"])
    return stored


def get(actor: Actor, file_id: UUID, purpose: Purpose) -> StoredFile:
    """A file of the actor's organization.

    Raises:
        NotHere: there is none, or it has expired.
    """
    stored = StoredFile.objects.filter(
        pk=file_id, org_num=actor.organization, purpose=purpose, expires_at__gt=timezone.now()
    ).first()
    if stored is None:
        raise NotHere
    return stored


def own(actor: Actor, file_id: UUID) -> StoredFile:
    """A file that the acting person sent to be imported: it may hold passwords, which are nobody else's.

    Raises:
        NotHere: there is none, it has expired, or a colleague sent it.
    """
    stored = get(actor, file_id, Purpose.ORIGINAL)
    if stored.user_id != actor.user_id:
        raise NotHere
    return stored


@contextmanager
def opened(stored: StoredFile) -> Iterator[IO[bytes]]:
    """The content, in a nameless temporary file that is gone afterwards."""
    with tempfile.TemporaryFile() as content:
        for piece in pieces(stored):
            content.write(piece)
        content.seek(0)
        yield content


def pieces(stored: StoredFile) -> Iterator[bytes]:
    """The content in pieces."""
    for part in stored.parts.order_by("number").iterator(chunk_size=1):
        place = _place(stored, part.number)
        yield unseal_bytes(bytes(part.sealed), purpose=_PURPOSE, row=place, organization=stored.org_num)


def purge() -> int:
    """Remove what has expired; returns how many."""
    return StoredFile.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def rotate() -> tuple[int, int]:
    """Seal all parts of files under the newest key.

    Returns:
        How many were sealed anew, and how many no key opens any more.
    """
    done = broken = 0
    for pk in list(Part.objects.values_list("pk", flat=True)):
        part = Part.objects.filter(pk=pk).first()  # it may have expired meanwhile
        if part is None:
            continue
        try:
            resealed = rotate_bytes(bytes(part.sealed))
        except SealBroken:
            broken += 1
            continue
        done += Part.objects.filter(pk=pk).update(sealed=resealed)
    return done, broken


def _place(stored: StoredFile, number: int) -> str:
    return f"{stored.pk}:{number}"
