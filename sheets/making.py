"""Making files: at once where that is quick, otherwise in a job. What is made, the rooms say by recipes.

A file is there whole or not at all. It is written to a nameless temporary file first, and a disk that is full on the
way is a reason that people are told.
"""

import errno
import json
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django_stubs_ext import StrOrPromise
from django_tasks import task

from audit.trail import Action
from common import lease
from common.actor import Actor, Role
from common.lease import LeaseLost
from common.throttle import Throttled
from sheets import storage
from sheets.models import Making, MakingState, Purpose

logger = logging.getLogger(__name__)

Progress = Callable[[int], None]
# Writes a file for the actor, by arguments that JSON can hold, and tells how many rows it has written.
Recipe = Callable[[Actor, Mapping[str, Any], IO[bytes], Progress], None]

_recipes: dict[str, Recipe] = {}

_TRIES = 3  # a file that ends its worker would otherwise end every worker
MOST = 5  # files that are made for one person at the same time
_COME_BACK = timedelta(minutes=1)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_DATABASE = ("database or disk is full", "No space left on device")  # SQLite, PostgreSQL

NOT_MADE = "not_made"  # the trail's reason
NO_SPACE, FAILED = "no_space", "failed"
REASONS: Mapping[str, StrOrPromise] = {
    NO_SPACE: gettext_lazy("The server's disk is full. Whoever runs the console has to make room first."),
    FAILED: gettext_lazy("The console itself failed; its log says more."),
}


class NoSpace(Exception):
    """The disk is full: nothing was made."""


class NotHere(Http404):
    """There is no such file in the actor's organization, or no longer."""


def register(code: str, recipe: Recipe) -> None:
    """Make a recipe known."""
    _recipes[code] = recipe


def at_once(actor: Actor, recipe: str, arguments: Mapping[str, Any]) -> IO[bytes]:
    """Make a file while somebody waits; the caller closes it, and it is gone then.

    Raises:
        NoSpace: the disk is full.
    """
    return _made(actor, recipe, arguments, lambda _rows: None)


@contextmanager
def not_taken_if_it_fails(action: Action) -> Iterator[None]:
    """Make a file within the record that somebody takes it: one that could not be made was taken by nobody."""
    try:
        yield
    except Exception:  # whatever it is, it is raised on; who ends the process leaves it unknown
        action.refused(NOT_MADE)
        raise


def start(actor: Actor, recipe: str, arguments: Mapping[str, Any], name: str, *, expected: int = 0) -> Making:
    """Make a file in the background, in the present language; who asks for the same again gets the one in the making.

    Raises:
        Throttled: so many are being made for this person that others would wait for them.
    """
    language = get_language() or settings.LANGUAGE_CODE
    wanted = json.loads(json.dumps(dict(arguments)))  # as the row has it
    unfinished = Making.objects.filter(
        org_num=actor.organization, user_id=actor.user_id, state=MakingState.MAKING
    )
    present = list(unfinished.order_by("created_at"))
    for one in present:
        if (one.recipe, one.arguments, one.language) == (recipe, wanted, language):
            return one
    if len(present) >= MOST:
        raise Throttled(_COME_BACK)
    making = Making.objects.create(
        recipe=recipe,
        arguments=dict(arguments),
        name=name[:200],
        language=language,
        expected=expected,
        org_num=actor.organization,
        session_id=actor.session_id,
        user_id=actor.user_id,
        user_num=actor.user_num,
        user_name=actor.name[:200],
        role=actor.role,
        address=actor.address[:64],
    )
    make_file.enqueue(str(making.pk))
    return making


def get(actor: Actor, making_id: UUID) -> Making:
    """A file in the making of the actor's organization; its ``file`` is None once it has expired.

    Raises:
        NotHere: there is none.
    """
    making = Making.objects.filter(pk=making_id, org_num=actor.organization).select_related("file").first()
    if making is None:
        raise NotHere
    if making.file is not None and making.file.expires_at <= timezone.now():
        making.file = None
    return making


