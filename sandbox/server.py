"""Running the sandbox on gunicorn: one process, many threads, so that state stays in memory."""

from __future__ import annotations

import argparse
import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types

from .app import build
from .state import Keeper, StateError, go_on, read
from .store import Store
from .weila.seed import FEWEST, MOST

THREADS = 128  # a request that waits out a latency fault holds one


class Server(BaseApplication):  # type: ignore[misc]  # of an untyped class, see the import
    """gunicorn with its settings from here. The store is made in the worker, never in the parent."""

    def __init__(
        self,
        listener: socket.socket,
        base_url: str,
        folder: Path,
        members: int,
        state_file: Path | None,
    ) -> None:
        self._listener = listener
        self._base_url, self._folder, self._members = base_url, folder, members
        self._state_file = state_file
        self._keeper: Keeper | None = None
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 75,
            "graceful_timeout": 3,  # longer than gunicorn lets kept-alive connections linger
            "header_map": "dangerous",  # Maxim's app_id has an underscore, which gunicorn drops otherwise
            "control_socket_disable": True,
            "loglevel": "warning",
            "post_worker_init": self._say_ready,
            "worker_exit": self._keep_state,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        store = Store(self._base_url, self._folder, self._members)
        if self._state_file:
            state = read(self._state_file, self._base_url)
            if state:
                go_on(store, state)
            self._keeper = Keeper(store, self._state_file)
        return build(store)

    def _say_ready(self, _: object) -> None:
        print(f"Sandbox listening on {self._base_url}", flush=True)

    def _keep_state(self, _: object, __: object) -> None:
        if self._keeper:
            self._keeper.stop()


def _members(text: str) -> int:
    number = int(text)
    if not FEWEST <= number <= MOST:
        raise argparse.ArgumentTypeError(f"from {FEWEST} to {MOST}")
    return number


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m sandbox`. Port 0 takes a free one; the printed line says which."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The upstream systems, simulated.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=9000, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--members", type=_members, default=60, help="in organization 100073")
    parser.add_argument("--state", type=Path, help="a file to go on from and to keep the state in")
    options = parser.parse_args(arguments)
    try:
        listener = socket.create_server((options.host, options.port), backlog=512)
    except OSError as error:
        sys.exit(f"The sandbox can't listen on {options.host}:{options.port}: {error.strerror}")
    base_url = f"http://{options.host}:{listener.getsockname()[1]}"
    folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
    try:
        if options.state:
            read(options.state, base_url)
        Server(listener, base_url, folder, options.members, options.state).run()
    except StateError as error:
        sys.exit(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
