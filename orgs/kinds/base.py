"""What all kinds of change have in common that are made in Weila: credential, freshness, failures, comparison."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.job_tokens import weila_for_job
from changes.kinds import Failure, Item, Kind, Refusal, Trouble
from changes.sender import SENT_WITHIN
from common.actor import Actor
from common.outcome import Outcome, Recovery
from orgs import mirror
from orgs.freshness import OrganizationChanged, bring_up_to_date
from upstream.errors import Forbidden, Malformed, Rejected, SessionOver, UpstreamError
from upstream.weila import OPERATIONS
from upstream.weila.client import Weila


def declared(name: str) -> tuple[str, Recovery]:
    """How the trail calls an operation, and what may be done when its answer was lost."""
    return "weila." + name.replace("_", "-"), OPERATIONS[name].recovery


class WeilaKind(Kind):
    """A kind of change that is one operation of Weila."""

    def lane(self, actor: Actor) -> str:
        return f"weila:{actor.session_id}"

    def patience(self) -> float:
        return float(settings.WEILA["write_deadline"])

    def prepare(self, actor: Actor) -> None:
        with reading():
            directory_of_job.ensure(actor)

    def finished(self, actor: Actor) -> None:
        mirror.fetch_later(actor.organization, actor.session_id)


def never_told(item: Item, fields: Sequence[str]) -> Trouble:
    """Why these fields of a change can't be set back."""
    params = {"target_kind": item.target.kind, "fields": fields}
    return Trouble(code="value_not_known", params=params, target_text=item.target.text)


def asked(actor: Actor) -> Weila:
    """Weila with the tokens of the job's session."""
    return weila_for_job(actor)


def sending(actor: Actor, items: Sequence[Item], *, later: float = 0) -> Weila:
    """Weila for the one request that makes these changes.

    It goes on its way within ``SENT_WITHIN`` of when it was recorded, or not at all; ``later`` is how many seconds more
    the ``patience`` of the kind grants.
    """
    recorded_at = items[0].attempted_at or timezone.now()
    return weila_for_job(actor, before=recorded_at + timedelta(seconds=SENT_WITHIN + later))


# --- failures


@contextmanager
def writing() -> Iterator[None]:
    """Turn what a write raises into what the mechanism knows.

    Raises:
        Failure: in place of an ``UpstreamError``.
    """
    try:
        yield
    except UpstreamError as error:
        raise _failure(error) from error


@contextmanager
def reading() -> Iterator[None]:
    """The same for a reading that serves a whole set: a refusal is not the fault of any of its changes.

    Raises:
        Failure: in place of an ``UpstreamError``. Who may not read the directory any more can't go on at all.
    """
    try:
        yield
    except OrganizationChanged as error:
        raise Failure(Outcome.NOT_DONE, "OrganizationChanged", session_over=True) from error
    except UpstreamError as error:
        over = isinstance(error, SessionOver) or mirror.refused(error)
        raise Failure(Outcome.NOT_DONE, type(error).__name__, session_over=over) from error


def _failure(error: UpstreamError) -> Failure:
    if isinstance(error, Rejected | Forbidden):
        return Failure(error.outcome, str(error.code), error.text, refused=True)
    # An operation that the upstream does not know will not be known at the next try.
    refused = isinstance(error, Malformed) and error.outcome is Outcome.NOT_DONE
    return Failure(
        error.outcome,
        type(error).__name__,
        refused=refused,
        session_over=isinstance(error, SessionOver),
        may_still_arrive=error.may_still_arrive,
    )


# --- freshness


class OncePerJob:
    """Something that is read once for a job, however many kinds of change ask for it within a few seconds."""

    _SECONDS = 5.0

    def __init__(self, read: Callable[[Actor], object]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._read_at: dict[tuple[Any, str], float] = {}

    def ensure(self, actor: Actor) -> None:
        """Read it, unless that has just been done for the same job. Raises what reading it raises."""
        job, now = (actor.session_id, actor.request_id), time.monotonic()
        with self._lock:
            self._read_at = {one: at for one, at in self._read_at.items() if now - at < self._SECONDS}
            if job in self._read_at:
                return
        self._read(actor)
        with self._lock:
            self._read_at[job] = time.monotonic()


directory_of_job = OncePerJob(bring_up_to_date)


# --- comparing


def conflict(item: Item, present: Mapping[str, Any]) -> Refusal | None:
    """Whether somebody has changed what ``before`` tells; ``present`` has the values that can be compared.

    A field that has its new value already is none: sending it again ends in the same state, and a change
    that was half carried out has to be able to go on.
    """
    differing = {
        name: (value, present[name])
        for name, value in item.before.items()
        if name in present and present[name] not in (value, item.after.get(name, value))
    }
    return Refusal("conflict", differing) if differing else None


def ids(items: Sequence[Item]) -> list[int]:
    """The numbers of their targets."""
    return [int(item.target.id) for item in items]


def given(item: Item) -> dict[str, Any]:
    """What is sent: what is None the upstream decides."""
    return {name: value for name, value in item.after.items() if value is not None}
