"""`make run`, as a newcomer starts it: one process that starts the product and ends all of it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    data, port = tmp_path_factory.mktemp("data"), free_port()
    ports = {"PORT": str(port), "SANDBOX_PORT": str(free_port()), "DATA_DIR": str(data), "MEMBERS": "20"}
    # The environment of this test run is not a newcomer's.
    environment = {key: value for key, value in os.environ.items() if key not in FOREIGN} | ports
    process = subprocess.Popen(
        [sys.executable, "scripts/run.py"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process, port, data
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


FOREIGN = {"DEMO", "SECRET_KEY", "TOKEN_KEYS", "WEILA_URL", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"}


def test_it_starts_says_how_to_sign_in_and_stops_all_of_it(
    product: tuple[subprocess.Popen[str], int, Path],
) -> None:
    process, port, data = product
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    assert f"http://127.0.0.1:{port}/" in said
    assert "13353236154" in said and "123456" in said

    page = requests.get(f"http://127.0.0.1:{port}/sign-in", timeout=10, headers={"Accept-Encoding": "br"})
    assert page.status_code == 200
    stylesheet = re.search(r'/static/[^"]+tabler[^"]+\.css', page.text)
    assert stylesheet is not None
    style = requests.get(
        f"http://127.0.0.1:{port}{stylesheet[0]}", timeout=10, headers={"Accept-Encoding": "br"}
    )
    assert style.headers["Content-Encoding"] == "br"
    assert "immutable" in style.headers["Cache-Control"]
    assert {path.name for path in data.glob("*.sqlite3")} == {"console.sqlite3", "mirror.sqlite3"}
    assert (data / "demo-keys.json").stat().st_mode & 0o077 == 0

    parts = psutil.Process(process.pid).children(recursive=True)
    assert len(parts) >= 3
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    _, alive = psutil.wait_procs(parts, timeout=10)
    assert alive == []
