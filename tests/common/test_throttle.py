from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connections

from common import throttle
from common.models import Throttle
from common.throttle import Policy, Throttled

POLICY = Policy("test", 2, timedelta(seconds=10), timedelta(seconds=60), timedelta(hours=1))
OTHER = Policy("other", 5, timedelta(seconds=10), timedelta(seconds=60), timedelta(hours=1))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def reserve(policy: Policy, key: str) -> None:
    throttle.reserve_all([(policy, key)])


def wait_after(clock: time_machine.Traveller) -> timedelta:
    """Try once more and tell how long the next try has to wait; waits that long."""
    reserve(POLICY, "a")
    wait = throttle.wait(POLICY, "a")
    clock.shift(wait)
    return wait


def test_the_first_are_free_then_each_doubles_the_wait_up_to_a_cap(clock: time_machine.Traveller) -> None:
    waits = [wait_after(clock).total_seconds() for _ in range(8)]
    assert waits == [0, 0, 10, 20, 40, 60, 60, 60]


def test_a_try_before_the_wait_is_over_is_refused_and_not_counted(clock: time_machine.Traveller) -> None:
    for _ in range(3):
        reserve(POLICY, "a")
    clock.shift(timedelta(seconds=4))
    for _ in range(5):
        with pytest.raises(Throttled) as caught:
            reserve(POLICY, "a")
        assert caught.value.wait == timedelta(seconds=6)
    assert Throttle.objects.get().tries == 3


def test_keys_and_policies_are_counted_apart() -> None:
    for _ in range(3):
        reserve(POLICY, "a")
    reserve(POLICY, "b")
    reserve(OTHER, "a")


def test_a_quiet_time_forgets(clock: time_machine.Traveller) -> None:
    for _ in range(3):
        reserve(POLICY, "a")
    clock.shift(timedelta(hours=1, seconds=1))
    reserve(POLICY, "a")
    assert Throttle.objects.get().tries == 1


def test_a_success_clears() -> None:
    for _ in range(3):
        reserve(POLICY, "a")
    throttle.settle(clear=[(POLICY, "a")])
    reserve(POLICY, "a")


def test_a_refund_takes_back_one_try_and_its_wait() -> None:
    for _ in range(3):
        reserve(POLICY, "a")
    throttle.settle(refund=[(POLICY, "a")])
    assert throttle.wait(POLICY, "a") == timedelta()
    reserve(POLICY, "a")
    assert throttle.wait(POLICY, "a") == timedelta(seconds=10)


def test_nothing_can_be_refunded_below_zero() -> None:
    throttle.settle(refund=[(POLICY, "a")])
    reserve(POLICY, "a")
    throttle.settle(refund=[(POLICY, "a")])
    throttle.settle(refund=[(POLICY, "a")])
    assert Throttle.objects.get().tries == 0


def test_several_keys_are_counted_together_or_not_at_all() -> None:
    for _ in range(3):
        reserve(POLICY, "a")
    with pytest.raises(Throttled):
        throttle.reserve_all([(OTHER, "b"), (POLICY, "a")])
    assert not Throttle.objects.filter(tries=0).exclude(tries=3).exists()
    throttle.reserve_all([(OTHER, "b"), (POLICY, "c")])
    assert sorted(Throttle.objects.values_list("tries", flat=True)) == [1, 1, 3]


def test_the_longest_wait_is_told() -> None:
    for _ in range(3):
        reserve(POLICY, "a")
    for _ in range(7):
        throttle.reserve_all([(OTHER, "b")]) if throttle.wait(OTHER, "b") == timedelta() else None
    with pytest.raises(Throttled) as caught:
        throttle.reserve_all([(POLICY, "a"), (OTHER, "b")])
    assert caught.value.wait == timedelta(seconds=10)


def test_the_table_names_nobody() -> None:
    reserve(POLICY, "13353236154")
    row = Throttle.objects.get()
    assert "13353236154" not in row.key
    assert len(row.key) == 64


def test_purging_removes_what_counts_no_more(clock: time_machine.Traveller) -> None:
    reserve(POLICY, "a")
    clock.shift(timedelta(minutes=30))
    reserve(POLICY, "b")
    clock.shift(timedelta(minutes=31))
    assert throttle.purge() == 1
    assert Throttle.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_count_like_many_in_a_row() -> None:
    def one(_: int) -> bool:
        try:
            throttle.reserve_all([(POLICY, "a"), (OTHER, "a")])
        except Throttled:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(16) as pool:
        allowed = sum(pool.map(one, range(32)))
    assert allowed == 3
