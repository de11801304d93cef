"""A queue that loses every job, and requests that get lost: nothing is missing, nothing is twice."""

from __future__ import annotations

from collections import Counter

import pytest

from accounts.tokens import weila
from audit.models import Event, Stage
from changes import control
from changes.kinds import Draft
from changes.models import ChangeSet, SetState, State
from common.actor import Actor
from orgs import mirror
from tests.bulk.conftest import QUICK
from tests.orgs.kinds.support import planned
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.worker import WorkerProcess

CREATE = "/v1/corp/web/member-create"
ROWS = 60
pytestmark = pytest.mark.usefixtures("lossy_queue")


def people(number: int) -> list[Draft]:
    return [
        Draft(
            kind="orgs.member.create",
            target_text=f"新人{n}",
            after={"name": f"新人{n}", "phone": f"1370000{n:04}", "dept_id": 0, "sex": 0},
        )
        for n in range(number)
    ]


def confirmed(actor: Actor, *drafts: Draft) -> ChangeSet:
    change_set = planned(actor, *drafts)
    control.confirm(actor, change_set)
    return change_set


def finished(change_set: ChangeSet) -> bool:
    return ChangeSet.objects.get(pk=change_set.pk).state == SetState.FINISHED


def is_whole(change_set: ChangeSet, actor: Actor) -> None:
    """Everybody is there once, each change says so, and the trail tells it."""
    change_set.refresh_from_db()
    states = Counter(change_set.changes.values_list("state", flat=True))
    assert states == {State.DONE: ROWS}, (states, set(change_set.changes.values_list("reason", flat=True)))
    members = mirror.read(weila(actor), ORG).members.values()
    assert Counter(one.name for one in members if one.name.startswith("新人")) == {
        f"新人{n}": 1 for n in range(ROWS)
    }
    assert change_set.done == ROWS
    assert change_set.changes.values("target_id").distinct().count() == ROWS
    ends = Event.objects.filter(request_id=change_set.request_id, operation="weila.member-create")
    assert ends.filter(stage=Stage.DONE).count() == ROWS


def test_requests_that_never_arrive(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(CREATE, "drop", probability=0.1)
    change_set = confirmed(actor, *people(ROWS))
    with WorkerProcess(sandbox.weila_url, **QUICK) as worker:
        worker.wait_for(lambda: finished(change_set), 120)
    is_whole(change_set, actor)
