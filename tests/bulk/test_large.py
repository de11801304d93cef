"""A file of 100,000 rows, of which two are new: read, compared and previewed by a worker."""

from django.test import Client

from changes.models import SetState
from orgs.models import Member
from tests.bulk import pages
from tests.bulk.conftest import StartWorker
from tests.conftest import SignedInClient
from tests.orgs.views.asking import sent
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.signing_in import OWNER

ROWS = 100_000
COLUMNS = ("user_num", "name", "phone")


def test_a_hundred_thousand_rows(
    start_worker: StartWorker, signed_in_client: SignedInClient, sandbox: SandboxProcess
) -> None:
    import time

    t = time.monotonic()
    sandbox.reset(ROWS)
    worker, owner = start_worker(), signed_in_client(OWNER)
    print("reset", time.monotonic() - t)
    worker.wait_for(lambda: owner.get("/members").status_code == 200, 120)
    print("fill", time.monotonic() - t)
    people = Member.objects.filter(organization=ORG).exclude(name="").values_list(*COLUMNS)
    rows = list(people.iterator())
    print(len(rows), rows[:3])
    content = pages.csv(["微喇号", "姓名", "手机"], *rows[: ROWS - 2], ["", "新人甲", ""], ["", "新人乙", ""])
    print("csv", time.monotonic() - t, len(content))
    change_set = pages.imported(owner, content)
    print("import", time.monotonic() - t)
    worker.wait_for(lambda: pages.again(change_set).state != SetState.PLANNING, 120)
    print("planned", time.monotonic() - t)
    change_set = pages.is_now(change_set, SetState.PLANNED)
    print(change_set.total, change_set.problems, change_set.progress, change_set.expected)
    print([(p.line, p.code) for p in change_set.found.all()[:5]])
    assert 0
