"""Change sets: importing 10,000 people, planning 100,000 rows, and the preview of such a plan."""

import io
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psutil
import requests

from bench.figures import Group, Row, limited, ms, p50, repeated
from bench.product import Product
from bench.visitor import Visitor, form_of
from common.spreadsheets import NewSheet, csv_stream, open_table, write_xlsx

ROWS, AT_ONCE, LATENCY = 10_000, 8, 0.05
MEMBERS = 100_000
SHARE, MEMORY, PLAN, WORKBOOK, PAGES = 0.85, 16.0, 15.0, 2.0, 1.3
CREATE = "/v1/corp/web/member-create"
HEADER = ("微喇号", "姓名", "手机号")
WITHIN = 300  # seconds for each step
SAMPLES = 15

IMPORT = f"""\
A file of {ROWS:,} new people is imported by HTTP into a company of 60, previewed and confirmed; the sandbox answers
each `member-create` after {LATENCY * 1000:.0f} ms. *Share of what is possible*: rows × latency / {AT_ONCE} calls at
once, over the time from the first call to the last end; the latency is that of single calls measured before, so that
what this machine needs for the sandbox itself is in it. *Memory of the worker*: its growth from a third of the rows
to the end."""

PLANNING = f"""\
All {MEMBERS:,} members are imported with a new name for each: the longest plan that there is. *Planning* is what the
job took, from the queue to the preview. For the workbook the limit is {WORKBOOK:g} times what only reading it takes,
in a process of its own here. *Preview* pages are compared with the first page of the members table, in turn."""


@dataclass(frozen=True, slots=True)
class _Console:
    """The console's own database, looked into from beside."""

    product: Product

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        path = self.product.databases[0]
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def wait(self, sql: str, *values: object) -> None:
        """Until there is such a row."""
        until = time.monotonic() + WITHIN
        while not self.ask(sql, *values):
            if time.monotonic() > until:
                raise RuntimeError(f"{sql}: not within {WITHIN} s")
            time.sleep(0.1)


def measure_import(visitor: Visitor) -> Group:
    product = visitor.product
    console = _Console(product)
    product.sandbox.fault(CREATE, "latency", LATENCY)
    rows = (("", f"新人{n}", f"137{n:08}") for n in range(ROWS))
    set_id = _import(visitor, "new.csv", b"".join(csv_stream(HEADER, rows)))
    console.wait("SELECT 1 FROM changes_changeset WHERE id = ? AND state = 'planned'", set_id)
    latency = _latency(product)
    worker = _worker(product)
    form = form_of(visitor.page(f"/changes/{set_id}").text, "csrfmiddlewaretoken")
    visitor.post(f"/changes/{set_id}/confirm", form)
    console.wait("SELECT 1 FROM changes_changeset WHERE id = ? AND done * 3 >= total", set_id)
    third = worker.memory_info().rss
    console.wait("SELECT 1 FROM changes_changeset WHERE id = ? AND state = 'finished'", set_id)
    grown = (worker.memory_info().rss - third) / 1_000_000
    ((seconds,),) = console.ask(
        "SELECT (julianday(max(closed_at)) - julianday(min(attempted_at))) * 86400 FROM changes_call"
        " WHERE change_set_id = ?",
        set_id,
    )
    ((done,),) = console.ask("SELECT done FROM changes_changeset WHERE id = ?", set_id)
    if done != ROWS:
        raise RuntimeError(f"{done} of {ROWS} were created")
    share = ROWS * latency / AT_ONCE / seconds
    said = f"{seconds:.0f} s, {ROWS / seconds:.0f} rows a second; a single call takes {ms(latency)}"
    return Group(
        "Import of 10,000 members",
        IMPORT,
        [
            Row("Share of what is possible", f"{share:.2f} ({said})", f"≥ {SHARE:g}", share >= SHARE),
            limited("Memory of the worker, growth", grown, MEMORY, unit=" MB", digits=1),
        ],
    )


