"""The pace of a credential, and the threads that keep to it."""

import threading
import time

import pytest

from changes import sender
from changes.kinds import Failure
from changes.sender import NotSent, Pace, Sender
from common.outcome import Outcome

UNAVAILABLE = Failure(Outcome.NOT_DONE, "Unavailable")
REFUSED = Failure(Outcome.NOT_DONE, "40001", refused=True)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_FIRST_PAUSE", 1.0)


def test_it_begins_with_what_went_well_last(clock: Clock) -> None:
    assert Pace(8, 4, clock=clock).allowed == 8
    assert Pace(8, 4, 3, clock=clock).allowed == 3
    assert Pace(8, 4, 20, clock=clock).allowed == 8


def test_it_halves_when_the_other_side_slows_and_comes_back_one_by_one(clock: Clock) -> None:
    pace = Pace(8, slow=4, clock=clock)
    pace.note(None, 4.5)
    assert pace.allowed == 4 and pace.wait() == 0
    for _ in range(4):
        pace.note(None, 0.1)
    assert pace.allowed == 5
    for _ in range(100):
        pace.note(None, 0.1)
    assert pace.allowed == 8


def test_it_pauses_longer_and_longer_while_nobody_is_there(clock: Clock) -> None:
    pace = Pace(8, slow=4, clock=clock)
    waits = []
    for _ in range(9):
        pace.note(UNAVAILABLE, 0.1)
        waits.append(pace.wait())
        clock.now += pace.wait()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60] and pace.allowed == 1
    pace.note(None, 0.1)
    pace.note(UNAVAILABLE, 0.1)
    assert pace.wait() == 1


def test_a_refusal_is_an_answer_and_slows_nothing(clock: Clock) -> None:
    pace = Pace(8, slow=4, clock=clock)
    pace.note(REFUSED, 0.1)
    assert (pace.allowed, pace.wait()) == (8, 0)


def soon(seconds: float = 10) -> float:
    return time.monotonic() + seconds


def test_what_is_not_its_turn_in_time_is_not_sent(clock: Clock) -> None:
    free, sent = threading.Event(), []

    def send(call: str) -> None:
        sent.append(call)
        free.wait(10)

    pace = Pace(1, 4, clock=clock)
    with Sender(send, 2, pace) as threads:
        threads.put("first", soon())
        threads.put("second", soon(0.05))
        late = threads.collect(10)
        free.set()
        done = threads.collect(10)
    assert [(one.call, type(one.error)) for one in late] == [("second", NotSent)]
    assert [(one.call, one.error) for one in done] == [("first", None)] and sent == ["first"]


def test_what_is_too_late_is_not_sent_though_nobody_is_in_its_way(clock: Clock) -> None:
    """The process may have slept since it was recorded, and somebody else may be looking it up by now."""
    with Sender(lambda call: call, 2, Pace(2, 4, clock=clock)) as threads:
        threads.put("call", soon(0))
        (answer,) = threads.collect(10)
    assert isinstance(answer.error, NotSent)


def test_while_it_pauses_nothing_is_sent(clock: Clock) -> None:
    pace = Pace(2, 4, clock=clock)
    pace.note(UNAVAILABLE, 0.1)
    with Sender(lambda call: call, 2, pace) as threads:
        threads.put("call", soon())
        (answer,) = threads.collect(10)
    assert isinstance(answer.error, NotSent)


def test_no_more_at_once_than_the_pace_allows(clock: Clock) -> None:
    together, most, lock = 0, 0, threading.Lock()
    second = threading.Barrier(2, timeout=10)

    def send(_call: int) -> None:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        second.wait()  # two have to be under way
        with lock:
            together -= 1

    with Sender(send, 8, Pace(2, 4, clock=clock)) as threads:
        for number in range(10):
            threads.put(number, soon())
        got = 0
        while got < 10:
            got += len(threads.collect(10))
    assert most == 2
