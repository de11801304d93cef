"""A failure without a code of the upstream is recorded by its class; nobody should have to read that name."""

import pytest
from django.utils.translation import override

from audit import vocabulary
from audit.vocabulary import kinds
from upstream.errors import Malformed, SessionOver, Timeout, Unavailable


@pytest.mark.parametrize(
    "name", [*(kind.__name__ for kind in (Malformed, SessionOver, Timeout, Unavailable)), "abandoned"]
)
def test_it_has_words(name: str) -> None:
    assert str(vocabulary.reasons[name]) not in ("", name)


@pytest.mark.parametrize(("value", "said"), [(0, "No department"), (6, "Department 6")])
def test_a_department_is_more_than_a_number(value: int, said: str) -> None:
    with override("en"):
        assert str(kinds["member"].say["dept_id"](value)) == said
