"""Everything that this room writes into the trail has words."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from audit import vocabulary
from audit.vocabulary import kinds

SOURCE = "\n".join(
    path.read_text() for path in (Path(__file__).parents[3] / "orgs" / "directory").glob("*.py")
)


def test_every_operation_and_reason_is_named() -> None:
    operations = set(re.findall(r'"(weila\.[a-z-]+|(?:member|department)\.open)"', SOURCE))
    assert len(operations) == 13
    assert operations <= vocabulary.operations.keys()
    for reason in ("not_here", "owner", "self", "looked_up", "lost_answer", "contradiction"):
        assert f'"{reason}"' in SOURCE
        assert reason in vocabulary.reasons


def test_no_password_and_no_code_is_ever_recorded() -> None:
    for kind in ("organization", "department", "member"):
        assert not {"password", "verify_code", "access_token"} & kinds[kind].fields.keys()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("state", 1, "Suspended"),
        ("state", 9, "Unknown value 9"),
        ("track", 1, "High frequency"),
        ("track", 60, "Every 60 seconds"),
        ("track", None, ""),
        ("tts", 1, "On"),
        ("sex", 1, "Female"),
        ("sex", 7, "Unknown value 7"),
        ("dept_id", 6, "Department 6"),
        ("dept_id", 0, "No department"),
    ],
)
def test_codes_are_said_in_words(field: str, value: object, said: str) -> None:
    with override("en"):
        assert str(kinds["member"].say[field](value)) == said
