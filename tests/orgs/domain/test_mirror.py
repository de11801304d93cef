"""Fetching, comparing and writing the directory."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import responses
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import UpstreamSession, Why
from accounts.tokens import weila_of
from common import lease
from common.actor import Actor
from common.lease import LeaseLost
from orgs import erasing, facets, listing, mirror, search, sql, store
from orgs.listing import Filters
from orgs.models import Department, Member, Organization, OwnWrite
from orgs.rows import DepartmentRow
from tests.orgs.domain.conftest import MANAGER_NUM, NewSession, directory, fill, member
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import Malformed, UpstreamError

LIST = "/v1/corp/web/get-address-list"


def stored(org_num: int = 7) -> dict[int, str]:
    return dict(Member.objects.filter(organization=org_num).values_list("user_id", "name"))


def head(org_num: int = 7) -> Organization:
    return Organization.objects.get(num=org_num)


# --- comparing and writing


def test_it_writes_a_first_load(db: None) -> None:
    fill(7, directory([member(1), member(2, dept_id=6, type=1)], [DepartmentRow(6, "研发部", None)]))
    assert stored() == {1: "张三", 2: "张三"}
    assert [row.name for row in Department.objects.all()] == ["研发部"]
    assert head().total == 2
    assert head().facets["devices"] == {"6": 1}
    assert head().loaded


def test_it_writes_only_what_differs(db: None) -> None:
    fill(7, directory([member(1), member(2), member(3)]))
    ids = dict(Member.objects.values_list("user_id", "id"))
    difference = fill(7, directory([member(1), member(2, "李四"), member(4)]))
    assert {one.user_id for one in difference.changes} == {2, 3, 4}
    assert stored() == {1: "张三", 2: "李四", 4: "张三"}
    assert Member.objects.get(user_id=2).id == ids[2]


def test_nothing_differs_the_second_time(db: None) -> None:
    wanted = directory([member(1, job_num="", phone="1", avatar="http://x")], [DepartmentRow(6, "研发部", 3)])
    fill(7, wanted)
    assert fill(7, wanted).changes == []


@pytest.mark.parametrize("field", ["name", "phone", "user_num", "job_num"])
def test_a_change_moves_the_search_index(db: None, field: str) -> None:
    fill(7, directory([member(1, **{field: "abc123"})]))
    fill(7, directory([member(1, **{field: "xyz789"})]))
    assert search.count(7, "abc123") == 0
    assert search.count(7, "xyz789") == 1


def test_somebody_who_is_gone_is_found_no_more(db: None) -> None:
    fill(7, directory([member(1, "赵六"), member(2)]))
    fill(7, directory([member(2)]))
    assert search.count(7, "赵六") == 0
    assert listing.members(7, Filters()).total == 1


def test_an_incomplete_list_removes_nobody(db: None) -> None:
    fill(7, directory([member(1), member(2, dept_id=6)], [DepartmentRow(6, "研发部", None)]))
    fill(7, directory([member(1, "李四")], complete=False))
    assert stored() == {1: "李四", 2: "张三"}
    assert head().total == 2
    assert head().facets["dept"] == {"0": 1, "6": 1}
    assert Department.objects.count() == 1


def test_an_organization_does_not_touch_another(db: None) -> None:
    fill(8, directory([member(1, "王五")], [DepartmentRow(6, "他部", None)]))
    fill(7, directory([member(1), member(2)]))
    fill(7, directory([member(2)]))
    assert stored(8) == {1: "王五"}
    assert search.count(8, "王五") == 1
    assert Department.objects.filter(organization=8).count() == 1


def test_many_slices_make_the_same_mirror(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "HOLD", 0.0)
    monkeypatch.setattr(sql, "BATCH", 3)
    rows = [member(number, dept_id=number % 3) for number in range(1, 40)]
    fill(7, directory(rows))
    assert len(stored()) == head().total == 39
    assert head().facets == facets.counted(rows)
    assert search.count(7, "张三") == 39


def test_a_list_does_not_undo_a_write_of_ours(db: None) -> None:
    """The list was asked for before the write and does not know it."""
    fill(7, directory([member(1), member(2), member(3)], [DepartmentRow(6, "研发部", None)]))
    before = store.last_own_write(7)
    store.patch(7, {1: member(1, "改名"), 2: None, 9: member(9, "新人")})
    store.patch_department(7, 6, DepartmentRow(6, "改部", None))
    store.patch_department(7, 8, DepartmentRow(8, "新部", None))
    old = directory(
        [member(1), member(2), member(3, "李四")], [DepartmentRow(6, "研发部", None)], own_writes=before
    )
    fill(7, old)
    assert stored() == {1: "改名", 3: "李四", 9: "新人"}
    assert head().total == 3
    assert head().facets == facets.counted([member(1), member(3), member(9)])
    assert set(Department.objects.values_list("name", flat=True)) == {"改部", "新部"}


def test_a_list_that_was_asked_for_later_counts(db: None) -> None:
    fill(7, directory([member(1)]))
    store.patch(7, {1: member(1, "改名")})
    fill(7, directory([member(1, "又改")], own_writes=store.last_own_write(7)))
    assert stored() == {1: "又改"}
    assert OwnWrite.objects.count() == 0


def test_our_own_write_keeps_totals_and_search(db: None) -> None:
    fill(7, directory([member(1, state=0), member(2)]))
    store.patch(7, {1: member(1, "改名", state=1), 2: None, 3: member(3, type=1, dept_id=6)})
    assert head().total == 2
    assert head().facets == facets.counted([member(1, state=1), member(3, type=1, dept_id=6)])
    assert (search.count(7, "改名"), search.count(7, "70000002"), search.count(7, "70000003")) == (1, 0, 1)


def test_whoever_lost_the_lease_writes_nothing(db: None) -> None:
    fill(7, directory([member(1)]))
    heads = Organization.objects.all()
    fence = lease.take(heads, 7, seconds=60)
    assert fence is not None
    wanted = directory([member(1, "旧")])
    difference = store.compare(7, wanted)
    heads.filter(num=7).update(lease_until=None)
    assert lease.take(heads, 7, seconds=60) is not None
    with pytest.raises(LeaseLost):
        store.write(7, wanted, difference, fence)
    assert stored() == {1: "张三"}


def test_a_load_that_died_half_way_is_completed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "HOLD", 0.0)
    monkeypatch.setattr(sql, "BATCH", 2)
    Organization.objects.create(num=7, name="x")
    fence = lease.take(Organization.objects.all(), 7, seconds=60)
    assert fence is not None
    wanted = directory([member(number) for number in range(1, 10)])

    def die(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.write(7, wanted, store.compare(7, wanted), fence, pause=die)
    assert 0 < len(stored()) < 9
    assert not head().loaded
    lease.release(Organization.objects.all(), 7, fence)
    fill(7, wanted)
    assert len(stored()) == head().total == search.count(7, "张三") == 9


def test_it_erases(db: None) -> None:
    fill(7, directory([member(1), member(2)], [DepartmentRow(6, "研发部", None)]))
    fill(8, directory([member(3)]))
    erasing.erase(7, pause=lambda seconds: None)
    assert stored(7) == {}
    assert not Organization.objects.filter(num=7).exists()
    assert search.count(7, "张三") == 0
    assert search.count(8, "张三") == 1


def test_it_erases_what_nobody_uses(db: None) -> None:
    fill(7, directory([member(1)]))
    fill(8, directory([member(2)]))
    now = timezone.now()
    Organization.objects.filter(num=7).update(used_at=now - timedelta(days=31))
    Organization.objects.filter(num=8).update(used_at=now - timedelta(days=29))
    assert erasing.erase_unused() == 1
    assert list(Organization.objects.values_list("num", flat=True)) == [8]


# --- fetching


def test_it_mirrors_the_sandbox(actor: Actor) -> None:
    assert head(ORG).total == 60 == len(stored(ORG))
    owner = Member.objects.get(organization=ORG, user_id=1253444)
    assert (owner.type, owner.phone, owner.dept_id) == (255, "13353236154", 0)
    assert Department.objects.filter(organization=ORG, dept_id=6, name="研发部2").exists()


def test_another_hand_is_seen(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "weila/members/1253446", {"name": "另一个名字"})
    sandbox.control("DELETE", "weila/members/1253448")
    assert mirror.refresh(ORG, actor.session_id)
    assert stored(ORG)[1253446] == "另一个名字"
    assert 1253448 not in stored(ORG)


@pytest.mark.parametrize("kind", ["html", "empty", "truncated", "missing-data", "not-object"])
def test_a_broken_list_leaves_the_mirror_as_it_was(actor: Actor, sandbox: SandboxProcess, kind: str) -> None:
    before = stored(ORG)
    sandbox.fault(LIST, "malformed", kind, times=9)
    with pytest.raises(UpstreamError):
        mirror.refresh(ORG, actor.session_id)
    assert stored(ORG) == before
    assert head(ORG).failure == "malformed"
    assert head(ORG).failed_at is not None
    assert head(ORG).loaded
    sandbox.clear_faults()
    assert mirror.refresh(ORG, actor.session_id)
    assert head(ORG).failure == ""


def test_one_fetch_at_a_time(actor: Actor, sandbox: SandboxProcess) -> None:
    fence = lease.take(Organization.objects.all(), ORG, seconds=60)
    assert fence is not None
    sandbox.clear_journal()
    assert mirror.refresh(ORG, actor.session_id) is False
    assert sandbox.journal(LIST) == []


def test_a_role_lost_upstream_ends_the_session(
    actor: Actor, sandbox: SandboxProcess, new_session: NewSession
) -> None:
    manager = new_session(MANAGER_NUM)
    UpstreamSession.objects.filter(pk=manager.pk).update(role="manager")
    sandbox.control("POST", f"weila/members/{manager.user_id}", {"type": 0})
    mirror.refresh(ORG, actor.session_id)
    manager.refresh_from_db()
    assert manager.ended_why == Why.ROLE_LOST


def test_the_job_survives_an_upstream_that_is_down(actor: Actor, unreachable: None) -> None:
    mirror.fetch.func(ORG, str(actor.session_id))
    assert head(ORG).failure == "unavailable"


def test_the_job_is_asked_for_once_a_minute(
    actor: Actor, sandbox: SandboxProcess, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert mirror.fetch_later(ORG, actor.session_id)
        assert not mirror.fetch_later(ORG, actor.session_id)
    assert len(callbacks) == 1
    Organization.objects.filter(num=ORG).update(queued_at=timezone.now() - timedelta(seconds=61))
    assert mirror.fetch_later(ORG, actor.session_id)


# --- lists as no document promises them


def listed(session: UpstreamSession, address_list: dict[str, object]) -> store.Directory:
    with responses.RequestsMock() as mock:
        body = {"errcode": 0, "errmsg": "", "data": {"address_list": address_list}}
        mock.post("http://weila.test" + LIST, json=body)
        return mirror.read(weila_of(session.id, deadline=5), ORG)


@pytest.fixture
def elsewhere(session: UpstreamSession, settings: Settings) -> UpstreamSession:
    settings.WEILA = {**settings.WEILA, "base_url": "http://weila.test"}
    return session


def test_a_member_listed_twice_counts_once(elsewhere: UpstreamSession) -> None:
    one = {"user_id": 5, "name": "五"}
    found = listed(
        elsewhere,
        {"version": 1, "members": [one, one], "depts": [{"id": 6, "name": "部", "members": [one]}]},
    )
    assert {row.user_id: row.dept_id for row in found.members.values()} == {5: 6}


def test_nulls_and_missing_fields_read_as_not_told(elsewhere: UpstreamSession) -> None:
    found = listed(
        elsewhere,
        {"members": [{"user_id": "5", "name": None, "phone": None, "type": None, "track": None, "sex": ""}]},
    )
    row = found.members[5]
    assert (row.name, row.phone, row.type, row.track, row.sex, row.created) == ("", "", 0, None, None, 0)


def test_what_is_too_long_is_cut(elsewhere: UpstreamSession, db: None) -> None:
    row = {"user_id": 5, "name": "长" * 500, "phone": "1" * 500, "user_num": "2" * 99, "avatar": "h" * 2000}
    row |= {"created": 10**17, "track": 10**12, "dept_id": -3, "country_code": "8" * 99}
    fill(ORG, listed(elsewhere, {"members": [row]}))
    kept = Member.objects.get(organization=ORG)
    assert (kept.name, kept.phone, kept.dept_id) == ("长" * 200, "1" * 40, 0)
    assert kept.created_at is None
    assert kept.track is None


def test_an_unknown_department_is_kept_as_a_number(elsewhere: UpstreamSession) -> None:
    fill(ORG, listed(elsewhere, {"members": [{"user_id": 5, "name": "五", "dept_id": 77}]}))
    page = listing.members(ORG, Filters(dept=77))
    assert [row.dept_id for row in page.rows] == [77]


def test_pseudo_department_zero_is_no_department(elsewhere: UpstreamSession) -> None:
    depts = [{"id": 0, "name": "未分组", "members": [{"user_id": 5}]}, {"id": 6, "name": "部"}]
    found = listed(elsewhere, {"members": [], "depts": depts})
    assert list(found.departments) == [6]
    assert found.members[5].dept_id == 0


def test_a_row_that_makes_no_sense_makes_the_list_incomplete(elsewhere: UpstreamSession) -> None:
    found = listed(elsewhere, {"members": [{"user_id": 5, "name": "五"}, {"name": "nobody"}, 3]})
    assert list(found.members) == [5]
    assert not found.complete


def test_a_list_of_nobody_is_not_believed(elsewhere: UpstreamSession) -> None:
    with pytest.raises(Malformed):
        listed(elsewhere, {"version": 1, "members": [], "depts": []})


def test_of_many_fetchers_one_reads(transactional_db: None, actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.fault(LIST, "latency", 0.5)
    sandbox.clear_journal()
    ready = Barrier(4)

    def fetch() -> bool:
        ready.wait()
        try:
            return mirror.refresh(ORG, actor.session_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        results = [future.result() for future in [pool.submit(fetch) for _ in range(4)]]
    assert sorted(results) == [False, False, False, True]
    assert len(sandbox.journal(LIST)) == 1
