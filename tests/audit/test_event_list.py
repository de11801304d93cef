"""The trail's page."""

from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import trail
from audit.models import Event, Stage
from audit.trail import Target
from common.actor import Actor, Role
from common.outcome import Outcome
from orgs.models import Department
from tests.support.sandbox import ORG, OTHER_ORG, SandboxProcess


def actor(org_num: int = ORG, name: str = "张三") -> Actor:
    return Actor(uuid4(), 1, "70015325", name, Role.OWNER, org_num, "192.0.2.7", "request-7")


def renamed(who: Actor, before: str, after: str) -> None:
    target = Target("member", "1253446", after)
    with trail.action(who, "weila.member-change", target, before={"name": before}, after={"name": after}):
        pass


def moved(who: Actor, before: int, after: int) -> None:
    target = Target("member", "1253446", "李四")
    change = {"before": {"dept_id": before}, "after": {"dept_id": after}}
    with trail.action(who, "weila.member-change", target, **change):
        pass


def page(client: Client, query: str = "", **headers: str) -> str:
    answer = client.get(f"/audit{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_lists_what_was_done(owner_client: Client) -> None:
    renamed(actor(), "李四", "李思")
    body = page(owner_client)
    assert "<del>李四</del>" in body
    assert "<ins>李思</ins>" in body
    assert "张三" in body


def test_what_is_empty_now_is_said_where_the_rest_is_still_there(owner_client: Client) -> None:
    renamed(actor(), "李四", "")
    assert "<del>李四</del>" in page(owner_client) and "(empty)" in page(owner_client)
    gone = {"name": "王五", "phone": "13800000000"}
    with trail.action(actor(), "weila.member-delete", Target("member", "1253446", "王五"), before=gone):
        pass
    body = page(owner_client, "?q=王五")
    assert "<del>王五</del>" in body and "<del>13800000000</del>" in body and "(empty)" not in body


def test_departments_have_their_names_and_those_that_are_gone_their_numbers(
    owner_client: Client,
) -> None:
    owner_client.get("/members")  # reads the directory
    here = Department.objects.filter(organization=ORG, dept_id__gt=0).first()
    assert here is not None
    for _time in range(3):
        moved(actor(), here.dept_id, 999_999)
    with CaptureQueriesContext(connections[Department.objects.db]) as asked:
        body = page(owner_client)
    assert body.count(f"<del>{here.name}</del>") == 3
    assert body.count("<ins>Department 999999</ins>") == 3
    assert sum("department" in one["sql"] for one in asked) == 1


def test_it_needs_a_session(visitor: Client, db: None) -> None:
    assert visitor.get("/audit").status_code == 302


def test_an_ordinary_member_sees_nothing(ordinary_client: Client) -> None:
    renamed(actor(), "secret-name", "x")
    assert "secret-name" not in ordinary_client.get("/audit", follow=True).content.decode()


def test_other_organizations_are_not_shown(owner_client: Client) -> None:
    renamed(actor(OTHER_ORG), "foreign-name", "x")
    assert "foreign-name" not in page(owner_client)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?q=needle", True),
        ("?q=1253446", True),
        ("?q=192.0.2.7", True),
        ("?q=request-7", True),
        ("?q=nobody-here", False),
        ("?outcome=done", True),
        ("?outcome=unknown", False),
        ("?operation=weila.member-change", True),
        ("?operation=weila.member-delete", False),
        ("?since=2000-01-01", True),
        ("?since=2999-01-01", False),
        ("?until=2000-01-01", False),
        ("?target=member:1253446", True),
        ("?target=member:7", False),
    ],
)
def test_it_filters(owner_client: Client, query: str, shown: bool) -> None:
    renamed(actor(), "before-needle", "needle")
    assert ("before-needle" in page(owner_client, query)) is shown


@pytest.mark.parametrize(
    "query", ["?since=tomorrow", "?outcome=perhaps", "?page=-1", "?page=99999999", "?q=%00"]
)
def test_what_cannot_be_read_filters_nothing(owner_client: Client, query: str) -> None:
    renamed(actor(), "before-needle", "needle")
    assert "before-needle" in page(owner_client, query)


def test_the_fragment_is_the_pages_table(owner_client: Client) -> None:
    renamed(actor(), "before-needle", "needle")
    fragment = page(owner_client, **{"HX-Request": "true", "HX-Target": "events"})
    assert "<html" not in fragment
    assert "before-needle" in fragment


def test_markup_in_names_is_text(owner_client: Client) -> None:
    renamed(actor(name="<script>x</script>"), "a", "<img src=x onerror=alert(1)>")
    body = page(owner_client)
    assert "<script>x" not in body
    assert "<img src=x" not in body


def test_an_attempt_shows_until_its_end_does(owner_client: Client) -> None:
    event = Event(operation="weila.member-delete", stage=Stage.ATTEMPTED, org_num=ORG, actor_name="走了一半")
    event.save()
    assert "走了一半" in page(owner_client, "?outcome=attempted")
    Event(
        action=event.action, operation=event.operation, stage=Stage.UNKNOWN, org_num=ORG, actor_name="结束"
    ).save()
    assert "走了一半" not in page(owner_client)


def test_it_reads_while_the_upstream_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    page(owner_client)
    renamed(actor(), "before-needle", "needle")
    sandbox.fault("*", "status", 503)
    assert "before-needle" in page(owner_client)


def test_a_denial_is_recorded_as_refused(owner_client: Client) -> None:
    trail.record(
        actor(), "weila.member-change", Target("member", "9", ""), Outcome.NOT_DONE, reason="not_here"
    )
    assert "9" in page(owner_client, "?outcome=refused")
