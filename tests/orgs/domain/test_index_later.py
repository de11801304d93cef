"""After a first load of many, SQLite's search index follows: a search finds the same meanwhile."""

import pytest

from common import lease
from common.lease import LeaseLost
from orgs import listing, mirror, search, store
from orgs.listing import Filters
from orgs.models import Member, Organization
from tests.orgs.domain.conftest import NewSession, directory, fill, member
from tests.support.sandbox import ORG, OWNER_NUM

NAMES = ("张三", "李三", "王五", "赵六")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two new members are many."""
    monkeypatch.setattr(store, "INDEXED_AT_ONCE", 1)


@pytest.fixture
def loaded(db: None, many: None) -> None:
    fill(7, directory([member(number, name) for number, name in enumerate(NAMES, start=1)]))


def head() -> Organization:
    return Organization.objects.get(num=7)


def found(query: str) -> set[int]:
    return {row.user_id for row in listing.members(head(), Filters(q=query)).rows}


def in_index(query: str) -> int:
    return search.count(7, query)


def finish() -> None:
    fence = lease.take(Organization.objects.all(), 7, seconds=30)
    assert fence is not None
    store.index_rest(7, fence, pause=lambda seconds: None)
    lease.release(Organization.objects.all(), 7, fence)


def test_members_are_there_and_found_before_the_index_is(loaded: None) -> None:
    assert head().loaded
    assert not head().indexed
    assert in_index("三") == 0
    assert found("三") == {1, 2}
    assert found("nobody") == set()


def test_the_index_follows(loaded: None) -> None:
    finish()
    assert head().indexed
    assert not Member.objects.filter(indexed=False).exists()
    assert (in_index("三"), found("三")) == (2, {1, 2})


def test_what_changes_meanwhile_is_found_as_it_is_then(loaded: None) -> None:
    """A rename, a removal and a newcomer before their rows are in the index."""
    store.patch(7, {1: member(1, "钱七"), 2: None, 9: member(9, "孙三")})
    assert found("三") == {9}
    finish()
    assert (in_index("三"), found("三")) == (1, {9})
    assert (in_index("钱七"), in_index("张三"), in_index("李三")) == (1, 0, 0)


def test_what_changes_afterwards_is_kept_true_by_the_index(loaded: None) -> None:
    finish()
    store.patch(7, {1: member(1, "钱七"), 2: None})
    assert (in_index("三"), in_index("钱七")) == (0, 1)


def test_other_organizations_are_left_alone(db: None, many: None) -> None:
    fill(8, directory([member(5, "张三"), member(6, "李三")]))
    fill(7, directory([member(1, "张三"), member(2, "王五")]))
    finish()
    assert (in_index("三"), search.count(8, "三")) == (1, 0)


def test_an_index_that_somebody_left_unfinished_makes_a_fetch_due(loaded: None) -> None:
    row = head()
    row.address_ver = row.mirrored_ver or 0
    row.mirrored_settled = True
    assert mirror.is_due(row)
    row.indexed = True
    assert not mirror.is_due(row)


def test_a_fetch_leaves_the_index_complete(new_session: NewSession, many: None) -> None:
    Organization.objects.create(num=ORG, name="微喇测试")
    assert mirror.refresh(ORG, new_session(OWNER_NUM).id)
    assert Organization.objects.get(num=ORG).indexed
    assert search.count(ORG, "222222") == Member.objects.filter(organization=ORG, name="222222").count()


def test_the_next_fetch_finishes_what_a_lost_one_left(
    new_session: NewSession, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(org_num: int, fence: int) -> None:
        raise LeaseLost

    Organization.objects.create(num=ORG, name="微喇测试")
    session = new_session(OWNER_NUM)
    with monkeypatch.context() as patched:
        patched.setattr(store, "index_rest", lost)
        assert not mirror.refresh(ORG, session.id)
    assert not Organization.objects.get(num=ORG).indexed
    assert mirror.refresh(ORG, session.id)
    assert Organization.objects.get(num=ORG).indexed
    assert search.count(ORG, "222222") == Member.objects.filter(organization=ORG, name="222222").count() == 2
