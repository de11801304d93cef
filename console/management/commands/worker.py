import logging
import signal
import time
from argparse import ArgumentTypeError
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from common import stopping
from console import housekeeping, queues

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Run background tasks, each queue in its own threads, and keep house. Any number of workers may run. "
        "SIGTERM ends it: tasks are asked to return, and cut off after WORKER_GRACE seconds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        known = settings.TASKS["default"]["QUEUES"]
        parser.add_argument("--queues", nargs="+", choices=known, default=known, help="default: all")
        parser.add_argument(
            "--bulk-threads",
            type=_positive,
            default=settings.BULK_THREADS,
            help="how many bulk jobs run at once in this process (default: BULK_THREADS)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        def on_signal(number: int, frame: FrameType | None) -> None:
            stopping.request()

        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)
        threads = queues.start(options["queues"], bulk_threads=options["bulk_threads"])
        next_housekeeping = 0.0
        while not stopping.requested():
            if time.monotonic() >= next_housekeeping:
                close_old_connections()
                housekeeping.run()
                next_housekeeping = time.monotonic() + settings.HOUSEKEEPING_EVERY
            time.sleep(queues.POLL_SECONDS)  # not by stopping.wait: the signal handler runs in this thread
        for thread in queues.wait_for_end(threads, seconds=settings.WORKER_GRACE):
            logger.warning("worker: a task of %s did not return and is cut off", thread.name)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a whole number above 0")
    return int(text)
