"""The parts of the console as processes of their own, on the databases of the test, so that they can be killed."""

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

import requests
from django.conf import settings
from django.db import connections

from tests.support.product import free_ports
from tests.support.sandbox import ROOT


class _Part:
    """A process of the console; a context manager, so that it always ends."""

    command: list[str]

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        self._log = log
        self.environment = environment
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # as scripts/run.py does; with its children it can be killed as one
            )

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """As if the machine lost its power."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def terminate(self) -> None:
        """Ask it to end, and wait until it has."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=15)

    def again(self) -> None:
        """Another one in the place of the one that has ended."""
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
                self.kill()


class WorkerProcess(_Part):
    """`manage.py worker`, beside a test with committed data.

    Args:
        settings: environment variables of the console.
    """

    def __init__(self, weila_url: str, **settings_: str) -> None:
        self.command = ["manage.py", "worker"]
        self._folder = tempfile.TemporaryDirectory()
        log = Path(self._folder.name, "worker.log")
        super().__init__(log, self._of_the_test(weila_url) | settings_)

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

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        self._folder.cleanup()


class WebProcess(_Part):
    """The pages, served as `make run` does, with the settings and the ``DATA_DIR`` of a worker.

    No static files are collected, so it answers what is no page: files, redirects, health.
    """

    def __init__(self, worker: WorkerProcess) -> None:
        (port,) = free_ports(1)
        self._url = f"http://127.0.0.1:{port}"
        self._http = requests.Session()
        self._http.trust_env = False
        serving = ["-m", "gunicorn", "console.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=8"]
        self.command = [*serving, "--no-control-socket", "--log-level=warning"]
        super().__init__(Path(worker.environment["DATA_DIR"], "web.log"), worker.environment)

    def get(self, path: str, cookies: dict[str, str] | None = None) -> requests.Response:
        """An answer in English; a redirect is not followed."""
        return self._http.get(
            self._url + path,
            cookies=cookies,
            headers={"Accept-Language": "en", "Connection": "close"},  # so that no idle one delays its end
            allow_redirects=False,
            timeout=30,
        )

    def serves(self) -> bool:
        """Whether anybody answers."""
        try:
            return self.get("/healthz").ok
        except requests.ConnectionError:
            return False

    def again(self) -> None:
        super().again()
        self.wait_for(self.serves)

    def __exit__(self, *exception: object) -> None:
        self._http.close()
        super().__exit__(*exception)
