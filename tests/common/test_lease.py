import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import UpstreamSession
from common import lease
from common.lease import LeaseLost

pytestmark = pytest.mark.django_db
ROWS = UpstreamSession.objects.all


@pytest.fixture
def pk() -> UUID:
    return UpstreamSession.objects.create(user_id=1, user_num="1", expires_at=timezone.now()).pk


def test_one_takes_it_and_nobody_else_until_it_is_given_back(pk: UUID) -> None:
    fence = lease.take(ROWS(), pk, seconds=60)
    assert fence is not None
    assert lease.take(ROWS(), pk, seconds=60) is None
    lease.release(ROWS(), pk, fence)
    assert lease.take(ROWS(), pk, seconds=60) == fence + 1


def test_a_row_that_is_not_there_has_no_lease() -> None:
    assert lease.take(ROWS(), uuid4(), seconds=60) is None


def test_an_expired_lease_can_be_taken_and_its_former_holder_notices(pk: UUID) -> None:
    first = lease.take(ROWS(), pk, seconds=-1)
    assert first is not None
    second = lease.take(ROWS(), pk, seconds=60)
    assert second == first + 1
    assert not lease.held(ROWS(), pk, first).exists()
    with pytest.raises(LeaseLost):
        lease.renew(ROWS(), pk, first, seconds=60)
    with pytest.raises(LeaseLost):
        lease.write(ROWS(), pk, first, name="late")
    assert ROWS().get(pk=pk).name != "late"
    lease.release(ROWS(), pk, first)
    assert lease.take(ROWS(), pk, seconds=60) is None


def test_the_holder_can_prolong_it(pk: UUID) -> None:
    fence = lease.take(ROWS(), pk, seconds=-1)
    assert fence is not None
    lease.renew(ROWS(), pk, fence, seconds=60, name="in time")
    assert ROWS().get(pk=pk).name == "in time"
    assert lease.take(ROWS(), pk, seconds=60) is None


def test_its_end_is_on_the_databases_clock(pk: UUID) -> None:
    before = time.time()
    lease.take(ROWS(), pk, seconds=60)
    until = UpstreamSession.objects.get(pk=pk).lease_until
    assert until is not None
    assert abs(until.timestamp() - before - 60) < timedelta(seconds=30).total_seconds()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_it(pk: UUID) -> None:
    def one(_: int) -> int | None:
        try:
            return lease.take(ROWS(), pk, seconds=60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        fences = [fence for fence in pool.map(one, range(32)) if fence is not None]
    assert len(fences) == 1
