"""Whether this process is asked to end. Long jobs look here between two steps, and leave the rest to the next one."""

import threading

_asked = threading.Event()


def requested() -> bool:
    """Whether the process should end soon."""
    return _asked.is_set()


def request() -> None:
    """Ask everything that runs in this process to come to an end."""
    _asked.set()
