"""Files that are uploaded for their address (weila.md, 上传文件), and the list of them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils import timezone

from accounts import tokens
from audit import trail
from audit.trail import Target
from common import outcome
from common.actor import Actor
from common.texts import readable_name
from media.models import Outcome, UploadedFile
from media.uploads import usable
from upstream.errors import UpstreamError

FILE = "file"
LARGEST_FILE = 100 * 1024 * 1024  # bytes; it stands in the title of the document's section

_ENDED = {
    outcome.Outcome.DONE: Outcome.DONE,
    outcome.Outcome.NOT_DONE: Outcome.REFUSED,
    outcome.Outcome.UNKNOWN: Outcome.UNKNOWN,
}
_TYPE = re.compile(r"\A[\w.+-]{1,48}/[\w.+-]{1,48}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as a browser sent it. ``size`` is bytes."""

    content: BinaryIO
    name: str
    content_type: str
    size: int


def upload(actor: Actor, new: NewFile) -> UploadedFile:
    """Upload a file, and list it; its outcome says whether there is an address.

    A lost answer is not known for good: nobody can look a file up, and sending it once more would put it there
    twice. Then the row says "unknown".

    Raises:
        UpstreamError: it was certainly not taken; the row says "refused".
    """
    row = UploadedFile(
        org_num=actor.organization,
        actor_user_id=actor.user_id,
        actor_num=actor.user_num[:40],
        actor_name=actor.name[:200],
        name=readable_name(new.name)[-255:],
        size=new.size,
        content_type=new.content_type if _TYPE.match(new.content_type) else "application/octet-stream",
    )
    row.save()
    told = {"type": row.content_type, "size": row.size}
    try:
        with trail.action(
            actor, "weila.file-upload", Target(FILE, str(row.id), row.name), after=told
        ) as action:
            answer = tokens.weila(actor).file_upload(
                new.content, filename=row.name, content_type=row.content_type
            )
            row.address = usable("file_upload", answer.url)
            _end(row, Outcome.DONE)
            action.done(after={**told, "address": row.address})
    except UpstreamError as error:
        _end(row, _ENDED[error.outcome])
        if error.outcome is not outcome.Outcome.UNKNOWN:
            raise
    return row


def uploaded(org_num: int) -> QuerySet[UploadedFile]:
    """What this console has uploaded for an organization."""
    return UploadedFile.objects.filter(org_num=org_num)


def close_abandoned(older_than: timedelta) -> int:
    """Say of uploads whose process died that nothing is known of them; returns how many."""
    abandoned = UploadedFile.objects.filter(outcome=Outcome.ATTEMPTED, at__lt=timezone.now() - older_than)
    return abandoned.update(outcome=Outcome.UNKNOWN)


def _end(row: UploadedFile, ended: Outcome) -> None:
    row.outcome = ended
    row.save(update_fields=["outcome", "address"])
