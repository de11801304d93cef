"""Whether this process is about to end, for jobs that take long.

A job asks between two steps and returns within seconds, in a state from which it can be taken up again. Nobody stops a
job that does not ask; it is cut off when the process ends. In a process that is no worker the answer is always no.
"""

import threading

_requested = threading.Event()


def requested() -> bool:
    """Whether to stop at the next good place."""
    return _requested.is_set()


def wait(seconds: float) -> bool:
    """Sleep, but no longer than until the process is to end; returns ``requested()``."""
    return _requested.wait(seconds)


def request() -> None:
    """Let everybody know. May be called by a signal handler, provided its thread does not call ``wait``."""
    _requested.set()
