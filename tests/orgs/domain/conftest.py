"""Sessions without a browser, and mirrors with and without an upstream."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.utils import timezone

from accounts import sessions
from accounts.models import UpstreamSession
from accounts.tokens import anonymous_weila, tokens_from
from common import lease
from common.actor import Actor
from orgs import mirror, store
from orgs.models import Organization
from orgs.rows import DepartmentRow, Row
from orgs.store import Directory
from tests.support.sandbox import ORG, OWNER_NUM, PASSWORD, SandboxProcess
from upstream.secret import Password

MANAGER_NUM, ORDINARY_NUM, OTHER_OWNER_NUM, NO_ORG_NUM = "70016001", "70016002", "70010885", "20100112"

NewSession = Callable[[str], UpstreamSession]
Fill = Callable[..., None]


@pytest.fixture
def new_session(sandbox: SandboxProcess, db: None) -> NewSession:
    """Signs somebody in by their Weila number."""

    def make(number: str) -> UpstreamSession:
        reply = anonymous_weila("").login_by_name(number, Password(PASSWORD))
        org_num = reply.org.num if reply.org else None
        person = sessions.Person(reply.user.id, reply.user.num, "Tester", org_num)
        tokens = tokens_from(reply.access_token, reply.refresh_token, reply.expires_in)
        return sessions.start(person, tokens, address="192.0.2.1", user_agent="Test", request_id="r1")

    return make


@pytest.fixture
def session(new_session: NewSession) -> UpstreamSession:
    """The owner of organization 100073."""
    return new_session(OWNER_NUM)


def actor_of(row: UpstreamSession) -> Actor:
    return sessions.actor_for(row, address="192.0.2.1", request_id="r1")


@pytest.fixture
def actor(session: UpstreamSession) -> Actor:
    """The owner, whose organization has been read."""
    Organization.objects.create(num=ORG, name="微喇测试")
    assert mirror.refresh(ORG, session.id)
    return actor_of(session)


def directory(
    rows: Iterable[Row],
    departments: Iterable[DepartmentRow] = (),
    *,
    complete: bool = True,
    own_writes: int = 0,
    version: int = 5,
) -> Directory:
    """A directory as if it had just been read."""
    return Directory(
        members={row.user_id: row for row in rows},
        departments={row.dept_id: row for row in departments},
        complete=complete,
        own_writes=own_writes,
        version=version,
        settled=True,
        read_at=timezone.now(),
    )


def fill(org_num: int, wanted: Directory) -> store.Difference:
    """Turn a mirror into ``wanted``, as a fetch would; gives what had to be written."""
    heads = Organization.objects.all()
    heads.get_or_create(num=org_num, defaults={"name": str(org_num)})
    fence = lease.take(heads, org_num, seconds=60)
    assert fence is not None
    difference = store.compare(org_num, wanted)
    store.write(org_num, wanted, difference, fence, pause=lambda seconds: None)
    lease.release(heads, org_num, fence)
    return difference


def member(user_id: int, name: str = "张三", **values: Any) -> Row:
    """A member of whom everything is told."""
    plain = Row(
        user_id=user_id,
        user_num=str(70000000 + user_id),
        name=name,
        phone="",
        country_code="86",
        dept_id=0,
        type=0,
        state=0,
        sex=0,
        tts=0,
        loc_share=0,
        track=0,
        avatar="",
        created=1_700_000_000 + user_id,
        job_num=None,
        online=None,
    )
    return plain._replace(**values)
