"""A job reads its token seldom, notices an end soon, and sends nothing too late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import sessions
from accounts.job_tokens import RememberedTokens, weila_for_job
from accounts.models import Why
from accounts.tokens import SessionTokens
from common.outcome import Outcome
from tests.accounts.conftest import NewRow
from tests.support.queries import Queries
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import SessionOver, Unavailable

pytestmark = pytest.mark.django_db


def test_a_job_asks_the_row_once_a_second_and_renews_what_is_refused(
    new_row: NewRow, sandbox: SandboxProcess
) -> None:
    row, now = new_row(), [0.0]
    tokens = RememberedTokens(SessionTokens(row.id), clock=lambda: now[0])
    with Queries() as queries:
        first = tokens.token()
        assert tokens.token() == first
    assert len(queries) == 1
    renewed = tokens.renew(first)
    assert renewed != first and tokens.token() == renewed
    sessions.end(row.id, Why.SIGNED_OUT)
    now[0] = 1.0
    with pytest.raises(SessionOver):
        tokens.token()


def test_a_token_that_comes_too_late_sends_nothing(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    actor = sessions.actor_of(row.id, request_id="late")
    assert actor is not None
    sandbox.clear_journal()
    too_late = weila_for_job(actor, before=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Unavailable) as caught:
        too_late.dept_create(ORG, "新部门")
    assert caught.value.outcome is Outcome.NOT_DONE and sandbox.journal() == []
