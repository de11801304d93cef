"""Changes in bulk: applying an import, planning one of 100,000 rows, and the pages that preview it."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil
import requests
from requests_toolbelt import MultipartEncoder

from bench.figures import Group, Row, limited, ms, p50, repeated
from bench.product import Product
from bench.visitor import Visitor, form_of
from tests.support.sandbox import ORG, ROOT

NEW, AT_ONCE = 10_000, 8  # CHANGES_AT_ONCE
LATENCY, CALLS = 0.05, 20  # seconds that the upstream takes for each; calls by which that is measured
SHARE_LIMIT, MEMORY_LIMIT = 0.85, 16.0  # of what is possible; MB
CREATE = "/v1/corp/web/member-create"

MEMBERS = 100_000
EVERY = {"every tenth row differs": 10, "every row differs": 1}
PLAN_LIMIT, READING_LIMIT = 15.0, 2.0  # seconds; times reading

SAMPLES, SECONDS = 40, 20
PAGE_LIMIT = 1.3

WITHIN = 240  # seconds after which something is given up
_LOOK = 0.05  # seconds between two looks at what became of it

IMPORT_MEANING = f"""\
The owner imports a CSV file of {NEW:,} new people and confirms; the upstream takes {LATENCY * 1000:.0f} ms for each
(a fault of the sandbox). *Share of what is possible*: with {AT_ONCE} calls at once, which is how many the console
allows itself, {NEW:,} can't take less than {NEW:,} × the latency ÷ {AT_ONCE}; that, by the time from confirming until
everything is done and recorded. The latency is what {CALLS} calls one after the other have before, without the console,
and at least {LATENCY * 1000:.0f} ms. *Memory* is how much larger the worker is when all is done than it was at 30 %."""

PLAN_MEANING = f"""\
All {MEMBERS:,} members as an export writes them, 13 columns, with another name in some rows, sent as somebody imports
them: from sending the file until the preview is there. *Reading*: opening the same file as an import does and taking
each row, measured beside it in the same run, by a process of its own."""

PREVIEW_MEANING = f"""\
Pages of the change set that was planned from a file in which every row differs ({MEMBERS:,} changes), and the members
page of the same {MEMBERS:,} members, in turn, {SAMPLES} times each; the ratio of the medians."""


class _Ended(NamedTuple):
    """A set that is where it was to be: when that was seen, and its number."""

    at: float
    pk: int


# --- importing


@dataclass(slots=True)
class _Watch:
    """What a worker has taken at 30 % and at the end."""

    worker: psutil.Process
    early: float = 0.0

    def look(self, ended: int) -> None:
        if not self.early and ended >= NEW * 0.3:
            self.early = self.worker.memory_info().rss

    @property
    def grown(self) -> float:
        """Megabytes."""
        return float(self.worker.memory_info().rss - self.early) / 1_000_000


def measure_import(visitor: Visitor) -> Group:
    product = visitor.product
    (worker,) = product.processes("manage.py")
    product.sandbox.fault(CREATE, "latency", LATENCY)
    latency = max(_latency(product), LATENCY)
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(_newcomers(product).encode())
        planned = _plan(visitor, Path(file.name))
    watch = _Watch(worker)
    cpu = sum(worker.cpu_times()[:2])
    begun = time.monotonic()
    _confirm(visitor, planned.pk)
    seconds = _wait(product, planned.pk, "finished", watch.look).at - begun
    cpu = sum(worker.cpu_times()[:2]) - cpu
    product.sandbox.clear_faults()
    ((done,),) = product.ask_console("SELECT done FROM changes_changeset WHERE id = ?", planned.pk)
    if done != NEW:
        raise RuntimeError(f"{done} of {NEW} were created")
    share = NEW * latency / AT_ONCE / seconds
    said = f"{seconds:.0f} s, {NEW / seconds:.0f} a second; latency {ms(latency)}"
    return Group(
        f"Import of {NEW:,} new members",
        IMPORT_MEANING,
        [
            Row(
                "Share of what is possible", f"{share:.2f} ({said})", f"≥ {SHARE_LIMIT}", share >= SHARE_LIMIT
            ),
            limited(
                "Memory of the worker, growth from 30 %", watch.grown, MEMORY_LIMIT, unit=" MB", digits=1
            ),
            Row("Processor of the worker, for each", ms(cpu / NEW)),
        ],
    )


def _latency(product: Product) -> float:
    """What one call takes, the median, in seconds; with a connection that is kept."""
    seconds = []
    with requests.Session() as http:
        http.trust_env = False
        http.params = {"access-token": product.token()}
        for number in range(CALLS):
            body = {"org_num": ORG, "name": f"先来{number:02}", "password": "0" * 32}
            begun = time.perf_counter()
            answer = http.post(f"{product.sandbox.url}/weila{CREATE}", json=body, timeout=10).json()
            seconds.append(time.perf_counter() - begun)
            if answer["errcode"] != 0:
                raise RuntimeError(f"The upstream answered {answer}")
    return p50(seconds)


def _newcomers(product: Product) -> str:
    """A file of people whom nobody has met, in a department that is there."""
    there = {phone for (phone,) in product.ask("SELECT phone FROM orgs_member")}
    phones = (str(number) for number in range(15000000000, 16000000000) if str(number) not in there)
    ((department,),) = product.ask(
        "SELECT name FROM orgs_department WHERE organization_id = ? AND dept_id > 0"
        " GROUP BY name HAVING count(*) = 1 LIMIT 1",
        ORG,
    )
    lines = [f"新人{number:05},{next(phones)},{department},男" for number in range(NEW)]
    return "\n".join(["姓名,手机,部门,性别", *lines])


# --- planning and its preview


def measure_plan(visitor: Visitor) -> tuple[Group, int]:
    """The measurements, and the number of the set in which every row differs."""
    with tempfile.TemporaryDirectory() as folder:
        files = {
            f"{suffix[1:].upper()}, {what}": (Path(folder, f"{every}{suffix}"), every)
            for suffix in (".csv", ".xlsx")
            for what, every in EVERY.items()
        }
        reading = _write(visitor.product, list(files.values()))
        rows = []
        for (what, (path, every)), read in zip(files.items(), reading, strict=True):
            begun = time.monotonic()
            planned = _plan(visitor, path)
            seconds = planned.at - begun
            _check_plan(visitor.product, planned.pk, MEMBERS // every)
            if path.suffix == ".csv":
                rows.append(
                    limited(what, seconds, PLAN_LIMIT, unit=" s", digits=1, said=f"reading {read:.1f} s")
                )
            else:
                said = f"{seconds:.1f} s, reading {read:.1f} s"
                rows.append(limited(f"{what}, times reading", seconds / read, READING_LIMIT, said=said))
            if every == 1:
                last = planned.pk
    return Group(f"Planning {MEMBERS:,} rows", PLAN_MEANING, rows), last


def _write(product: Product, files: list[tuple[Path, int]]) -> list[float]:
    """Write the files of all members; gives how many seconds reading each takes."""
    wanted = [[str(path), every] for path, every in files]
    done = subprocess.run(
        [sys.executable, "-m", "bench.member_files", str(product.data_dir), f"{product.sandbox.url}/weila"],
        cwd=ROOT,
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=True,
        timeout=WITHIN,
    )
    seconds: list[float] = json.loads(done.stdout)
    return seconds


def _check_plan(product: Product, pk: int, changes: int) -> None:
    (found,) = product.ask_console("SELECT total, problems FROM changes_changeset WHERE id = ?", pk)
    if found != (changes, 0):
        raise RuntimeError(f"{found[0]} changes and {found[1]} problems were planned instead of {changes}")


def measure_preview(visitor: Visitor, pk: int) -> Group:
    kind = "kind=orgs.member.change"
    pages = {
        "First page": f"/changes/{pk}",
        "Last page": f"/changes/{pk}?page=999999",
        "Of one kind, first page": f"/changes/{pk}?{kind}",
        "Of one kind, last page": f"/changes/{pk}?{kind}&page=999999",
    }
    for path in ("/members", *pages.values()):
        visitor.page(path)
    return Group(
        f"Preview of {MEMBERS:,} changes",
        PREVIEW_MEANING,
        [_ratio(visitor, what, path) for what, path in pages.items()],
    )


def _ratio(visitor: Visitor, what: str, path: str) -> Row:
    members, preview = [], []
    for _ in repeated(SAMPLES, seconds=SECONDS):
        members.append(visitor.page("/members").seconds)
        preview.append(visitor.page(path).seconds)
    said = f"{ms(p50(preview))}, members page {ms(p50(members))}"
    return limited(f"{what}, p50, times the members page", p50(preview) / p50(members), PAGE_LIMIT, said=said)


# --- as a person does it


def _plan(visitor: Visitor, path: Path) -> _Ended:
    """Send a file to be imported, and wait for the preview."""
    form = form_of(visitor.page("/changes/new/import").text, "mode")
    with path.open("rb") as file:
        given = {name: form[name] for name in ("csrfmiddlewaretoken", "mode")}
        body = MultipartEncoder({**given, "cells": "", "file": (path.name, file, "application/octet-stream")})
        answer = visitor.send("/changes/new/import", body, body.content_type)
    number = answer.location.rpartition("/")[2]
    if answer.status != 302 or not number.isdecimal():
        raise RuntimeError(f"The import was answered {answer.status} {answer.location}")
    return _wait(visitor.product, int(number), "planned")


def _confirm(visitor: Visitor, pk: int) -> None:
    page = visitor.page(f"/changes/{pk}").text
    token = form_of(page, "csrfmiddlewaretoken")["csrfmiddlewaretoken"]
    answer = visitor.post(f"/changes/{pk}/confirm", {"csrfmiddlewaretoken": token})
    if answer.status != 302:
        raise RuntimeError(f"Confirming was answered {answer.status}")


def _wait(product: Product, pk: int, state: str, look: Callable[[int], object] = lambda _: None) -> _Ended:
    """Wait until a set is in this state; ``look`` is told how many changes have ended."""
    until = time.monotonic() + WITHIN
    while True:
        (present, done, reason) = product.ask_console(
            "SELECT state, done, reason FROM changes_changeset WHERE id = ?", pk
        )[0]
        look(done)
        if present == state:
            return _Ended(time.monotonic(), pk)
        if present in ("failed", "paused") or time.monotonic() > until:
            raise RuntimeError(f"Set {pk} is {present} ({reason}, {done} done) instead of {state}")
        time.sleep(_LOOK)
