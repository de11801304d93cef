"""What speaks SQL, on PostgreSQL: the same tests once more, on a server of their own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS_ROOT = Path(__file__).resolve().parent
ROOT = TESTS_ROOT.parent
TESTS = (
    "orgs/domain/test_mirror.py",
    "orgs/domain/test_search.py",
    "orgs/domain/test_listing.py",
    "orgs/domain/test_lookup.py",
    "orgs/domain/test_members.py",
    "orgs/domain/test_facets.py",
    "groups/domain/test_mirror.py",
    "groups/domain/test_listing.py",
    "groups/domain/test_insights.py",
    "groups/domain/test_members.py",
    "console/test_worker.py",
    "bulk/test_import_survives.py::test_killed_five_times",
    "bulk/test_interruptions.py::test_two_workers_get_the_same_job",
    "changes/test_apply.py",
    "changes/test_claims.py",
    "changes/test_interplay.py",
    "changes/test_keeping.py",
    "changes/test_recovery.py",
    "changes/test_undo.py",
    "changes/views/test_change_set.py",
    "changes/views/test_giving_up.py",
    "changes/views/test_whole_way.py",
    "orgs/kinds/test_newcomers.py",
    "sheets/test_making.py",
    "sheets/test_result.py",
)


def _program(name: str) -> str | None:
    """Debian keeps the server's programs off the path."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(kept[-1]) if kept else None)


def _run(*command: str) -> None:
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def server() -> Iterator[str]:
    """The address of an empty database of a server that ends with the test."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    assert initdb and pg_ctl
    place = Path(tempfile.mkdtemp(prefix="console-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
    data, port = str(place / "data"), _free_port()
    _run(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c fsync=off"
    _run(pg_ctl, "-D", data, "-o", options, "-l", str(place / "log"), "-w", "start")
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        _run(pg_ctl, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(place)


@pytest.mark.postgres
@pytest.mark.skipif(_program("initdb") is None, reason="PostgreSQL is not installed")
def test_everything_that_speaks_sql(server: str) -> None:
    files = [str(TESTS_ROOT / name) for name in TESTS]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
        env={**os.environ, "DATABASE_URL": server},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
