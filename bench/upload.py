"""A file of 100 MB through the console: how much slower than without it, and what memory it takes."""

import tempfile
import time
from typing import IO

import requests
from requests_toolbelt import MultipartEncoder

from bench.figures import Group, limited, ms, p50, repeated
from bench.memory import EVERY, grown_memory
from bench.product import Product
from bench.visitor import Visitor, form_of

SIZE = 100 * 1024 * 1024
SMALL = 1024 * 1024
SAMPLES, SECONDS = 9, 60
WARM_UPS = 12  # small uploads, so that both of the console's processes have had some
MEMORY_LIMIT, SLOWER_LIMIT = 16.0, 1.66  # MB; times, which is a throughput of 0.6

MEANING = f"""\
The owner uploads a file of 100 MB on /files and, in turn, sends the same file to the upstream's file-upload
directly, up to {SAMPLES} times each, both with requests-toolbelt. The console takes the whole file before it passes it
on, so a ratio of 1 is out of reach; a throughput of at least 0.6 is at most {SLOWER_LIMIT} times the time. *Memory*
is the largest growth of the resident set of one of the console's processes, looked at every {EVERY * 1000:.0f}
milliseconds while the first file is under way, after a few small ones."""


def measure(visitor: Visitor) -> Group:
    product = visitor.product
    with tempfile.TemporaryFile() as large, tempfile.TemporaryFile() as small:
        _fill(large, SIZE)
        _fill(small, SMALL)
        for _ in range(WARM_UPS):
            _through_console(visitor, small)
        with grown_memory(product) as grown:
            _through_console(visitor, large)
        token = product.token()
        through, direct = [], []
        for _ in repeated(SAMPLES, seconds=SECONDS):
            direct.append(_directly(product, token, large))
            through.append(_through_console(visitor, large))
    rows = [
        limited("Memory of a console process, growth", max(grown), MEMORY_LIMIT, unit=" MB", digits=1),
        limited(
            "Time through the console by sending directly, p50",
            p50(through) / p50(direct),
            SLOWER_LIMIT,
            said=f"{ms(p50(through))}, directly {ms(p50(direct))}",
        ),
    ]
    return Group("Uploading 100 MB", MEANING, rows)


def _fill(file: IO[bytes], size: int) -> None:
    piece = bytes(range(256)) * 4096
    for _ in range(size // len(piece)):
        file.write(piece)


def _through_console(visitor: Visitor, file: IO[bytes]) -> float:
    form = form_of(visitor.page("/files").text, "file")
    body = _body(file, csrfmiddlewaretoken=form["csrfmiddlewaretoken"])
    answer = visitor.send("/files", body, body.content_type)
    if answer.status != 302:
        raise RuntimeError(f"The upload was answered {answer.status}")
    return answer.seconds


def _directly(product: Product, token: str, file: IO[bytes]) -> float:
    body = _body(file)
    begun = time.perf_counter()
    answer = requests.post(
        f"{product.sandbox.url}/weila/v1/corp/web/file-upload",
        params={"access-token": token},
        data=body,
        headers={"Content-Type": body.content_type},
        timeout=60,
    )
    seconds = time.perf_counter() - begun
    if answer.json()["errcode"] != 0:
        raise RuntimeError(f"The upstream answered {answer.text[:200]}")
    return seconds


def _body(file: IO[bytes], **fields: str) -> MultipartEncoder:
    file.seek(0)
    return MultipartEncoder({**fields, "file": ("file.bin", file, "application/octet-stream")})
