"""The table: printed, and kept in bench/README.md."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.chromium import CHROMIUM
from bench.figures import Group, Row

README = Path(__file__).parent / "README.md"
_VERDICTS = {True: "yes", False: "**no**", None: ""}

_HEAD = """\
# Measurements

    make bench                          # all of it, within 25 minutes; writes this file
    .venv/bin/python -m bench mirror    # one group, such as mirror, home, members, jump; writes nothing

Everything is measured on the product as `make run` starts it (sandbox, worker and console on gunicorn, SQLite), over
HTTP or in Chromium, on ports and in directories of its own. What is compared is measured in turn within one run, so
ratios can be compared between machines; seconds can't. Nothing here is part of `make test`.

"""


def print_groups(groups: Sequence[Group]) -> None:
    for group in groups:
        print(f"\n{group.title}")
        for row in group.rows:
            verdict = {True: "ok", False: "MISSED", None: ""}[row.kept]
            print(f"  {row.what}: {row.figure}  {row.limit}  {verdict}")


def write(groups: Sequence[Group], seconds: float) -> None:
    missed = [row for group in groups for row in group.rows if row.kept is False]
    parts = [_HEAD, _machine(seconds), "\n", _summary(missed)]
    for group in groups:
        parts += [f"\n## {group.title}\n\n", _table(group.rows), "\n", group.meaning, "\n"]
    README.write_text("".join(parts))


def _summary(missed: Sequence[Row]) -> str:
    if not missed:
        return "Every limit is kept.\n"
    return "Missed: " + "; ".join(row.what for row in missed) + ".\n"


def _table(rows: Sequence[Row]) -> str:
    lines = ["| what | measured | limit | kept |", "|---|---|---|---|"]
    lines += [f"| {row.what} | {row.figure} | {row.limit} | {_VERDICTS[row.kept]} |" for row in rows]
    return "\n".join(lines) + "\n"


def _machine(seconds: float) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    chromium = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout
    facts = [
        f"{os.cpu_count()} cores",
        f"{memory:.0f} GiB",
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        " ".join(chromium.split()[:2]),
    ]
    load = f"load {os.getloadavg()[2]:.1f} over the last quarter of an hour"
    return f"Measured on {datetime.now(UTC):%Y-%m-%d} in {seconds:.0f} s: {', '.join(facts)}; {load}.\n"
