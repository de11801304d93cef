"""The groups' mirror: what is read when, and that nothing older undoes what is newer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import UpstreamSession
from common import lease
from common.actor import Actor
from groups import mirror, roster, store
from groups.models import Group, Membership, Roster
from orgs import erasing
from orgs.directory.written import weila
from orgs.models import Organization
from tests.groups.domain.conftest import (
    API,
    DEVICE,
    GROUP,
    OWNER_ID,
    PERSON,
    calls,
    fill,
    group,
    head,
    inside,
    listing,
    members,
)
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import Unavailable, UpstreamError

LIST, MEMBERS = "group-getall", "group-member-getall"


def organization() -> Organization:
    return Organization.objects.get(num=ORG)


def test_the_list_is_read_whole(reader: Actor) -> None:
    assert Group.objects.filter(organization=ORG).count() == 6
    shown = group()
    assert (shown.name, shown.type, shown.burst_mode, shown.size) == ("测试群3", 17, 0, 2)
    assert (shown.user_limit, shown.members_read_at) == (None, None)
    assert head().read_at is not None


def test_who_is_inside_is_read_a_group_at_a_time(reader: Actor, sandbox: SandboxProcess) -> None:
    mirror.read_members(weila(reader), group())
    assert inside() == {PERSON, DEVICE}
    assert calls(sandbox) == [MEMBERS]
    assert not group().members_due


def test_all_members_are_read_and_then_only_those_that_moved(
    reader: Actor, session: UpstreamSession, sandbox: SandboxProcess
) -> None:
    assert mirror.refresh_all(ORG, session.id)
    assert calls(sandbox).count(MEMBERS) == 6
    sandbox.clear_journal()
    assert mirror.refresh_all(ORG, session.id)
    assert calls(sandbox) == []
    weila(reader).group_member_add(GROUP, [OWNER_ID])
    Organization.objects.filter(num=ORG).update(group_ver=9)  # as the gate would note it
    sandbox.clear_journal()
    assert mirror.refresh_all(ORG, session.id)
    assert calls(sandbox) == [LIST, MEMBERS]
    assert inside() == {PERSON, DEVICE, OWNER_ID}


def test_one_at_a_time_reads_all_members(reader: Actor, session: UpstreamSession) -> None:
    fence = lease.take(Roster.objects.all(), ORG, seconds=60)
    assert fence is not None
    assert not mirror.refresh_all(ORG, session.id)
    lease.release(Roster.objects.all(), ORG, fence)
    assert mirror.refresh_all(ORG, session.id)
    assert (head().progress_done, head().progress_total, head().lease_until) == (0, 0, None)


def test_a_reading_that_fails_leaves_what_was_there(
    reader: Actor, session: UpstreamSession, sandbox: SandboxProcess
) -> None:
    sandbox.fault(API + MEMBERS, "status", 503)
    with pytest.raises(UpstreamError):
        mirror.refresh_all(ORG, session.id)
    assert head().lease_until is None
    sandbox.clear_faults()
    sandbox.fault(API + LIST, "status", 503)
    with pytest.raises(Unavailable):
        mirror.read_list(weila(reader), ORG)
    assert Group.objects.count() == 6
    assert head().failure == "unavailable"
    assert not mirror.is_due(organization(), head())  # not again and again


def test_a_group_whose_members_are_refused_does_not_keep_the_others_from_being_read(
    reader: Actor, session: UpstreamSession
) -> None:
    store.put(ORG, 1, {"name": "is not there any more"})
    assert mirror.refresh_all(ORG, session.id)
    assert [one.group_id for one in mirror.members_due(ORG)] == [1]


@pytest.mark.parametrize("version", ["group_ver", "address_ver"])
def test_it_is_due_when_a_version_moved(reader: Actor, version: str) -> None:
    Roster.objects.update(settled=True)
    assert not mirror.is_due(organization(), head())
    Organization.objects.filter(num=ORG).update(**{version: 7})
    assert mirror.is_due(organization(), head())


def test_it_is_due_from_time_to_time(reader: Actor) -> None:
    Roster.objects.update(settled=True, read_at=timezone.now() - timedelta(minutes=16))
    assert mirror.is_due(organization(), head())


def test_it_is_due_again_when_the_version_was_too_young(reader: Actor) -> None:
    Roster.objects.update(settled=False)
    now = timezone.now()
    Organization.objects.update(group_ver=int(now.timestamp()), group_ver_seen_at=now)
    Roster.objects.update(group_ver=int(now.timestamp()))
    assert not mirror.is_due(organization(), head())
    Organization.objects.update(group_ver_seen_at=now - timedelta(seconds=3))
    assert mirror.is_due(organization(), head())


def test_of_many_pages_one_reads(reader: Actor, sandbox: SandboxProcess) -> None:
    Roster.objects.update(read_at=None)
    roster.bring_up_to_date(reader, organization())
    Roster.objects.update(read_at=None)
    roster.bring_up_to_date(reader, organization())
    assert calls(sandbox) == [LIST]


# --- without an upstream


@pytest.fixture
def _filled(db: None) -> None:
    fill({1: [11, 12], 2: []})


@pytest.mark.usefixtures("_filled")
class TestOrder:
    def test_a_list_that_was_asked_for_before_our_own_write_does_not_undo_it(self) -> None:
        clock = store.tick(ORG)
        store.put(ORG, 3, {"name": "new"})
        assert not store.write_list(ORG, listing({1: {"name": "old"}}, clock=clock))
        assert group(3).name == "new"
        assert group(1).name == "群1"

    def test_nor_does_it_bring_back_a_group_that_we_deleted(self) -> None:
        clock = store.tick(ORG)
        store.remove(ORG, 1)
        assert not store.write_list(ORG, listing({1: {"name": "old"}, 2: {}}, clock=clock))
        assert not Group.objects.filter(group_id=1).exists()

    def test_members_that_were_asked_for_earlier_and_came_later_are_left(self) -> None:
        clock = store.tick(ORG)
        assert store.write_members(ORG, members(group(1), [11]))
        assert not store.write_members(ORG, members(group(1), [11, 12], clock=clock))
        assert inside(1) == {11}

    def test_what_a_reply_leaves_out_stays(self) -> None:
        store.put(ORG, 1, {"user_limit": 500, "intro": "群介绍"})
        assert store.write_list(ORG, listing({1: {"name": "x"}, 2: {}}))
        assert (group(1).name, group(1).user_limit, group(1).intro) == ("x", 500, "群介绍")

    def test_a_list_with_unreadable_rows_deletes_nothing(self) -> None:
        assert store.write_list(ORG, listing({}, skipped=1))
        assert Group.objects.count() == 2
        assert store.write_members(ORG, members(group(1), [13], skipped=1))
        assert inside(1) == {11, 12, 13}
        assert group(1).size == 3

    def test_a_moved_count_is_believed_until_the_members_are_read(self) -> None:
        store.write_list(ORG, listing({1: {"user_count": 9, "member_version": 4}, 2: {}}))
        assert (group(1).size, group(1).members_due) == (9, True)
        store.write_members(ORG, members(group(1), [11]))
        assert (group(1).size, group(1).members_due) == (1, False)

    def test_erasing_the_organization_erases_its_groups(self) -> None:
        erasing.erase(ORG, pause=lambda seconds: None)
        assert (Group.objects.count(), Membership.objects.count(), Roster.objects.count()) == (0, 0, 0)
