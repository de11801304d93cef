"""What pages show of the mirror."""

from typing import Any

import pytest

from groups import listing
from groups.listing import Filters
from groups.models import Group
from orgs.models import Member
from tests.groups.domain.conftest import fill, group
from tests.orgs.domain.conftest import directory, member
from tests.orgs.domain.conftest import fill as fill_directory
from tests.support.sandbox import ORG, OTHER_ORG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _filled() -> None:
    rows = [member(user_id, f"人{user_id:03}", state=int(user_id % 10 == 0)) for user_id in range(1, 121)]
    fill_directory(ORG, directory(rows))
    fill({1: range(1, 121), 2: [], 3: [5, 6], 4: [10, 999]})
    Group.objects.filter(group_id=3).update(name="ＡＢＣ 夜班", search="abc 夜班 3", burst_mode=1, type=33)


def ids(**filters: Any) -> list[int]:
    return [one.group_id for one in listing.groups(ORG, Filters(**filters), order=["group_id"]).rows]


def test_filters() -> None:
    assert ids() == [1, 2, 3, 4]
    assert ids(q="abc") == ids(q="ＡＢＣ") == ids(q="夜班") == [3]
    assert ids(q="4") == [4]
    assert ids(q="%") == []
    assert ids(burst_mode=1) == ids(type=33) == [3]
    assert ids(empty=True) == [2]
    assert ids(suspended=True) == [1, 4]
    assert listing.types(ORG) == [17, 33]


def test_another_organization_sees_none_of_them() -> None:
    assert listing.groups(OTHER_ORG, Filters()).total == 0
    assert listing.groups_of(OTHER_ORG, 5) == []
    assert listing.choices(OTHER_ORG) == []


def test_members_have_pages_sorts_and_a_search() -> None:
    first = listing.members(group(1))
    assert (first.total, len(first.rows), first.pages) == (120, 50, 3)
    assert [one.member.user_id for one in listing.members(group(1), page=3).rows] == list(range(101, 121))
    last = listing.members(group(1), order=["-name", "-user_id"])
    assert last.rows[0].member.user_id == 120
    assert [one.member.user_id for one in listing.members(group(1), "人007").rows] == [7]
    assert listing.members(group(2)).total == 0


def test_who_is_not_in_the_directory_is_listed_apart() -> None:
    assert [one.member.user_id for one in listing.members(group(4)).rows] == [10]
    assert listing.strangers(group(4)) == [999]
    assert listing.strangers(group(1)) == []


def test_groups_of_a_member() -> None:
    assert [one.group_id for one in listing.groups_of(ORG, 5)] == [1, 3]
    assert listing.groups_of(ORG, 999) != []
    assert listing.groups_of(ORG, 12345) == []


def test_suspended_members_still_in_groups() -> None:
    found = listing.suspended(ORG)
    assert found.total == listing.count_suspended(ORG) == 12
    ten = next(place for place in found.rows if place.member.user_id == 10)
    assert [one.group_id for one in ten.groups] == [1, 4]
    Member.objects.filter(user_id=10).update(state=0)
    assert listing.count_suspended(ORG) == 11
