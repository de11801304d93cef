import logging
import signal
import threading
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from console import housekeeping

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3  # a page that waits for its directory would show a longer pause
HOUSEKEEPING_SECONDS = 60


class Command(BaseCommand):
    help = "Run background tasks, and keep house between them. Any number of workers may run."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def on_signal(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)
        next_housekeeping = 0.0
        while not stop.is_set():
            close_old_connections()
            try:
                self.run_waiting_tasks()
            except OperationalError:
                # SQLite's write lock was held longer than our patience. The queue is still there: go on.
                logger.exception("worker: the database did not let us in")
            if time.monotonic() >= next_housekeeping:
                housekeeping.run()
                next_housekeeping = time.monotonic() + HOUSEKEEPING_SECONDS
            stop.wait(POLL_SECONDS)

    def run_waiting_tasks(self) -> None:
        """Run what is in the queue until it is empty. Looking needs no lock, claiming takes the write lock."""
        if not DBTaskResult.objects.ready().exists():
            return
        Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        ).run()
