"""Uploads as they are served: by gunicorn, from a browser that may go away, for longer than a worker may be silent."""

import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from bench.visitor import form_of
from tests.support.product import Product
from tests.support.signing_in import OWNER, PASSWORD

UPLOAD = "/v1/corp/web/file-upload"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with Product(tmp_path_factory.mktemp("served"), GUNICORN_CMD_ARGS="--timeout=1") as running:
        yield running


@pytest.fixture
def owner(product: Product) -> Iterator[requests.Session]:
    product.sandbox.reset(60)
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Accept-Language"] = "en"
        form = form_of(http.get(f"{product.url}/sign-in").text, "password")
        http.post(f"{product.url}/sign-in", form | {"account": OWNER, "password": PASSWORD})
        yield http


def form(product: Product, owner: requests.Session) -> dict[str, str]:
    return {
        "csrfmiddlewaretoken": form_of(owner.get(f"{product.url}/files").text, "file")["csrfmiddlewaretoken"]
    }


def test_a_long_upload_is_not_taken_for_a_worker_that_hangs(
    product: Product, owner: requests.Session
) -> None:
    product.sandbox.fault(UPLOAD, "latency", 4)
    answer = owner.post(
        f"{product.url}/files",
        form(product, owner),
        files={"file": ("long.bin", b"x" * 1000)},
    )
    assert "“long.bin” was uploaded." in answer.text
    assert "WORKER TIMEOUT" not in product.log()


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_what_a_browser_broke_off_is_not_passed_on(
    product: Product, owner: requests.Session, kept: float
) -> None:
    prepared = owner.prepare_request(
        requests.Request(
            "POST",
            f"{product.url}/files",
            data=form(product, owner),
            files={"file": ("broken-off.bin", b"x" * 500_000)},
        )
    )
    body = prepared.body
    assert isinstance(body, bytes)
    head = "POST /files HTTP/1.1\r\nHost: {}\r\n{}\r\n\r\n".format(
        urlsplit(product.url).netloc,
        "\r\n".join(f"{name}: {value}" for name, value in prepared.headers.items()),
    )
    with socket.create_connection(("127.0.0.1", urlsplit(product.url).port or 80)) as connection:
        connection.sendall(head.encode() + body[: int(len(body) * kept)])
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass  # until it is through with it
    assert product.sandbox.journal(UPLOAD) == []
    assert "broken-off.bin" not in owner.get(f"{product.url}/files").text


def test_a_worker_that_is_killed_leaves_no_success(product: Product, owner: requests.Session) -> None:
    """Killed once the file is on its way: its outcome is not known, and never said to be good."""
    workers = [
        one
        for one in psutil.Process(product.pid).children(recursive=True)
        if any("console.wsgi" in part for part in one.cmdline()) and not one.children()
    ]
    product.sandbox.fault(UPLOAD, "latency", 3)
    token = form(product, owner)

    def kill() -> None:
        until(lambda: ("killed.bin", "attempted") in rows(product))
        for one in workers:
            one.kill()

    killing = threading.Thread(target=kill)
    killing.start()
    with pytest.raises(requests.ConnectionError):
        owner.post(f"{product.url}/files", token, files={"file": ("killed.bin", b"x" * 1000)})
    killing.join()
    until(lambda: serves(product))
    assert ("killed.bin", "attempted") in rows(product)
    assert ">attempted</span>" in owner.get(f"{product.url}/files").text


def rows(product: Product) -> list[tuple[str, str]]:
    """Names and outcomes, as another process reads them."""
    with closing(sqlite3.connect(product.data_dir / "console.sqlite3", timeout=20)) as database:
        return database.execute("SELECT name, outcome FROM media_uploadedfile").fetchall()


def serves(product: Product) -> bool:
    try:
        return requests.get(f"{product.url}/readyz", timeout=5).ok
    except requests.ConnectionError:
        return False


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
