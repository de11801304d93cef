"""Nothing lost and nothing twice, whatever happens to the worker and to the answers."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from accounts.tokens import weila
from audit.models import Event, Stage
from changes import control
from changes.kinds import Draft
from changes.models import ChangeSet, SetState, State
from common.actor import Actor
from orgs import mirror
from tests.orgs.kinds.support import planned
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.worker import WorkerProcess

CREATE = "/v1/corp/web/member-create"
ROWS = 200
QUICK = {
    "CHANGES_LEASE": "1",
    "CHANGES_MARGIN": "0.5",
    "WEILA_WRITE_DEADLINE": "1.5",
    "HOUSEKEEPING_EVERY": "0.5",
}


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


def ended(change_set: ChangeSet) -> int:
    return ChangeSet.objects.get(pk=change_set.pk).ended


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


def test_killed_five_times_during_an_import(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault("/v1/corp/web/member-create", "latency", 0.05)
    change_set = confirmed(actor, *people(ROWS))
    moments = sorted(random.Random(4).sample(range(5, ROWS - 20), 5))
    with WorkerProcess(sandbox.weila_url, **QUICK) as worker:
        for moment in moments:
            worker.wait_for(lambda moment=moment: ended(change_set) >= moment)  # type: ignore[misc]
            worker.kill()
            worker.again()
        worker.wait_for(lambda: finished(change_set), 120)
    is_whole(change_set, actor)
    done = [one for one in sandbox.journal(CREATE) if one["status"] == 200]
    assert len(done) == ROWS


@pytest.mark.parametrize(
    ("kind", "value", "probability"), [("drop-after", None, 0.1), ("late", 1, 0.05), ("drop", None, 0.1)]
)
def test_answers_that_get_lost(
    actor: Actor, sandbox: SandboxProcess, kind: str, value: int | None, probability: float
) -> None:
    sandbox.fault(CREATE, kind, value, probability=probability)
    change_set = confirmed(actor, *people(ROWS))
    with WorkerProcess(sandbox.weila_url, **QUICK) as worker:
        worker.wait_for(lambda: finished(change_set), 120)
    is_whole(change_set, actor)
