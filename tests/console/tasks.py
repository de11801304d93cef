"""Tasks as rooms have them, which do what the test wants."""

import os
import signal
import threading
from uuid import uuid4

from django_tasks import task

from common import stopping

PATIENCE = 20  # seconds; only a busy machine needs more than one

started: list[str] = []
gates: dict[str, threading.Event] = {}
meeting = threading.Barrier(2)


def gate(name: str) -> threading.Event:
    """An event that a task with this name sets or waits for."""
    return gates.setdefault(name, threading.Event())


def name() -> str:
    return uuid4().hex


@task(queue_name="bulk")
def waits_for(name: str) -> None:
    """Runs until somebody opens its gate."""
    started.append(name)
    gate(f"{name} started").set()
    assert gate(name).wait(PATIENCE)


@task(queue_name="bulk")
def meets_another() -> None:
    """Ends when two of it run at the same time."""
    meeting.wait(PATIENCE)


@task
def opens(name: str) -> None:
    gate(name).set()


@task
def counts(name: str) -> None:
    started.append(name)


@task(queue_name="bulk")
def works_until_it_is_to_stop(name: str) -> bool:
    gate(f"{name} started").set()
    return stopping.wait(PATIENCE)


@task
def ends_its_process(after: str) -> None:
    """As a supervisor does it, once the other task is under way."""
    assert gate(f"{after} started").wait(PATIENCE)
    os.kill(os.getpid(), signal.SIGTERM)
