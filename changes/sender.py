"""Sends the calls of one credential: in threads, no more at once than goes well."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from django.db import connections

from changes.kinds import Failure
from common.outcome import Outcome

T = TypeVar("T")

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds without any call after one that was nobody's fault
# A call is sent within so many seconds after it was recorded, or not at all: whoever finds the record later has
# to know when the request can have been on its way.
SENT_WITHIN = 5.0


class NotSent(Failure):
    """It was not this call's turn in time; it was certainly not sent."""

    def __init__(self) -> None:
        super().__init__(Outcome.NOT_DONE, "not_sent")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What came of a call: what it returned, or what it raised."""

    call: T
    value: object = None
    error: Exception | None = None


class Pace:
    """How many calls may be under way: halved when the other side slows or refuses, one more when it goes well."""

    def __init__(self, most: int, slow: float, at_first: int = 0, *, clock: Callable[[], float]) -> None:
        self._most, self._slow, self._clock = most, slow, clock
        self.allowed = min(at_first or most, most)
        self._pause = 0.0
        self._not_before = 0.0
        self._good = 0
        self.latency = 1.0  # seconds that a call has taken lately

    def note(self, error: Exception | None, seconds: float) -> None:
        """Learn from a call that is through."""
        if isinstance(error, Failure) and not error.refused and not error.session_over:
            self._slow_down()
            self._pause = min(max(self._pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
            self._not_before = max(self._not_before, self._clock() + self._pause)
            return
        self._pause = 0.0
        self.latency = max(0.8 * self.latency + 0.2 * seconds, 0.001)
        if seconds > self._slow:
            self._slow_down()
            return
        self._good += 1
        if self._good >= self.allowed and self.allowed < self._most:
            self.allowed += 1
            self._good = 0

    def wait(self) -> float:
        """Seconds until the next call may be sent."""
        return max(self._not_before - self._clock(), 0.0)

    def _slow_down(self) -> None:
        self.allowed, self._good = max(self.allowed // 2, 1), 0


class Sender(Generic[T]):
    """Threads that send what is put into it; a context manager, which waits for what is under way.

    Args:
        send: sends one call; runs in several threads.
        pace: what the credential has shown to bear.
    """

    def __init__(self, send: Callable[[T], object], most: int, pace: Pace) -> None:
        self._send = send
        self.pace = pace
        self._waiting: SimpleQueue[tuple[T, float] | None] = SimpleQueue()
        self._through: SimpleQueue[Answer[T]] = SimpleQueue()
        self._turn = threading.Condition()
        self._sending = 0
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(most)]
        self.under_way = 0  # put and not collected yet
        for thread in self._threads:
            thread.start()

    def put(self, call: T, before: float) -> None:
        """Send a call as soon as it is its turn, but only before this time (of ``time.monotonic``)."""
        self.under_way += 1
        self._waiting.put((call, before))

    def collect(self, seconds: float) -> list[Answer[T]]:
        """What is through by now; waits so long for the first."""
        answers: list[Answer[T]] = []
        try:
            answers.append(self._through.get(timeout=seconds) if seconds else self._through.get_nowait())
            while True:
                answers.append(self._through.get_nowait())
        except Empty:
            pass
        self.under_way -= len(answers)
        return answers

    def __enter__(self) -> "Sender[T]":
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        for _thread in self._threads:
            self._waiting.put(None)
        with self._turn:
            self._turn.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        try:
            while (waiting := self._waiting.get()) is not None:
                call, before = waiting
                if self._is_turn(before):
                    self._carry_out(call)
                else:
                    self._through.put(Answer(call, error=NotSent()))
        finally:
            connections.close_all()

    def _is_turn(self, before: float) -> bool:
        """Wait until fewer are under way than allowed; False when that takes too long.

        The time is looked at in any case: a process may have slept since the call was recorded.
        """
        with self._turn:
            while (left := before - time.monotonic()) > 0:
                if self._closing.is_set() or self.pace.wait():
                    return False
                if self._sending < self.pace.allowed:
                    self._sending += 1
                    return True
                self._turn.wait(left)
        return False

    def _carry_out(self, call: T) -> None:
        error: Exception | None = None
        value: object = None
        began = time.monotonic()
        try:
            value = self._send(call)
        except Exception as raised:
            # Whatever it is, it is what came of this call: a thread that died of it would leave the call unanswered.
            error = raised
        with self._turn:
            self._sending -= 1
            self.pace.note(error, time.monotonic() - began)
            self._turn.notify_all()
        self._through.put(Answer(call, value, error))
