from collections.abc import Callable

import pytest

from accounts import jobs, sessions
from accounts.models import UpstreamSession
from accounts.tokens import anonymous_weila, tokens_from
from tests.accounts.jobs import FakeJobs
from tests.support.sandbox import OWNER_NUM, PASSWORD, SandboxProcess
from upstream.secret import Password

NewRow = Callable[[], UpstreamSession]


@pytest.fixture
def new_row(sandbox: SandboxProcess) -> NewRow:
    """Signs the owner in without a browser and gives the row; the test asks for the database it wants."""

    def make() -> UpstreamSession:
        reply = anonymous_weila("").login_by_name(OWNER_NUM, Password(PASSWORD))
        assert reply.org is not None
        person = sessions.Person(reply.user.id, reply.user.num, "Owner", reply.org.num)
        tokens = tokens_from(reply.access_token, reply.refresh_token, reply.expires_in)
        return sessions.start(person, tokens, address="192.0.2.1", user_agent="Test", request_id="r1")

    return make


@pytest.fixture
def fake_jobs(monkeypatch: pytest.MonkeyPatch) -> FakeJobs:
    """A registered room whose jobs the test starts and ends."""
    fake = FakeJobs()
    monkeypatch.setattr(jobs, "_sources", [*jobs._sources])  # put back afterwards
    jobs.register(jobs.Source(running=fake.running, stop=fake.stop))
    return fake
