"""The state file (`--state FILE`): what the sandbox knew when it stopped, and each two seconds before."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import msgspec

from .store import Store
from .weila.snapshot import Snapshot, restore, take

EVERY_SECONDS = 2.0
VERSION = 1


class State(msgspec.Struct):
    """The file's content. It holds tokens and passwords of made-up people, nothing of anybody real."""

    version: int
    members: int
    assumptions: dict[str, str]
    weila: Snapshot


class StateError(ValueError):
    """A file that is no state of this sandbox."""


def read(file: Path, base_url: str) -> State | None:
    """The saved state, its picture addresses moved to `base_url`; None where there is no file yet."""
    if not file.exists():
        return None
    raw = file.read_bytes()
    try:
        was = msgspec.json.decode(raw, type=State)
        if was.version != VERSION:
            raise StateError(f"{file} is of version {was.version}, not {VERSION}.")
        here = f"{base_url}/weila/media/"
        moved = raw.replace(was.weila.media.encode(), here.encode())
        return msgspec.json.decode(moved, type=State)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StateError(f"{file} is no state file of the sandbox.") from error


def go_on(store: Store, state: State) -> None:
    """Put a saved state in the place of the first companies."""
    store.adopt(state.members, state.assumptions, lambda world: restore(world, state.weila))


class Keeper:
    """Writes the file while the sandbox runs, and once more when it stops."""

    def __init__(self, store: Store, file: Path) -> None:
        self._store, self._file = store, file
        self._kept = store.changes
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="state-keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
        self._keep()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            if self._kept != self._store.changes:
                self._keep()

    def _keep(self) -> None:
        store = self._store
        with store.lock:
            self._kept = store.changes
            state = State(VERSION, store.members, store.switches.chosen(), take(store.weila))
            raw = msgspec.json.encode(state)
        partial = self._file.with_name(self._file.name + ".partial")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target:
            target.write(raw)
        partial.replace(self._file)
