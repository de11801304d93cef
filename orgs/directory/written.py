"""What became of a write, and how that is found out."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts import tokens
from audit import trail
from audit.trail import Action, Target
from common.actor import Actor
from common.outcome import Outcome
from upstream.errors import UpstreamError
from upstream.weila.client import Weila

logger = logging.getLogger(__name__)

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """The end of a write that was sent. ``value`` is what it made or found, where there is something.

    ``NOT_DONE`` and ``UNKNOWN`` stand for a lost answer: it was looked up. A refusal is raised instead. ``unknown`` is
    what the trail gives as the reason where it is still not known.
    """

    outcome: Outcome
    value: T | None = None
    unknown: str = "lost_answer"


class Conflict(Exception):
    """Somebody else changed it since the form was opened; nothing was sent.

    ``fields`` has the value that the form had and the present one, by field.
    """

    def __init__(self, fields: Mapping[str, tuple[Any, Any]]) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)


class NotHere(Http404):
    """There is no such thing in the actor's organization. Recorded; nothing was sent."""


class Protected(PermissionDenied):
    """The owner, or the actor; ``reason`` says which (``owner``, ``self``). Recorded; nothing was sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def weila(actor: Actor) -> Weila:
    """Weila with the actor's tokens, for the write itself."""
    return tokens.weila(actor)


def weila_to_look(actor: Actor) -> Weila:
    """Weila for the look-up after a lost answer: somebody is still waiting for the page."""
    seconds = settings.WEILA["read_deadline"]
    return tokens.weila_of(actor.session_id, request_id=actor.request_id, deadline=seconds)


def deny(actor: Actor, operation: str, target: Target, reason: str) -> None:
    """Record a write that is refused by ourselves: nothing is sent."""
    trail.record(actor, operation, target, Outcome.NOT_DONE, reason=reason)


def compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Check the values that a form was opened with.

    Raises:
        Conflict: some of them are others by now.
    """
    differing = {name: (value, now[name]) for name, value in before.items() if now[name] != value}
    if differing:
        raise Conflict(differing)


def carry_out(
    action: Action,
    send: Callable[[], A],
    settle: Callable[[A], Written[T]],
    look_up: Callable[[], Written[T]],
) -> Written[T]:
    """Send a write and find out what became of it.

    Args:
        settle: brings the mirror up to date after an answer, and says what was made.
        look_up: asks the upstream what is there now, after a lost answer.

    Raises:
        UpstreamError: the write was refused or never sent; nothing was changed.
    """
    try:
        answer = send()
    except UpstreamError as error:
        if error.outcome is not Outcome.UNKNOWN:
            raise
        logger.warning("The answer to a write was lost, looking it up: %s", error)
        return _looked_up(action, error, look_up)
    return settle(answer)


def _looked_up(action: Action, lost: UpstreamError, look_up: Callable[[], Written[T]]) -> Written[T]:
    try:
        written = look_up()
    except UpstreamError as error:
        logger.warning("The look-up failed as well: %s", error)
        written = Written(Outcome.UNKNOWN)
    if written.outcome is Outcome.NOT_DONE and lost.may_still_arrive:
        written = Written(Outcome.UNKNOWN)
    if written.outcome is Outcome.NOT_DONE:
        action.refused("looked_up")
    elif written.outcome is Outcome.UNKNOWN:
        action.unknown(written.unknown)
    return written
