"""A signed-in owner whose directory has been read, and waits that are short."""

import pytest
from pytest_django.fixtures import Settings

from accounts.models import UpstreamSession
from common.actor import Actor
from orgs import mirror
from orgs.models import Organization
from tests.orgs.domain.conftest import actor_of
from tests.orgs.domain.conftest import new_session as new_session
from tests.orgs.domain.conftest import session as session
from tests.support.sandbox import ORG, SandboxProcess


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEILA = {**settings.WEILA, "write_deadline": 0.5}
    settings.CHANGES_MARGIN = 0.2
    monkeypatch.setattr("changes.sender._FIRST_PAUSE", 0.05)
    monkeypatch.setattr("changes.run._LOOK", 0.02)


@pytest.fixture
def actor(transactional_db: None, sandbox: SandboxProcess, session: UpstreamSession) -> Actor:
    """The owner, whose organization has been read; the journal is empty."""
    Organization.objects.create(num=ORG, name="微喇测试")
    assert mirror.refresh(ORG, session.id)
    sandbox.clear_journal()
    return actor_of(session)
