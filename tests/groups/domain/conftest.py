"""Groups with and without an upstream."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.utils import timezone

from common.actor import Actor
from groups import mirror, store
from groups.models import Group, Roster
from groups.rows import Settings
from groups.store import Listing, Members
from orgs.directory.written import weila
from orgs.models import Organization
from tests.orgs.domain.conftest import actor as actor
from tests.orgs.domain.conftest import actor_of, new_session
from tests.orgs.domain.conftest import session as session
from tests.support.sandbox import ORG, SandboxProcess

__all__ = ["actor", "actor_of", "new_session", "session"]

API = "/v1/corp/web/"
GROUP, EMPTY = 80000528, 80010090  # of the document's example; both are called 测试群3
OWNER_ID, PERSON, DEVICE, FOREIGNER = 1253444, 1253446, 1253448, 1253447


@pytest.fixture
def reader(actor: Actor, sandbox: SandboxProcess) -> Actor:
    """The owner, whose directory and groups have been read; the journal is empty."""
    mirror.read_list(weila(actor), ORG)
    sandbox.clear_journal()
    return actor


def head() -> Roster:
    return Roster.objects.get(pk=ORG)


def group(group_id: int = GROUP) -> Group:
    return Group.objects.get(organization=ORG, group_id=group_id)


def inside(group_id: int = GROUP) -> set[int]:
    return set(group(group_id).memberships.values_list("user_id", flat=True))


def calls(sandbox: SandboxProcess) -> list[str]:
    """The operations that were received, but for the version."""
    names = [entry["path"].rsplit("/", 1)[-1] for entry in sandbox.journal()]
    return [name for name in names if name != "org-my-org"]


def listing(groups: dict[int, dict[str, Any]], *, skipped: int = 0, clock: int | None = None) -> Listing:
    """A list of groups as if it had just been read."""
    return Listing(
        groups=groups,
        skipped=skipped,
        clock=store.tick(ORG) if clock is None else clock,
        group_ver=5,
        address_ver=5,
        settled=True,
        read_at=timezone.now(),
    )


def members(group: Group, user_ids: Iterable[int], *, skipped: int = 0, clock: int | None = None) -> Members:
    """The members of a group as if they had just been read."""
    return Members(
        group_id=group.group_id,
        settings={user_id: Settings(None, None, None) for user_id in user_ids},
        skipped=skipped,
        clock=store.tick(ORG) if clock is None else clock,
        version=group.member_version,
        count=group.user_count,
        read_at=timezone.now(),
    )


def fill(groups: dict[int, Iterable[int]]) -> None:
    """A mirror without an upstream: groups by number, each with these members."""
    organization, _ = Organization.objects.get_or_create(num=ORG, defaults={"mirrored_at": timezone.now()})
    mirror.head_of(organization)
    told = {group_id: {"name": f"群{group_id}", "type": 17, "burst_mode": 0} for group_id in groups}
    assert store.write_list(ORG, listing(told))
    for group_id, user_ids in groups.items():
        assert store.write_members(ORG, members(group(group_id), user_ids))
