"""The register of the checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.assumptions import ASSUMPTIONS
from tests.sandbox.api import Api
from tests.support.sandbox import SandboxProcess

NEW = "18675500568"  # a phone that nobody has
Outcome = object
Check = Callable[[Api, SandboxProcess], Outcome]
CHECKS: dict[str, tuple[Check, dict[str, Outcome]]] = {}


def outcome(name: str, **by_choice: Outcome) -> Callable[[Check], Check]:
    """What a check comes to with each choice of an assumption (`-` written as `_`)."""

    def register(check: Check) -> Check:
        choices = next(one.choices for one in ASSUMPTIONS if one.name == name)
        expected = {choice: by_choice[choice.replace("-", "_")] for choice in choices}
        CHECKS[name] = (check, expected)
        return check

    return register


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["user_id"] for row in answer["members"]]
