"""What the home page says about the groups."""

import pytest

from groups import insights, mirror, store
from groups.insights import GroupInsights
from orgs import store as directory_store
from orgs.models import Organization
from tests.groups.domain.conftest import fill, group, members
from tests.orgs.domain.conftest import directory, member
from tests.orgs.domain.conftest import fill as fill_directory
from tests.support.queries import Queries
from tests.support.sandbox import ORG, OTHER_ORG

pytestmark = pytest.mark.django_db


def counted(org_num: int) -> GroupInsights | None:
    """The insights, of heads as a request has just read them."""
    organization, _made = Organization.objects.get_or_create(num=org_num)
    return insights.of(organization, mirror.head_of(organization))


@pytest.fixture
def _filled() -> None:
    fill_directory(ORG, directory([member(number, state=int(number < 4)) for number in range(1, 201)]))
    fill({1: range(1, 106), 2: [], 3: [3], 4: range(10, 16), 5: range(100, 130)})


def test_none_before_anything_was_read() -> None:
    assert counted(ORG) is None


@pytest.mark.usefixtures("_filled")
def test_sizes_and_the_largest() -> None:
    found = counted(ORG)
    assert found is not None
    assert (found.total, found.empty, found.suspended_members) == (5, 1, 3)
    assert found.sizes == {"0": 1, "1-5": 1, "6-20": 1, "21-50": 1, "51-100": 0, "101+": 1}
    assert [row[0] for row in found.largest] == [1, 5, 4, 3]
    assert found.largest[0] == (1, "群1", 105)
    assert found.as_of is not None
    assert counted(OTHER_ORG) is None


@pytest.mark.usefixtures("_filled")
def test_they_are_counted_once() -> None:
    first = counted(ORG)
    with Queries() as queries:
        assert counted(ORG) == first
    assert len(queries) <= 2


@pytest.mark.usefixtures("_filled")
def test_they_follow_groups_members_and_states() -> None:
    counted(ORG)
    store.write_members(ORG, members(group(2), [2, 3]))
    changed = counted(ORG)
    assert changed is not None
    assert changed.empty == 0
    directory_store.patch(ORG, {1: member(1, state=0)})
    enabled = counted(ORG)
    assert enabled is not None
    assert enabled.suspended_members == 2
    store.remove(ORG, 1)
    removed = counted(ORG)
    assert removed is not None
    assert (removed.total, removed.largest[0][0]) == (4, 5)
