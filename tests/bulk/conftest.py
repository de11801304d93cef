"""Sets that a worker of its own plans and applies."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from unittest.mock import Mock

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import UpstreamSession
from common.actor import Actor
from orgs import mirror
from orgs.models import Organization
from tests.conftest import SignedInClient
from tests.orgs.domain.conftest import actor_of
from tests.orgs.domain.conftest import new_session as new_session
from tests.orgs.domain.conftest import session as session
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.signing_in import MANAGER, OWNER
from tests.support.worker import WorkerProcess

# Short waits, so that what has to be waited for takes seconds.
QUICK = {
    "CHANGES_LEASE": "1",
    "CHANGES_MARGIN": "0.5",
    "WEILA_WRITE_DEADLINE": "1.5",
    "HOUSEKEEPING_EVERY": "0.5",
}

StartWorker = Callable[..., WorkerProcess]


@pytest.fixture
def lossy_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue loses every job: what is to be done is found by the worker's housekeeping."""
    monkeypatch.setattr("changes.control.apply_set", Mock())


@pytest.fixture
def queue(transactional_db: None, settings: Settings) -> None:
    """The queue of the product, in place of running each job where it is enqueued."""
    backend = settings.TASKS["default"] | {"BACKEND": "django_tasks_db.DatabaseBackend"}
    settings.TASKS = {"default": backend}


@pytest.fixture
def actor(transactional_db: None, sandbox: SandboxProcess, session: UpstreamSession) -> Actor:
    """The owner, whose organization has been read; the journal is empty."""
    Organization.objects.create(num=ORG, name="微喇测试")
    assert mirror.refresh(ORG, session.id)
    sandbox.clear_journal()
    return actor_of(session)


@pytest.fixture
def start_worker(queue: None, sandbox: SandboxProcess) -> Iterator[StartWorker]:
    """Starts workers, which end with the test; the arguments are settings."""
    with ExitStack() as running:

        def start(**settings_: str) -> WorkerProcess:
            return running.enter_context(WorkerProcess(sandbox.weila_url, **QUICK | settings_))

        yield start


@pytest.fixture
def worker(start_worker: StartWorker) -> WorkerProcess:
    return start_worker()


@pytest.fixture
def owner(queue: None, signed_in_client: SignedInClient, sandbox: SandboxProcess) -> Client:
    """The owner's browser; the directory has been read, the journal is empty."""
    return _at_work(signed_in_client(OWNER), sandbox)


@pytest.fixture
def manager(owner: Client, signed_in_client: SignedInClient, sandbox: SandboxProcess) -> Client:
    """The browser of a manager of the same organization."""
    return _at_work(signed_in_client(MANAGER), sandbox)


def _at_work(client: Client, sandbox: SandboxProcess) -> Client:
    assert client.get("/members").status_code == 200
    sandbox.clear_journal()
    return client
