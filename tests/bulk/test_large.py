"""A file of 100,000 rows, of which two are new: read, compared and previewed by a worker."""

import pytest

from changes.models import SetState
from orgs.models import Member
from tests.bulk import pages
from tests.bulk.conftest import StartWorker
from tests.conftest import SignedInClient
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.signing_in import OWNER

ROWS, PATIENCE = 100_000, 180


@pytest.mark.slow
def test_a_hundred_thousand_rows(
    start_worker: StartWorker, signed_in_client: SignedInClient, sandbox: SandboxProcess
) -> None:
    sandbox.reset(ROWS)
    worker, owner = start_worker(), signed_in_client(OWNER)
    worker.wait_for(lambda: owner.get("/members").status_code == 200, PATIENCE)
    people = Member.objects.filter(organization=ORG).values_list("user_num", "name", "phone")
    new = [["", "新人甲", ""], ["", "新人乙", ""]]
    content = pages.csv(["微喇号", "姓名", "手机"], *people[: ROWS - len(new)].iterator(), *new)

    change_set = pages.imported(owner, content)
    worker.wait_for(lambda: pages.again(change_set).state != SetState.PLANNING, PATIENCE)
    change_set = pages.is_now(change_set, SetState.PLANNED)
    assert (change_set.total, change_set.problems) == (len(new), 0)
    assert [one.line for one in change_set.changes.order_by("position")] == [ROWS, ROWS + 1]
    assert worker.log().count("is being planned by another worker") == 0
