"""``python -m bench.lock_probe <database> …``: how long others hold the write locks of SQLite databases.

A process of its own, because a busy thread beside it would make locks look longer than they are. It tries to
take each lock every two milliseconds and gives it back at once; a run of failures is a lock that was held, or
several with less than that between them. When its input ends, it prints the runs of each database: when each
began (Unix seconds) and how many seconds it lasted.
"""

import json
import sqlite3
import sys
import threading
import time

EVERY = 0.002  # seconds


def main(databases: list[str]) -> None:
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=[ended], daemon=True).start()
    locks = [_Lock(database) for database in databases]
    while not ended.is_set():
        for lock in locks:
            lock.try_to_take()
        time.sleep(EVERY)
    print(json.dumps([lock.held for lock in locks]))


class _Lock:
    """``held``: the runs so far."""

    def __init__(self, database: str) -> None:
        self.held: list[tuple[float, float]] = []
        self._connection = sqlite3.connect(database, timeout=0, isolation_level=None)
        self._since = 0.0

    def try_to_take(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            self._since = self._since or time.time()
            return
        if self._since:
            self.held.append((self._since, time.time() - self._since))
        self._since = 0.0


def _wait_for_end(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main(sys.argv[1:])
