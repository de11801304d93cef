"""What a table sends when rows are selected, and how it is carried on."""

from dataclasses import replace
from random import Random
from string import ascii_letters, digits
from uuid import uuid4

import pytest
from django.http import QueryDict

from common.actor import Actor, Role
from common.selection import MOST, Selection, Shown, Unreadable, from_table, seal, unseal

ACTOR = Actor(
    session_id=uuid4(),
    user_id=1,
    user_num="70010001",
    name="A",
    role=Role.OWNER,
    org_num=100073,
    address="192.0.2.1",
    request_id="r",
)
TICKED = Shown.of(Selection((3, 1), "q=%E5%BC%A0&sort=name"), [1, 3])
EVERYTHING = Shown.of(Selection(None, ""), range(1000))


def test_ticked_rows_count_once() -> None:
    shown = from_table(QueryDict("ids=3&ids=1&ids=3&query=q%3Dx&matching=60"))
    assert shown == Shown(Selection((3, 1), "q=x"), 2)


def test_everything_carries_how_many_were_shown() -> None:
    shown = from_table(QueryDict("take=everything&ids=3&query=q%3Dx&matching=60"))
    assert shown == Shown(Selection(None, "q=x"), 60)


def test_nothing_ticked_is_nothing() -> None:
    assert from_table(QueryDict("query=&matching=60")).count == 0


def test_a_page_can_be_ticked_and_no_more() -> None:
    page = "&".join(f"ids={number}" for number in range(MOST))
    assert from_table(QueryDict(page)).count == MOST
    with pytest.raises(Unreadable):
        from_table(QueryDict(f"{page}&ids={MOST}"))


@pytest.mark.parametrize("shown", [TICKED, EVERYTHING])
def test_what_is_sealed_comes_back(shown: Shown) -> None:
    assert unseal(ACTOR, "member", seal(ACTOR, "member", shown)) == shown


@pytest.mark.parametrize(
    ("actor", "kind"),
    [
        (ACTOR, "group"),
        (replace(ACTOR, org_num=100074), "member"),
        (replace(ACTOR, session_id=uuid4()), "member"),
    ],
)
def test_it_is_good_for_one_kind_organization_and_session(actor: Actor, kind: str) -> None:
    with pytest.raises(Unreadable):
        unseal(actor, kind, seal(ACTOR, "member", TICKED))


def test_a_changed_letter_breaks_the_seal() -> None:
    sealed = seal(ACTOR, "member", TICKED)
    for at in (0, len(sealed) // 2, len(sealed) - 1):
        other = "A" if sealed[at] != "A" else "B"
        with pytest.raises(Unreadable):
            unseal(ACTOR, "member", sealed[:at] + other + sealed[at + 1 :])


def test_it_fits_into_an_address() -> None:
    numbers = Random(1)
    ids = tuple(numbers.randrange(10**17, 10**18) for _ in range(MOST))
    longest = Selection(ids, "".join(numbers.choices(ascii_letters + digits, k=1500)))
    assert len(seal(ACTOR, "member", Shown.of(longest, ids))) < 4000


def test_as_many_others_are_not_the_same() -> None:
    selection = Selection(None, "dept=6")
    shown = Shown.of(selection, [1, 2, 3])
    assert shown.is_still(Shown.of(selection, [3, 2, 1]))
    assert not shown.is_still(Shown.of(selection, [1, 2, 4]))
    assert not shown.is_still(Shown.of(selection, [1, 2]))


def test_a_table_that_only_counted_is_held_to_its_count() -> None:
    selection = Selection(None, "dept=6")
    assert Shown(selection, 3).is_still(Shown.of(selection, [1, 2, 3]))
    assert not Shown(selection, 3).is_still(Shown.of(selection, [1, 2]))
