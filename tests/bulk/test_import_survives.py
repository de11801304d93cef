"""A file of 200 rows, and a worker that loses its power five times: everybody once, and every row tells."""

import random
from collections import Counter

from django.test import Client

from changes.models import Call, ChangeSet
from common.outcome import Outcome
from tests.bulk import pages
from tests.support.sandbox import SandboxProcess
from tests.support.worker import WorkerProcess

ROWS = 200
NAMES = [f"新人{number}" for number in range(ROWS)]


def in_weila(client: Client) -> Counter[str]:
    """The names that the directory has by now, read anew."""
    rows = pages.sheets(pages.content(client.get("/org/export.xlsx")))["Members and devices"]
    return Counter(row[1] for row in rows[1:] if row[1].startswith("新人"))


def apply_and_kill(worker: WorkerProcess, client: Client, times: int) -> ChangeSet:
    people = ([name, f"1370000{number:04}", "研发部2"] for number, name in enumerate(NAMES))
    change_set = pages.previewed(client, worker, pages.csv(["姓名", "手机", "部门"], *people))
    pages.post(client, change_set, "confirm")
    for moment in sorted(random.Random(7).sample(range(3, ROWS - 20), times)):
        worker.wait_for(lambda moment=moment: pages.ended(change_set) >= moment)  # type: ignore[misc]
        worker.kill()
        worker.again()
    return pages.finished(worker, change_set, 300)


def is_whole(client: Client, change_set: ChangeSet) -> None:
    assert (change_set.total, change_set.done) == (ROWS, ROWS)
    assert in_weila(client) == dict.fromkeys(NAMES, 1)
    told = pages.result(client, change_set)
    assert [row[0] for row in told] == NAMES
    assert {tuple(row[3:]) for row in told} == {("Done",)}
    assert pages.result(client, change_set, "?only=failed") == []


def test_killed_five_times(owner: Client, worker: WorkerProcess, sandbox: SandboxProcess) -> None:
    sandbox.fault(pages.CREATE, "latency", 0.05)
    change_set = apply_and_kill(worker, owner, 5)
    is_whole(owner, change_set)
    assert pages.done(sandbox, pages.CREATE) == ROWS


def test_answers_get_lost_and_come_late(
    owner: Client, worker: WorkerProcess, sandbox: SandboxProcess
) -> None:
    sandbox.fault(pages.CREATE, "drop-after", probability=0.1)
    sandbox.fault(pages.CREATE, "late", 1, probability=0.05)
    change_set = apply_and_kill(worker, owner, 2)
    is_whole(owner, change_set)
    assert Call.objects.filter(change_set=change_set, outcome=Outcome.UNKNOWN).count() > 10
    assert pages.done(sandbox, pages.CREATE) == ROWS
