"""The whole product as `make run` starts it: sandbox, worker and console, each a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.support.sandbox import ROOT, SandboxControls

# Settings of a test run, which is no newcomer's environment.
_FOREIGN = {"DEMO", "SECRET_KEY", "TOKEN_KEYS", "WEILA_URL", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
_STATIC, _STATIC_STAMP = "static", "static.sha256"  # where scripts/run.py keeps the collected files


class Product:
    """Starts scripts/run.py on free ports; a context manager, so that it always ends.

    Args:
        data_dir: an empty directory for everything it writes.
        members: the size of the sandbox's first company.
        static_from: another product's `data_dir`, whose collected static files are taken over.
        settings: further environment variables of the console.

    Attributes:
        said: what it told whoever started it.
    """

    def __init__(
        self, data_dir: Path, *, members: int = 60, static_from: Path | None = None, **settings: str
    ) -> None:
        self.data_dir = data_dir
        if static_from is not None:
            shutil.copytree(static_from / _STATIC, data_dir / _STATIC)
            shutil.copy(static_from / _STATIC_STAMP, data_dir / _STATIC_STAMP)
        port, sandbox_port = free_ports(2)
        self.url = f"http://127.0.0.1:{port}"
        where = {"PORT": port, "SANDBOX_PORT": sandbox_port, "MEMBERS": members, "DATA_DIR": data_dir}
        self._log = data_dir / "product.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "scripts/run.py"],
                cwd=ROOT,
                env=_environment() | {name: str(value) for name, value in where.items()} | settings,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.said = self._wait_until_it_serves()
        self.sandbox = SandboxControls(f"http://127.0.0.1:{sandbox_port}")

    def _wait_until_it_serves(self) -> str:
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if "Ctrl-C" in line:
                return said
        raise RuntimeError(f"The product did not start (exit {self._process.wait()}): {self.log()[-2000:]}")

    @property
    def pid(self) -> int:
        """Of the process that started all others."""
        return self._process.pid

    def log(self) -> str:
        """What the console, the worker and the sandbox wrote so far."""
        return self._log.read_text(errors="replace")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it, unless it has ended; gives its exit status."""
        self._process.send_signal(how)
        try:
            return self._process.wait(timeout=30)
        finally:
            self._process.kill()
            if self._process.stdout:
                self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _FOREIGN}


def free_ports(count: int) -> list[int]:
    """Ports that are free at the moment. All are held until the last is known, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports
