"""One worker's go at a set: what is waiting is sent, what is lost is looked up, until nothing is left."""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from changes import kinds, recovery
from changes.holding import Heart
from changes.kinds import Failure, Kind
from changes.ledger import Ending, Ledger, Outgoing
from changes.models import Change, ChangeSet, Lane, Pause
from changes.sender import SENT_WITHIN, Answer, Pace, Sender
from common import stopping
from common.lease import LeaseLost
from common.outcome import Outcome, Recovery

logger = logging.getLogger(__name__)

_LOOK = 0.25  # seconds between two looks at what was asked for, while nothing comes in
_BUFFER = 400  # changes read ahead
# Attempts and ends are written in groups: each transaction costs more than what it writes. A thread that is through
# finds its next call recorded already, so nobody waits for that.
_ROUND = 0.2  # seconds that one group is collected for at most
_AHEAD = 5  # calls recorded ahead, for each that may be under way
_AHEAD_SECONDS = 0.4  # that these may take at most
_ENOUGH = 2  # calls that still wait, for each that may be under way, while a group is written
_LONGEST_PAUSE = 30.0  # seconds between two tries to read what the changes are compared with
HANDED_ON = "handed_on"  # not a Pause: another worker goes on with it


class Stopped(Exception):
    """The job has to stop before its end; ``reason`` is a ``Pause``, or ``HANDED_ON``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Run:
    """The work on one set, by the worker that holds it."""

    def __init__(self, ledger: Ledger, used: Sequence[Kind], heart: Heart) -> None:
        self._ledger, self._used, self._heart = ledger, used, heart
        self._buffer: list[Change] = []
        self._answers: list[Answer[Outgoing]] = []  # what came of calls and is not written down yet
        self._read_to = -1
        self._heard_at = time.monotonic()  # when the other side last decided something
        self._stop = ""  # why it has to stop
        self._leaves = False  # whether what is lost is left to whoever goes on

    def to_the_end(self, lanes: dict[str, int]) -> None:
        """Do all of it.

        Raises:
            Stopped: it has to stop before that; everything that was sent has been written down.
            LeaseLost: another worker has taken over.

        Whatever else it raises, what was answered is written down before, as far as that is possible.
        """
        recovery.take_over(self._ledger)
        self._prepare()
        pace = self._pace(lanes)
        sender = Sender(self._send, settings.CHANGES_AT_ONCE, pace)
        try:
            with sender:
                self._work(sender)
        except LeaseLost:
            raise
        except Exception:
            self._answers += sender.collect(0)  # all of it: nothing is under way any more
            self._write_down_what_can_be()
            raise
        Lane.objects.filter(pk__in=lanes).update(pace=pace.allowed)
        if self._stop:
            raise Stopped(self._stop)

    def _work(self, sender: Sender[Outgoing]) -> None:
        while not self._is_through(sender):
            self._heart.check()
            self._note_wish()
            if not self._stop:
                self._fill(sender)
            if sender.under_way:
                self._answers = self._collected(sender)
                self._settle(self._answers)
                self._answers = []
            else:
                self._look_up_or_wait()

    def _prepare(self) -> None:
        """Let the kinds bring up to date what they compare with, however often that has to be tried."""
        for kind in self._used:
            pause = 1.0
            while not self._prepared(kind):
                self._heart.check()
                self._note_wish()
                if self._stop:
                    raise Stopped(self._stop)
                stopping.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _prepared(self, kind: Kind) -> bool:
        try:
            kind.prepare(self._ledger.actor)
        except Failure as failure:
            logger.warning("Change set %s: not prepared (%s)", self._ledger.change_set.pk, failure)
            self._note(failure)
            return False
        return True

    def _pace(self, lanes: dict[str, int]) -> Pace:
        known = Lane.objects.filter(pk__in=lanes, pace__gt=0).order_by("pace").first()
        at_first = known.pace if known else 0
        return Pace(settings.CHANGES_AT_ONCE, settings.CHANGES_SLOW, at_first, clock=time.monotonic)

    def _send(self, call: Outgoing) -> object:
        return call.kind.send(self._ledger.actor, call.items)

    # --- when to stop

    def _note_wish(self) -> None:
        """See whether somebody wants it to stop, or nobody has answered for too long."""
        if stopping.requested():
            self._leave(HANDED_ON)
        elif time.monotonic() - self._heard_at > settings.CHANGES_UNREACHABLE.total_seconds():
            self._leave(Pause.UNREACHABLE)
        elif not self._stop and ChangeSet.objects.filter(pk=self._ledger.change_set.pk, stop=True).exists():
            self._stop = Pause.CANCELED

    def _leave(self, reason: str) -> None:
        """Stop without waiting for what is lost, which may never be looked up here; the first reason stays."""
        self._stop, self._leaves = self._stop or reason, True

    def _note(self, failure: Failure) -> None:
        if failure.refused:
            self._heard_at = time.monotonic()
        if failure.session_over:
            self._leave(Pause.SESSION_OVER)

    def _is_through(self, sender: Sender[Outgoing]) -> bool:
        if sender.under_way:
            return False
        if self._leaves:
            return True
        if recovery.next_due(self._ledger) is not None:
            return False
        return bool(self._stop) or not self._look_at_more(idle=True)

    # --- sending

    def _fill(self, sender: Sender[Outgoing]) -> None:
        """Record and queue so many calls that no thread has to wait for the next."""
        pace = sender.pace
        ahead = min(_AHEAD, _AHEAD_SECONDS / pace.latency)
        room = 0 if pace.wait() else round((1 + ahead) * pace.allowed) - sender.under_way
        sent_before = time.monotonic() + SENT_WITHIN  # counted from before it is recorded
        while room > 0 and self._look_at_more(idle=not sender.under_way):
            chosen = self._next(room, at_once=pace.allowed - sender.under_way)
            if not chosen:
                break
            claimed = self._ledger.claim(chosen)
            self._buffer = [*claimed.held, *self._buffer]
            for call in claimed.calls:
                sender.put(call, sent_before)
            room -= len(claimed.calls)
            if claimed.held:
                if claimed.gives_way and not sender.under_way:
                    self._leave(HANDED_ON)
                break  # it has to wait for something that is under way
            sent_before = time.monotonic() + SENT_WITHIN

    def _look_at_more(self, *, idle: bool) -> bool:
        if not self._buffer:
            self._buffer = self._ledger.waiting(_BUFFER, after=self._read_to)
            if not self._buffer and idle:
                self._buffer = self._ledger.waiting(_BUFFER)  # another wave, or what came back
            if self._buffer:
                self._read_to = self._buffer[-1].position
        return bool(self._buffer)

    def _next(self, room: int, *, at_once: int) -> list[Change]:
        """The next changes for so many calls, of which ``at_once`` find a free thread.

        What must never be repeated is recorded when it can be sent at once: whoever finds such a record later has to
        take it for sent.
        """
        calls: dict[tuple[str, str], int] = {}
        taken = 0
        for change in self._buffer:
            kind = kinds.kind(change.kind)
            # A target that this set has created has its id in the claim only.
            target = change.target_id or str(change.refs.get("target", ""))
            key = (kind.code, kind.batch(target, change.after) or str(change.pk))
            calls[key] = calls.get(key, 0) + 1
            needed = sum(-(-number // kind.batch_limit) for number in calls.values())
            if needed > (at_once if kind.recovery is Recovery.NEVER else room):
                break
            taken += 1
        chosen, self._buffer = self._buffer[:taken], self._buffer[taken:]
        return chosen

    # --- what came of it

    def _collected(self, sender: Sender[Outgoing]) -> list[Answer[Outgoing]]:
        """What is through; more at once, as long as the threads have enough to do meanwhile."""
        answers = sender.collect(_LOOK)
        until = time.monotonic() + _ROUND
        enough = (1 + _ENOUGH) * sender.pace.allowed
        while answers and sender.under_way > enough and (left := until - time.monotonic()) > 0:
            answers += sender.collect(min(left, 0.02))
        return answers

    def _settle(self, answers: Sequence[Answer[Outgoing]]) -> None:
        endings: list[Ending] = []
        calls: dict[UUID, Outcome] = {}
        good: dict[str, list[tuple[Outgoing, object]]] = {}
        for answer in answers:
            if answer.error is None:
                good.setdefault(answer.call.kind.code, []).append((answer.call, answer.value))
                continue
            failure = recovery.failure_of(answer.error)
            self._note(failure)
            endings += recovery.after_failure(answer.call, failure)
            calls[answer.call.call] = failure.outcome
        for code, answered in good.items():
            self._heard_at = time.monotonic()
            kind = kinds.kind(code)
            results = kind.settle(self._ledger.actor, [(call.items, value) for call, value in answered])
            for call, _value in answered:
                endings += [recovery.after_answer(kind, item, results[item.id]) for item in call.items]
                calls[call.call] = Outcome.DONE
        if answers:
            self._ledger.close(endings, calls)

    def _write_down_what_can_be(self) -> None:
        """After something unforeseen: an answer that is dropped leaves unknown what is never looked up."""
        by_kind: dict[str, list[Answer[Outgoing]]] = {}
        for answer in self._answers:
            by_kind.setdefault(answer.call.kind.code, []).append(answer)
        for answers in by_kind.values():
            try:
                self._settle(answers)
            except LeaseLost:
                return
            except Exception:  # most likely what it failed of already, which is told
                logger.exception("Change set %s: answers are lost", self._ledger.change_set.pk)

    def _look_up_or_wait(self) -> None:
        """Nothing is under way: look up what is due, or wait for what has to be waited for."""
        try:
            if recovery.look_up(self._ledger):
                self._heard_at = time.monotonic()
                self._read_to = -1
                return
        except Failure as failure:
            logger.warning("Change set %s: not looked up (%s)", self._ledger.change_set.pk, failure)
            self._note(failure)
            time.sleep(1)
            return
        due = recovery.next_due(self._ledger)
        waits = _LOOK if due is None else min((due - timezone.now()) / timedelta(seconds=1), _LOOK)
        time.sleep(max(waits, 0.01))
