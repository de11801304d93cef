"""Search finds exactly what contains the query."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs import search
from orgs.models import Member
from tests.orgs.domain.conftest import directory, fill, member

# Few different characters, so that values and queries meet: digits, both cases, full width, Chinese, beyond the
# basic plane, syntax of queries, combining marks, and letters whose folded form is longer.
CHARACTERS = "0123 aAbBＡ１张三丰𠮷😀'\"*^():-ßﬁİ\u0301\t"
values = st.text(CHARACTERS, max_size=8)


def contains(row: tuple[str, str, str, str | None], query: str) -> bool:
    wanted = search.normalized(query)
    return any(wanted in search.normalized(value) for value in row if value)


def hits(org_num: int, query: str) -> set[int]:
    found = Member.objects.filter(search.by_index(org_num, query), organization=org_num)
    return set(found.values_list("user_id", flat=True))


@given(
    rows=st.lists(st.tuples(values, values, values, st.none() | values), max_size=12),
    query=values.filter(search.normalized),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_equals_a_plain_look_at_every_member(
    db: None, rows: list[tuple[str, str, str, str | None]], query: str
) -> None:
    people = [
        member(at, name, phone=phone, user_num=num, job_num=job)
        for at, (name, phone, num, job) in enumerate(rows, start=1)
    ]
    fill(7, directory(people))
    wanted = {at for at, row in enumerate(rows, start=1) if contains(row, query)}
    assert hits(7, query) == wanted
    assert search.count(7, query) == len(wanted)
    read = search.by_reading(Member.objects.filter(organization=7), query)
    assert set(read.values_list("user_id", flat=True)) == wanted


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("张", True),
        ("张三", True),
        ("三丰", True),
        ("张丰", False),
        ("ＺＨＡＮＧ", True),
        ("13812", True),
        ("１３８１２", True),
        ("81234", True),
        ("7001", True),
        ("zhang san", True),
        ("zhang  san", True),
        ("丰1", False),  # the end of one value and the beginning of the next
    ],
)
def test_examples(db: None, query: str, found: bool) -> None:
    fill(7, directory([member(1, "张三丰", phone="13812345678", user_num="70015325", job_num="Zhang San")]))
    assert (search.count(7, query) == 1) is found


@pytest.mark.parametrize(
    "query",
    [
        "'",
        '"',
        "*",
        "^",
        "NEAR(a b)",
        "a AND b",
        "a OR",
        "NOT",
        "(",
        "{a}",
        "a:b",
        "-",
        "\\",
        "%",
        "_",
        "--",
        ";",
    ],
)
def test_hostile_queries_are_only_text(db: None, query: str) -> None:
    fill(7, directory([member(1), member(2, f"x{query}y")]))
    assert hits(7, query) == {2}


def test_it_stays_in_its_organization(db: None) -> None:
    fill(7, directory([member(1)]))
    fill(70, directory([member(2)]))
    assert (hits(7, "张三"), hits(70, "张三"), hits(0, "张三")) == ({1}, {2}, set())
    assert search.count(7, "张") == 1


def test_members_may_share_everything(db: None) -> None:
    fill(7, directory([member(1), member(2)]))
    assert hits(7, "张三") == {1, 2}


def test_the_index_stays_small_part_by_part(db: None) -> None:
    for number in range(1, 6):
        fill(7, directory([member(number)]))
    while search.tidy(16):
        pass
    assert search.tidy(16) is False
    assert search.count(7, "张三") == 1
