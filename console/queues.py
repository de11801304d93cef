"""The queues of background tasks, and the threads of a worker that run what is in them.

"default" is for what a page waits for, "bulk" for what may run for hours. Each thread takes one task at a time, so a
long one keeps nobody waiting but those behind it, once all threads of its queue are taken. Claiming is exclusive over
threads, processes and machines: in a transaction that holds SQLite's write lock, on PostgreSQL by a locked row.
"""

import logging
import threading
import time
from collections.abc import Iterable

from django.db import close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from common import stopping

logger = logging.getLogger(__name__)

DEFAULT, BULK = "default", "bulk"
POLL_SECONDS = 0.3  # a page that waits for its directory would show a longer pause
_REST_SECONDS = 2  # after something unexpected: a database that is down should not be asked all the time


class QueueThread(threading.Thread):
    """Runs the tasks of one queue, one after the other, until the process is to end.

    It is a daemon: a task that does not return in time ends with the process.
    """

    def __init__(self, queue: str, number: int) -> None:
        super().__init__(name=f"{queue}-{number}", daemon=True)
        self._queue = queue

    def run(self) -> None:
        try:
            while not stopping.requested():
                stopping.wait(self._look())
        finally:
            connections.close_all()

    def _look(self) -> float:
        """Run a task if one waits; returns how many seconds to sleep before the next look."""
        close_old_connections()
        try:
            # Looking needs no lock, claiming takes SQLite's write lock.
            if not DBTaskResult.objects.ready().filter(queue_name=self._queue).exists():
                return POLL_SECONDS
            self._run_one()
        except Exception:
            # SQLite's write lock was held longer than our patience, or the database is away. The queue is still
            # there, and a thread that died would leave it to nobody: go on.
            logger.exception("worker: %s could not look for tasks", self.name)
            return _REST_SECONDS
        return 0

    def _run_one(self) -> None:
        Worker(
            queue_names=[self._queue],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,  # whether to go on is decided between two tasks
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        ).run()


def start(queues: Iterable[str], *, bulk_threads: int) -> list[QueueThread]:
    """Start the threads of a worker: ``bulk_threads`` for bulk jobs, one for each other queue."""
    counts = {queue: bulk_threads if queue == BULK else 1 for queue in queues}
    threads = [QueueThread(queue, number + 1) for queue, count in counts.items() for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def wait_for_end(threads: Iterable[QueueThread], *, seconds: float) -> list[QueueThread]:
    """Wait until all threads have ended, no longer than ``seconds``; returns those that have not."""
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return [thread for thread in threads if thread.is_alive()]
