"""What comes between: a second worker, a cancel, a token that ends, a person who leaves, a server that restarts."""

from collections import Counter

from django.conf import settings
from django.test import Client

from accounts.models import UpstreamSession
from changes import apply
from changes.models import ChangeSet, Pause, SetState, State
from tests.bulk import pages
from tests.bulk.conftest import StartWorker
from tests.conftest import SignedInClient
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import OWNER
from tests.support.worker import WebProcess, WorkerProcess

ROWS = 60
NAMES = [f"新人{number}" for number in range(ROWS)]
FILE = pages.csv(["姓名", "部门"], *([name, "研发部2"] for name in NAMES))


def running(client: Client, worker: WorkerProcess, sandbox: SandboxProcess, most: int = 30) -> ChangeSet:
    """An import that is under way: some are created, by far not all."""
    sandbox.fault(pages.CREATE, "latency", 0.3)
    change_set = pages.previewed(client, worker, FILE)
    pages.post(client, change_set, "confirm")
    worker.wait_for(lambda: pages.ended(change_set) > 0)
    assert pages.ended(change_set) < most
    return change_set


def is_whole(client: Client, change_set: ChangeSet, sandbox: SandboxProcess) -> None:
    """Everybody was created once, by one request."""
    assert change_set.done == ROWS
    assert pages.done(sandbox, pages.CREATE) == ROWS
    rows = pages.sheets(pages.content(client.get("/org/export.xlsx")))["Members and devices"]
    assert Counter(row[1] for row in rows if row[1].startswith("新人")) == dict.fromkeys(NAMES, 1)


def test_two_workers_get_the_same_job(
    owner: Client, start_worker: StartWorker, sandbox: SandboxProcess
) -> None:
    worker, _other = start_worker(), start_worker()
    sandbox.fault(pages.CREATE, "latency", 0.05)
    change_set = pages.previewed(owner, worker, FILE)
    pages.post(owner, change_set, "confirm")
    for _time in range(6):
        apply.apply_set.enqueue(change_set.pk)
    is_whole(owner, pages.finished(worker, change_set), sandbox)


def test_it_is_canceled_during_a_call(owner: Client, worker: WorkerProcess, sandbox: SandboxProcess) -> None:
    change_set = running(owner, worker, sandbox)
    pages.post(owner, change_set, "stop")
    stopped = pages.paused(worker, change_set, Pause.CANCELED)
    assert 0 < stopped.done == pages.done(sandbox, pages.CREATE) < ROWS
    assert stopped.ended == stopped.done
    assert "It was stopped by hand." in pages.page(owner, change_set)
    sandbox.clear_faults()
    pages.post(owner, change_set, "resume")
    is_whole(owner, pages.finished(worker, change_set), sandbox)


def test_the_token_expires_and_is_renewed(
    owner: Client, worker: WorkerProcess, sandbox: SandboxProcess
) -> None:
    change_set = running(owner, worker, sandbox)
    sandbox.expire_tokens()
    is_whole(owner, pages.finished(worker, change_set), sandbox)
    renewed = [entry for entry in sandbox.journal() if entry["path"].endswith("/refresh")]
    assert len(renewed) == 1


def test_the_session_ends_and_its_person_comes_back(
    owner: Client, worker: WorkerProcess, sandbox: SandboxProcess, signed_in_client: SignedInClient
) -> None:
    change_set = running(owner, worker, sandbox)
    sandbox.expire_tokens(refresh=True)
    stopped = pages.paused(worker, change_set, Pause.SESSION_OVER)
    assert (stopped.failed, stopped.unknown) == (0, 0)
    back = signed_in_client(OWNER)
    assert "press Resume" in pages.page(back, change_set)
    pages.post(back, change_set, "resume")
    is_whole(back, pages.finished(worker, change_set), sandbox)


def test_its_person_signs_out_and_lets_it_go_on(
    owner: Client, worker: WorkerProcess, sandbox: SandboxProcess, signed_in_client: SignedInClient
) -> None:
    change_set = running(owner, worker, sandbox)
    assert owner.post("/sign-out").headers["Location"] == "/sign-out/jobs"
    assert "名单.csv" in pages.text(owner.get("/sign-out/jobs"))
    assert owner.post("/sign-out", {"jobs": "leave"}).headers["Location"] == "/sign-in"
    assert owner.get("/members").headers["Location"].startswith("/sign-in")
    finished = pages.finished(worker, change_set)
    worker.wait_for(lambda: session_of(change_set).ended_at is not None)
    is_whole(signed_in_client(OWNER), finished, sandbox)


def test_its_person_signs_out_and_stops_it(
    owner: Client, worker: WorkerProcess, sandbox: SandboxProcess, signed_in_client: SignedInClient
) -> None:
    change_set = running(owner, worker, sandbox)
    assert owner.post("/sign-out", {"jobs": "stop"}).headers["Location"] == "/sign-in"
    assert session_of(change_set).ended_at is not None
    worker.wait_for(lambda: pages.again(change_set).state == SetState.PAUSED)
    back = signed_in_client(OWNER)
    sandbox.clear_faults()
    pages.post(back, change_set, "resume")
    is_whole(back, pages.finished(worker, change_set), sandbox)


def session_of(change_set: ChangeSet) -> UpstreamSession:
    return UpstreamSession.objects.get(pk=change_set.session_id)


def test_the_server_restarts(owner: Client, worker: WorkerProcess, sandbox: SandboxProcess) -> None:
    change_set = running(owner, worker, sandbox)
    worker.terminate()
    in_flight = change_set.changes.filter(state=State.ATTEMPTED)
    assert not in_flight.exists(), "what was under way was waited for"
    assert pages.again(change_set).done == pages.done(sandbox, pages.CREATE) < ROWS
    sandbox.clear_faults()
    worker.again()
    is_whole(owner, pages.finished(worker, change_set), sandbox)


def workbook(web: WebProcess, client: Client, path: str) -> list[list[str]]:
    """The first sheet of a file without its headings, as the console that runs by itself gives it to a browser."""
    cookie = settings.SESSION_COOKIE_NAME
    answer = web.get(path, {cookie: client.cookies[cookie].value})
    assert answer.status_code == 200, (answer.status_code, answer.headers)
    return next(iter(pages.sheets(answer.content).values()))[1:]


def test_the_console_restarts(owner: Client, worker: WorkerProcess, sandbox: SandboxProcess) -> None:
    """Pages and worker go down together: asked to the first time, by a loss of power the second time."""
    with WebProcess(worker) as web:
        web.wait_for(web.serves)
        change_set = running(owner, worker, sandbox)
        worker.terminate()
        web.terminate()
        assert not web.serves()
        before = pages.is_now(change_set, SetState.APPLYING).done
        assert before == pages.done(sandbox, pages.CREATE) < ROWS

        web.again()  # first, so that there is still much to do when it serves
        worker.again()
        worker.wait_for(lambda: pages.ended(change_set) > before)
        web.kill()
        worker.kill()
        assert not web.serves()
        assert pages.is_now(change_set, SetState.APPLYING).done < ROWS

        sandbox.clear_faults()
        worker.again()
        web.again()
        finished = pages.finished(worker, change_set)
        told = workbook(web, owner, f"/changes/{change_set.pk}/result.xlsx")
        assert [row[0] for row in told] == NAMES
        assert {row[-1] for row in told} == {"Done"}
    is_whole(owner, finished, sandbox)
