"""A worker as a process of its own, on the databases of the test, so that it can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import connections

from tests.support.sandbox import ROOT


class WorkerProcess:
    """`manage.py worker`, beside a test with committed data; a context manager, so that it always ends.

    Args:
        settings: environment variables of the console.
    """

    def __init__(self, weila_url: str, **settings_: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._log = Path(self._folder.name) / "worker.log"
        self._environment = self._of_the_test(weila_url) | settings_
        self._process = self._started()

    def _of_the_test(self, weila_url: str) -> dict[str, str]:
        return {
            **self._databases(),
            "PATH": os.environ["PATH"],
            "DEMO": "1",
            "SECRET_KEY": settings.SECRET_KEY,
            "TOKEN_KEYS": ",".join(settings.TOKEN_KEYS),
            "DATA_DIR": self._folder.name,
            "WEILA_URL": weila_url,
            "DJANGO_SETTINGS_MODULE": "console.settings",
        }

    def _databases(self) -> dict[str, str]:
        database = connections["default"].settings_dict
        if connections["default"].vendor == "postgresql":
            where = f"{database['USER']}@{database['HOST']}:{database['PORT']}"
            return {"DATABASE_URL": f"postgres://{where}/{database['NAME']}"}
        # The mirror has a fixed name in DATA_DIR; SQLite follows a link to the test's own.
        for alias, name in (("default", "console.sqlite3"), ("mirror", "mirror.sqlite3")):
            Path(self._folder.name, name).symlink_to(connections[alias].settings_dict["NAME"])
        return {}

    def _started(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", "worker"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """As if the machine lost its power."""
        self._process.kill()
        self._process.wait()

    def terminate(self) -> None:
        """Ask it to end, and wait until it has."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=15)

    def again(self) -> None:
        """Another worker in the place of the one that has ended."""
        self._process = self._started()

    def wait_for(self, reached: Callable[[], bool], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > end or self._process.poll() is not None:
                raise AssertionError(f"It was not reached. {self.log()[-3000:]}")
            time.sleep(0.02)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            try:
                self.terminate()
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()
