"""Rows that nobody can tell apart: what came of a lost answer is said to be unknown, and nothing is sent again."""

import pytest
from django.test import Client

from accounts.tokens import weila
from changes.models import SetState, State
from tests.bulk import pages
from tests.orgs.domain.conftest import MANAGER_NUM, NewSession, actor_of
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.worker import WorkerProcess
from upstream.errors import Unavailable
from upstream.secret import Password

FILE = pages.csv(
    ["姓名", "部门", "性别"], ["王伟", "研发部2", "男"], ["王伟", "研发部2", "女"], ["李娜", "研发部2", "女"]
)
REASON = "The answer was lost, and several fit: it can't be told which one is meant."


def test_what_nobody_can_tell_apart_stays_unknown(
    owner: Client, worker: WorkerProcess, sandbox: SandboxProcess, new_session: NewSession
) -> None:
    colleague = actor_of(new_session(MANAGER_NUM))
    change_set = pages.previewed(owner, worker, FILE)
    sandbox.fault(pages.CREATE, "drop-after")
    pages.post(owner, change_set, "confirm")
    sandbox.wait_for(pages.CREATE, 2)  # the second 王伟 has to wait for the first
    with pytest.raises(Unavailable):  # somebody else creates an equal one at this very moment
        weila(colleague).member_create(ORG, "王伟", Password("not of ours"), dept_id=6)
    change_set = pages.finished(worker, change_set)

    states = change_set.changes.order_by("position").values_list("target_text", "state")
    assert list(states) == [("王伟", State.UNKNOWN), ("王伟", State.UNKNOWN), ("李娜", State.DONE)]
    page = pages.page(owner, change_set)
    assert "Of some it is not known whether they were done" in page
    assert REASON in pages.page(owner, change_set, "?state=unknown")
    rows = pages.result(owner, change_set)
    assert [row[3:] for row in rows] == [["Not known", REASON], ["Not known", REASON], ["Done"]]

    sent = len(sandbox.journal(pages.CREATE))
    assert sent == 4  # three of ours, and the colleague's
    sandbox.clear_faults()
    again = pages.post(owner, change_set, "retry")
    assert (again.state, again.unknown) == (SetState.FINISHED, 2)
    assert len(sandbox.journal(pages.CREATE)) == sent
