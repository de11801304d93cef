from typing import Any

import pytest
from cryptography.fernet import Fernet
from pytest_django.fixtures import Settings

from common.crypto import SealBroken, rotate, seal, unseal

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
PLACE: dict[str, Any] = {"purpose": "token", "row": 7, "organization": 100073}


@pytest.fixture(autouse=True)
def one_key(settings: Settings) -> None:
    settings.TOKEN_KEYS = [OLD]


@pytest.mark.parametrize("value", ["", "secret", "密码 🔑", "a" * 10_000, '["token"]'])
def test_what_is_sealed_opens_where_it_belongs(value: str) -> None:
    sealed = seal(value, **PLACE)
    assert unseal(sealed, **PLACE) == value
    assert not value or value not in sealed


@pytest.mark.parametrize("other", [{"purpose": "refresh"}, {"row": 8}, {"organization": None}])
def test_it_opens_nowhere_else(other: dict[str, object]) -> None:
    sealed = seal("secret", **PLACE)
    with pytest.raises(SealBroken):
        unseal(sealed, **(PLACE | other))


def test_places_do_not_run_into_each_other() -> None:
    sealed = seal("secret", purpose="a", row="b,c", organization="d")
    with pytest.raises(SealBroken):
        unseal(sealed, purpose="a", row="b", organization="c,d")


@pytest.mark.parametrize("broken", ["", "x", "gAAAAA", "ä"])
def test_what_was_altered_is_broken(broken: str) -> None:
    with pytest.raises(SealBroken):
        unseal(broken, **PLACE)
    with pytest.raises(SealBroken):
        rotate(broken)


def test_one_changed_letter_breaks_it() -> None:
    sealed = seal("secret", **PLACE)
    changed = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
    with pytest.raises(SealBroken):
        unseal(changed, **PLACE)


def test_two_seals_of_one_value_differ() -> None:
    assert seal("secret", **PLACE) != seal("secret", **PLACE)


def test_rotation_keeps_value_and_place(settings: Settings) -> None:
    sealed = seal("secret", **PLACE)
    settings.TOKEN_KEYS = [NEW, OLD]
    assert unseal(sealed, **PLACE) == "secret"
    rotated = rotate(sealed)
    settings.TOKEN_KEYS = [NEW]
    assert unseal(rotated, **PLACE) == "secret"
    with pytest.raises(SealBroken):
        unseal(rotated, purpose="token", row=8, organization=100073)
    with pytest.raises(SealBroken):
        unseal(sealed, **PLACE)


def test_what_is_broken_says_nothing_of_its_content(settings: Settings) -> None:
    sealed = seal("secret", **PLACE)
    settings.TOKEN_KEYS = [NEW]
    with pytest.raises(SealBroken) as caught:
        unseal(sealed, **PLACE)
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
