"""The worker: which task waits for which, and how it ends."""

import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from common import stopping
from console import queues
from tests.console import tasks
from tests.console.tasks import PATIENCE, gate, name

Start = Callable[..., list[queues.QueueThread]]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_queue(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = settings.TASKS["default"] | {"BACKEND": "django_tasks_db.DatabaseBackend"}
    settings.TASKS = {"default": backend}
    monkeypatch.setattr(stopping, "_requested", threading.Event())


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts threads of a worker, which end with the test."""
    running: list[queues.QueueThread] = []

    def make(*names: str, bulk_threads: int = 2) -> list[queues.QueueThread]:
        running.extend(queues.start(names or ("default", "bulk"), bulk_threads=bulk_threads))
        return running

    yield make
    stopping.request()
    assert queues.wait_for_end(running, seconds=PATIENCE) == []


def ended(result_id: str) -> Any:
    """The row of a task, once it is through."""
    waiting = threading.Event()
    for _ in range(PATIENCE * 20):
        row = DBTaskResult.objects.get(pk=result_id)
        if row.finished_at:
            return row
        waiting.wait(0.05)
    raise AssertionError(f"{row.task_path} is {row.status}")


def test_a_long_bulk_job_keeps_no_page_waiting(start: Start) -> None:
    long = name()
    job = tasks.waits_for.enqueue(long)
    start(bulk_threads=1)
    assert gate(f"{long} started").wait(PATIENCE)
    tasks.opens.enqueue(long)  # the job itself ends by what runs beside it
    assert ended(job.id).status == "SUCCESSFUL"


def test_bulk_jobs_run_beside_each_other(start: Start) -> None:
    jobs = [tasks.meets_another.enqueue() for _ in range(2)]
    start("bulk", bulk_threads=2)
    assert [ended(job.id).status for job in jobs] == ["SUCCESSFUL"] * 2


def test_further_jobs_wait_when_all_threads_are_taken(start: Start) -> None:
    first, second = name(), name()
    tasks.waits_for.enqueue(first)
    last = tasks.waits_for.enqueue(second)
    start("bulk", bulk_threads=1)
    assert gate(f"{first} started").wait(PATIENCE)
    assert DBTaskResult.objects.get(pk=last.id).status == "READY"
    gate(first).set()
    gate(second).set()
    assert ended(last.id).status == "SUCCESSFUL"


def test_each_task_is_run_once_however_many_look(start: Start) -> None:
    wanted = [name() for _ in range(20)]
    results = [tasks.counts.enqueue(one) for one in wanted]
    for _ in range(4):
        start("default")
    for result in results:
        ended(result.id)
    assert sorted(one for one in tasks.started if one in wanted) == sorted(wanted)


def test_a_worker_for_one_queue_leaves_the_other_alone(start: Start) -> None:
    bulk, page = tasks.waits_for.enqueue(name()), tasks.counts.enqueue(name())
    start("default")
    ended(page.id)
    assert DBTaskResult.objects.get(pk=bulk.id).status == "READY"


def test_a_database_that_is_away_for_a_moment_stops_no_thread(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queues, "_REST_SECONDS", 0)
    look, failed = queues.QueueThread._run_one, threading.Event()

    def away_once(self: queues.QueueThread) -> None:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("away on purpose")
        look(self)

    monkeypatch.setattr(queues.QueueThread, "_run_one", away_once)
    page = tasks.counts.enqueue(name())
    start("default")
    assert ended(page.id).status == "SUCCESSFUL"
    assert "away on purpose" in caplog.text


def test_when_the_process_is_to_end_jobs_return_and_nothing_new_begins(start: Start) -> None:
    long = name()
    job = tasks.works_until_it_is_to_stop.enqueue(long)
    threads = start("bulk", bulk_threads=1)
    assert gate(f"{long} started").wait(PATIENCE)
    behind = tasks.counts.using(queue_name="bulk").enqueue(name())
    stopping.request()
    assert queues.wait_for_end(threads, seconds=PATIENCE) == []
    assert DBTaskResult.objects.get(pk=job.id).return_value is True
    assert DBTaskResult.objects.get(pk=behind.id).status == "READY"


def test_a_job_that_does_not_return_is_not_waited_for_for_ever(start: Start) -> None:
    stubborn = name()
    tasks.waits_for.enqueue(stubborn)
    threads = start("bulk", bulk_threads=1)
    assert gate(f"{stubborn} started").wait(PATIENCE)
    stopping.request()
    assert [thread.name for thread in queues.wait_for_end(threads, seconds=0)] == ["bulk-1"]
    gate(stubborn).set()


# --- the command


@pytest.fixture
def signals() -> Iterator[None]:
    """The handlers of this process are as before when the test is over."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    connections.close_all()


def test_the_command_keeps_house_at_once_runs_both_queues_and_ends_by_a_signal(
    signals: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr("console.housekeeping.run", lambda: kept.append(1))
    long = name()
    job = tasks.works_until_it_is_to_stop.enqueue(long)
    tasks.ends_its_process.enqueue(long)
    call_command("worker", "--bulk-threads", "1")
    assert kept == [1]
    row = DBTaskResult.objects.get(pk=job.id)
    assert (row.status, row.return_value) == ("SUCCESSFUL", True)


def test_a_task_that_is_cut_off_is_named(
    signals: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("console.housekeeping.run", lambda: None)
    settings.WORKER_GRACE = 0
    stubborn = name()
    job = tasks.waits_for.enqueue(stubborn)

    def end_when_it_runs() -> None:
        gate(f"{stubborn} started").wait(PATIENCE)
        stopping.request()

    threading.Thread(target=end_when_it_runs).start()
    call_command("worker", "--queues", "bulk", "--bulk-threads", "1")
    assert "a task of bulk-1 did not return" in caplog.text
    gate(stubborn).set()
    assert ended(job.id).status == "SUCCESSFUL"


@pytest.mark.parametrize(
    "arguments", [("--queues", "other"), ("--bulk-threads", "0"), ("--bulk-threads", "x")]
)
def test_arguments_that_make_no_sense_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("worker", *arguments)