def measure_plan(visitor: Visitor) -> Group:
    console = _Console(visitor.product)
    people = visitor.product.ask(
        "SELECT user_num, name, phone FROM orgs_member WHERE organization_id = 100073"
    )
    rows = [(number, f"{name}新"[-40:], phone) for number, name, phone in people if number]
    taken, set_id = _planned(visitor, console, "all.csv", b"".join(csv_stream(HEADER, rows)))
    file = io.BytesIO()
    write_xlsx(file, [NewSheet("成员", HEADER, rows)])
    reading = _seconds(lambda: _read(file.getvalue()))
    as_workbook, _other = _planned(visitor, console, "all.xlsx", file.getvalue())
    ((total,),) = console.ask("SELECT total FROM changes_changeset WHERE id = ?", set_id)
    return Group(
        "Plan of 100,000 rows",
        PLANNING,
        [
            limited("Planning a CSV", taken, PLAN, unit=" s", digits=1, said=f"{total:,} changes"),
            limited(
                "Planning a workbook, times reading it",
                as_workbook / reading,
                WORKBOOK,
                said=f"{as_workbook:.1f} s, reading {reading:.1f} s",
            ),
            *_pages(visitor, set_id, total),
        ],
    )


def _pages(visitor: Visitor, set_id: int, total: int) -> list[Row]:
    last = -(-total // 50)
    kind = "kind=orgs.member.change"
    pages = {
        "first page": f"/changes/{set_id}",
        "last page": f"/changes/{set_id}?page={last}",
        "of a kind, last page": f"/changes/{set_id}?{kind}&page={last}",
    }
    taken: dict[str, list[float]] = {"": [], **{name: [] for name in pages}}
    for path in ("/members", *pages.values()):
        visitor.page(path)
    for _ in repeated(SAMPLES, seconds=60):
        taken[""].append(visitor.page("/members").seconds)
        for name, path in pages.items():
            taken[name].append(visitor.page(path).seconds)
    members = p50(taken.pop(""))
    return [
        limited(
            f"Preview, {name}, times the members table", p50(seconds) / members, PAGES, said=ms(p50(seconds))
        )
        for name, seconds in taken.items()
    ]


def _planned(visitor: Visitor, console: _Console, name: str, content: bytes) -> tuple[float, int]:
    """Seconds that planning took in the job, and the set."""
    set_id = _import(visitor, name, content)
    console.wait("SELECT 1 FROM changes_changeset WHERE id = ? AND state = 'planned'", set_id)
    ((seconds,),) = console.ask(
        "SELECT (julianday(s.planned_at) - julianday(t.started_at)) * 86400 FROM changes_changeset s,"
        " django_tasks_database_dbtaskresult t WHERE s.id = ? AND t.task_path = 'changes.plan.plan_set'"
        " ORDER BY t.enqueued_at DESC LIMIT 1",
        set_id,
    )
    return seconds, set_id


def _import(visitor: Visitor, name: str, content: bytes) -> int:
    form = form_of(visitor.page("/changes/new/import").text, "mode")
    body = requests.Request(
        "POST", "http://unused/", data=form | {"mode": "both"}, files={"file": (name, content)}
    ).prepare()
    answer = visitor.send("/changes/new/import", body.body, str(body.headers["Content-Type"]))
    if answer.status != 302:
        raise RuntimeError(f"The file was not taken: {answer.status}")
    return int(answer.location.rsplit("/", 1)[1])


def _latency(product: Product) -> float:
    """Of a single call, refused for its token after the wait: nothing is created by it."""
    address = f"{product.sandbox.url}/weila{CREATE}"
    taken = []
    with requests.Session() as http:
        http.trust_env = False
        for _ in range(20):
            taken.append(_seconds(lambda: http.post(address, json={}, timeout=10)))
    return max(p50(taken), LATENCY)


def _worker(product: Product) -> psutil.Process:
    return next(one for one in psutil.Process(product.pid).children() if "worker" in one.cmdline())


def _read(content: bytes) -> int:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        return sum(1 for sheet in open_table(file).sheets for _row in sheet.rows())


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
