"""The journal: which requests reached a simulated system. Paths only, never a query or a body."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass

KEPT = 20_000


@dataclass(frozen=True)
class Entry:
    """One request. `status` and `errcode` are None where no answer was given (a dropped connection)."""

    at: float
    system: str
    method: str
    path: str
    status: int | None
    errcode: int | str | None
    ms: float


class Journal:
    """The newest requests, oldest first. Appending and copying a deque is atomic in CPython."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def clear(self) -> None:
        self._entries.clear()

    def listed(self, last: int | None = None) -> list[dict[str, object]]:
        entries = list(self._entries.copy())
        return [asdict(entry) for entry in (entries[-last:] if last else entries)]
