"""Two admins of one organization, and what changes between the preview and the confirmation."""

import pytest
from django.test import Client

from changes.models import ChangeSet, State
from orgs.models import Member
from tests.bulk import pages
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.worker import WorkerProcess

PEOPLE = 30
pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def people(owner: Client) -> list[Member]:
    """Members whom a file can name."""
    members = Member.objects.filter(organization=ORG, type=0).exclude(user_num="").order_by("user_id")
    return list(members[:PEOPLE])


def renaming(people: list[Member], suffix: str) -> bytes:
    return pages.csv(["微喇号", "姓名"], *([one.user_num, f"改{n}{suffix}"] for n, one in enumerate(people)))


def names(people: list[Member]) -> list[str]:
    found = dict(Member.objects.filter(organization=ORG).values_list("user_id", "name"))
    return [found[one.user_id] for one in people]


def ends(change_set: ChangeSet) -> list[tuple[str, str]]:
    return [(one.state, one.reason) for one in change_set.changes.order_by("position")]


def test_somebody_else_changes_what_was_previewed(
    owner: Client, worker: WorkerProcess, sandbox: SandboxProcess, people: list[Member]
) -> None:
    change_set = pages.previewed(owner, worker, renaming(people[:3], "甲"))
    sandbox.control("POST", f"weila/members/{people[1].user_id}", {"name": "别人改的"})
    sandbox.control("DELETE", f"weila/members/{people[2].user_id}")
    pages.post(owner, change_set, "confirm")
    change_set = pages.finished(worker, change_set)
    assert ends(change_set) == [(State.DONE, ""), (State.FAILED, "conflict"), (State.FAILED, "not_here")]
    assert pages.done(sandbox, pages.CHANGE) == len(sandbox.journal(pages.CHANGE)) == 1
    result = pages.page(owner, change_set, "?state=failed")
    assert "It was changed since the preview; nothing was sent." in result
    for value in (people[1].name, "别人改的"):
        assert value in result
    rows = {row[0]: row for row in pages.result(owner, change_set, "?only=failed")}
    assert set(rows) == {people[1].user_num, people[2].user_num}
    assert "别人改的" in rows[people[1].user_num][3]


def test_the_later_of_two_is_refused_where_they_overlap(
    owner: Client, manager: Client, worker: WorkerProcess, sandbox: SandboxProcess, people: list[Member]
) -> None:
    first = pages.previewed(owner, worker, renaming(people[:4], "甲"))
    second = pages.previewed(manager, worker, renaming(people[2:6], "乙"))
    pages.post(owner, first, "confirm")
    assert pages.finished(worker, first).done == 4
    pages.post(manager, second, "confirm")
    second = pages.finished(worker, second)
    assert ends(second) == [(State.FAILED, "conflict")] * 2 + [(State.DONE, "")] * 2
    assert len(sandbox.journal(pages.CHANGE)) == 6
    result = pages.page(manager, second, "?state=failed")
    for one, now in zip(people[2:4], ("改2甲", "改3甲"), strict=True):
        assert one.name in result
        assert now in result
    assert names(people[:6]) == ["改0甲", "改1甲", "改2甲", "改3甲", "改2乙", "改3乙"]


def test_both_at_the_same_time(
    owner: Client, manager: Client, worker: WorkerProcess, sandbox: SandboxProcess, people: list[Member]
) -> None:
    sandbox.fault(pages.CHANGE, "latency", 0.1)
    sets = [
        pages.previewed(client, worker, renaming(people, suffix))
        for client, suffix in ((owner, "甲"), (manager, "乙"))
    ]
    for client, change_set in zip((owner, manager), sets, strict=True):
        pages.post(client, change_set, "confirm")
    for change_set in sets:
        pages.finished(worker, change_set)
    first, second = (ends(one) for one in sets)
    done, refused = (State.DONE, ""), (State.FAILED, "conflict")
    assert all({*pair} == {done, refused} for pair in zip(first, second, strict=True))
    assert len(sandbox.journal(pages.CHANGE)) == PEOPLE
    wanted = [f"改{n}{'甲' if end == done else '乙'}" for n, end in enumerate(first)]
    assert names(people) == wanted


def test_a_set_is_confirmed_once(
    owner: Client, manager: Client, worker: WorkerProcess, sandbox: SandboxProcess, people: list[Member]
) -> None:
    change_set = pages.previewed(owner, worker, renaming(people[:3], "甲"))
    pages.post(manager, change_set, "confirm")
    assert owner.post(f"/changes/{change_set.pk}/confirm").status_code == 409
    assert pages.finished(worker, change_set).done == 3
    assert len(sandbox.journal(pages.CHANGE)) == 3