@task(queue_name="bulk")
def make_file(making_id: str) -> None:
    """``work`` as a job. It may run never, once or many times."""
    work(UUID(making_id))


def work(making_id: UUID) -> None:
    """Make a file, unless somebody else is at it or it was made before."""
    waiting = Making.objects.filter(state=MakingState.MAKING)
    fence = lease.take(waiting, making_id, seconds=settings.SHEETS_LEASE)
    if fence is None:
        return
    making = waiting.get(pk=making_id)
    lease.held(waiting, making_id, fence).update(tries=F("tries") + 1)
    try:
        with override(making.language):
            _make(making, fence)
    except LeaseLost:
        logger.warning("File %s is being made by another worker", making_id)
    except NoSpace:
        logger.error("File %s could not be made: the disk is full", making_id)
        _fail(making_id, fence, NO_SPACE)
    except Exception:  # somebody waits for it, and has to be told; the log says what it was
        logger.exception("File %s could not be made", making_id)
        _fail(making_id, fence, FAILED)
    finally:
        lease.release(Making.objects.all(), making_id, fence)


def revive() -> int:
    """Give to the queue again what no worker is at; returns how many. For housekeeping."""
    idle = Making.objects.filter(lease.FREE, state=MakingState.MAKING)
    forgotten = idle.filter(queued_at__lt=timezone.now() - timedelta(seconds=settings.SHEETS_LEASE))
    forgotten.filter(tries__gte=_TRIES).update(state=MakingState.FAILED, reason=FAILED)
    found = list(forgotten.values_list("pk", flat=True))
    for making_id in found:
        Making.objects.filter(pk=making_id).update(queued_at=timezone.now())
        make_file.enqueue(str(making_id))
    return len(found)


def purge() -> int:
    """Forget what was made so long ago that its file is gone, too; returns how many."""
    return Making.objects.filter(created_at__lt=timezone.now() - 2 * settings.SHEETS_KEPT).delete()[0]


def _make(making: Making, fence: int) -> None:
    rows = Making.objects.all()

    def stay(count: int) -> None:
        lease.renew(rows, making.pk, fence, seconds=settings.SHEETS_LEASE, progress=count)

    actor = _actor_of(making)
    with (
        _made(actor, making.recipe, making.arguments, stay) as content,
        told_if_full(),
        transaction.atomic(),  # a file that nobody is led to does not stay
    ):
        stored = storage.keep(actor, Purpose.EXPORT, making.name, content)
        lease.write(rows, making.pk, fence, state=MakingState.READY, file=stored)


def _made(actor: Actor, recipe: str, arguments: Mapping[str, Any], progress: Progress) -> IO[bytes]:
    with told_if_full():
        content = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            _recipes[recipe](actor, arguments, content, progress)
            content.seek(0)
        except BaseException:  # nobody gets it who could close it
            content.close()
            raise
    return content


def _fail(making_id: UUID, fence: int, reason: str) -> None:
    lease.held(Making.objects.all(), making_id, fence).update(state=MakingState.FAILED, reason=reason)


def _actor_of(making: Making) -> Actor:
    return Actor(
        session_id=making.session_id,
        user_id=making.user_id,
        user_num=making.user_num,
        name=making.user_name,
        role=Role(making.role),
        org_num=making.org_num,
        address=making.address,
        request_id=f"file-{making.pk}",
    )


@contextmanager
def told_if_full() -> Iterator[None]:
    """Say ``NoSpace`` for whatever a full disk makes others say."""
    try:
        yield
    except (
        Exception
    ) as error:  # the file system, the database and the writer of workbooks raise what they like
        if _is_full(error):
            raise NoSpace from error
        raise


def _is_full(error: BaseException | None) -> bool:
    """Whether this, or what it was raised for, is a full disk; the writer of workbooks wraps what it got."""
    if error is None:
        return False
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    if isinstance(error, DatabaseError) and any(words in str(error) for words in _FULL_DATABASE):
        return True
    inner = [one for one in error.args if isinstance(one, BaseException)]
    return any(map(_is_full, [error.__cause__, error.__context__, *inner]))
