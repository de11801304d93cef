"""The sandbox as tests use it: a process of its own, the same command as `make sandbox`, real HTTP."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import requests

ROOT = Path(__file__).resolve().parents[2]
OWNER_PHONE, OWNER_NUM, PASSWORD = "13353236154", "70015325", "123456"
ORG, OTHER_ORG = 100073, 100080


class SandboxControls:
    """The controls of a sandbox that runs at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-Sandbox"] = "1"

    def control(self, method: str, path: str, json: object = None) -> dict[str, Any]:
        """A control below `/_sandbox/`; raises with the sandbox's own words when it is refused."""
        answer = self._http.request(method, f"{self.url}/_sandbox/{path.lstrip('/')}", json=json, timeout=60)
        decoded: dict[str, Any] = answer.json()
        if not answer.ok:
            raise AssertionError(f"{method} {path}: {answer.status_code} {decoded.get('error')}")
        return decoded

    def journal(self, path: str | None = None) -> list[dict[str, Any]]:
        """Requests received, oldest first; of one operation's path, when given."""
        entries: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return [entry for entry in entries if path is None or entry["path"] == path]

    def clear_journal(self) -> None:
        self.control("DELETE", "requests")

    def reset(self, members: int | None = None) -> None:
        """The first state again: people, tokens, assumptions, faults, journal."""
        self.control("POST", "reset", {} if members is None else {"members": members})

    def fault(self, operation: str, kind: str, value: object = None, **more: object) -> None:
        """Set a fault; `operation` is a path of the document or "*"; `more`: times or probability."""
        body = {"system": "weila", "operation": operation, "kind": kind, "value": value} | more
        self.control("POST", "faults", {key: one for key, one in body.items() if one is not None})

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def inbox(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.control("GET", "inbox")["messages"]
        return messages

    def captchas(self) -> list[dict[str, Any]]:
        captchas: list[dict[str, Any]] = self.control("GET", "captchas")["captchas"]
        return captchas

    def assume(self, **choices: str) -> None:
        """Flip assumptions by name."""
        self.control("POST", "assumptions", choices)

    def expire_tokens(self, *, refresh: bool = False) -> None:
        self.control("POST", "expire-tokens", {"system": "weila", "refresh": refresh})

    def wait_for(self, path: str, count: int = 1, seconds: float = 10) -> list[dict[str, Any]]:
        """Wait until the journal has `count` requests of a path (late work, background tasks)."""
        end = time.monotonic() + seconds
        while len(entries := self.journal(path)) < count:
            if time.monotonic() > end:
                raise AssertionError(f"{path}: {len(entries)} of {count} requests after {seconds} s")
            time.sleep(0.02)
        return entries


class SandboxProcess(SandboxControls):
    """Starts the sandbox on a free port; a context manager, so that it always ends.

    `url` is the sandbox itself (`/`, `/_sandbox/`), `weila_url` what stands before the paths of
    Weila's document.
    """

    def __init__(self, members: int = 60, *arguments: str) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--members", str(members), *arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        super().__init__(self._announced())
        self.weila_url = f"{self.url}/weila"

    @property
    def pid(self) -> int:
        return self._process.pid

    def _announced(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("Sandbox listening on "):
            self._process.kill()
            raise RuntimeError(f"The sandbox did not start (exit {self._process.wait()}): {line!r}")
        return line.rsplit(" ", 1)[1].strip()

    def stop(self) -> None:
        self._http.close()
        self._process.send_signal(signal.SIGINT)  # at once; SIGTERM lets open connections linger for 2 s
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
