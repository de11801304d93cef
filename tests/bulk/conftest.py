"""Sets that a worker of its own applies."""

from unittest.mock import Mock

import pytest

from accounts.models import UpstreamSession
from common.actor import Actor
from orgs import mirror
from orgs.models import Organization
from tests.orgs.domain.conftest import actor_of
from tests.orgs.domain.conftest import new_session as new_session
from tests.orgs.domain.conftest import session as session
from tests.support.sandbox import ORG, SandboxProcess


@pytest.fixture(autouse=True)
def queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue loses every job: what is to be done is found by the worker's housekeeping."""
    monkeypatch.setattr("changes.control.apply_set", Mock())


@pytest.fixture
def actor(transactional_db: None, sandbox: SandboxProcess, session: UpstreamSession) -> Actor:
    """The owner, whose organization has been read; the journal is empty."""
    Organization.objects.create(num=ORG, name="微喇测试")
    assert mirror.refresh(ORG, session.id)
    sandbox.clear_journal()
    return actor_of(session)
