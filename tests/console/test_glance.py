"""The part of the groups on home, made of numbers as their room counts them."""

from dataclasses import replace
from datetime import UTC, datetime

from django.utils.translation import override

from console import glance
from groups.insights import GroupInsights

COUNTED = GroupInsights(
    total=6,
    empty=2,
    largest=[(80000528, "调度", 40), (80000530, "", 10), (80000531, "三", 0)],
    sizes={"0": 2, "1-5": 1, "6-20": 1, "21-50": 2, "51-100": 0, "101+": 0},
    suspended_members=1,
    as_of=None,
)


def test_groups_are_counted_drawn_and_minded() -> None:
    with override("en"):
        part = glance.groups(COUNTED)
        assert [(str(tile.label), tile.value, tile.url) for tile in part.tiles] == [("Groups", 6, "/groups")]
        assert [(line.text, line.url) for line in part.concerns] == [
            ("2 groups have no members", "/groups?only=empty"),
            ("1 suspended member is still in groups", "/groups/suspended"),
        ]
        (largest,) = part.rankings
        assert [(str(bar.label), bar.value, bar.url, bar.length) for bar in largest.bars] == [
            ("调度", 40, "/groups/80000528", "100.00%"),
            ("(no name)", 10, "/groups/80000530", "25.00%"),
        ]
        (sizes,) = part.columns
        assert [bar.value for bar in sizes.bars] == [2, 1, 1, 2, 0, 0]
        assert [bar.url for bar in sizes.bars] == ["/groups?only=empty", "", "", "", "", ""]


def test_the_age_of_the_numbers_is_said_where_it_is_told() -> None:
    with override("en"):
        (fresh,) = glance.groups(COUNTED).columns
        (old,) = glance.groups(replace(COUNTED, as_of=datetime(2026, 11, 28, 12, 44, tzinfo=UTC))).columns
    assert fresh.lines == []
    assert [line.text for line in old.lines] == ["Groups as of 2026-11-28 20:44"]


def test_groups_that_were_never_read_are_said_to_be_unknown() -> None:
    part = glance.groups(None)
    assert [part.tiles, part.concerns, part.rankings, part.columns] == [(), (), (), ()]
    assert len(part.unknown) == 1


def test_nothing_is_drawn_of_no_groups() -> None:
    none = replace(COUNTED, total=0, empty=0, largest=(), sizes={}, suspended_members=0)
    part = glance.groups(none)
    assert [tile.value for tile in part.tiles] == [0]
    assert [part.concerns, part.rankings, part.columns] == [[], [], []]


def test_empty_groups_alone_are_no_ranking() -> None:
    part = glance.groups(replace(COUNTED, total=2, largest=((1, "一", 0),), sizes={"0": 2, "1-5": 0}))
    assert not part.rankings
    assert len(part.columns) == 1


def test_parts_are_shown_in_their_order() -> None:
    one, two = glance.Part(unknown=["a"]), glance.Part(unknown=["b"])
    assert glance.together(one, two, one).unknown == ["a", "b", "a"]
