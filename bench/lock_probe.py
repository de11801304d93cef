"""``python -m bench.lock_probe <database>``: how long others hold SQLite's write lock.

A process of its own, because a busy thread beside it would make locks look longer than they are. It tries to
take the lock every two milliseconds and gives it back at once; a run of failures is a lock that was held, or
several with less than that between them. When its input ends, it prints the runs: when each began (Unix
seconds) and how many seconds it lasted.
"""

import json
import sqlite3
import sys
import threading
import time

EVERY = 0.002  # seconds


def main(database: str) -> None:
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=[ended], daemon=True).start()
    connection = sqlite3.connect(database, timeout=0, isolation_level=None)
    held: list[tuple[float, float]] = []
    since = 0.0
    while not ended.is_set():
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            if since:
                held.append((since, time.time() - since))
            since = 0.0
        except sqlite3.OperationalError:
            since = since or time.time()
        time.sleep(EVERY)
    print(json.dumps(held))


def _wait_for_end(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main(sys.argv[1])
