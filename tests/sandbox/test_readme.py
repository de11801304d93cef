"""The README says what the code does: every assumption, error code, fault, control and account."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.assumptions import ASSUMPTIONS
from sandbox.control import ACTIONS
from sandbox.faults import Kind
from sandbox.malformed import MALFORMATIONS
from sandbox.weila.errors import CODES
from sandbox.weila.seed import DEMO_ACCOUNTS

README = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text("utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of a section's tables, without their heads."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines][1:]


def test_assumptions() -> None:
    assert rows("Assumptions") == [
        [one.number, f"`{one.name}`", " ".join([f"**{one.default}**", *one.choices[1:]]), one.reason]
        for one in ASSUMPTIONS
    ]


def test_error_codes() -> None:
    listed = [[str(one.number), one.text, one.origin.value] for one in CODES]
    assert sorted(rows("Error codes")) == sorted(listed)
    assert len({one.number for one in CODES}) == len(CODES)


def test_accounts() -> None:
    assert rows("Accounts") == [[one.phone, one.num, one.who_en] for one in DEMO_ACCOUNTS]


@pytest.mark.parametrize("name", [*(kind.value for kind in Kind), *MALFORMATIONS])
def test_faults(name: str) -> None:
    assert f"`{name}`" in section("Faults")


@pytest.mark.parametrize(
    "control", [f"{method} /_sandbox/{path}" for path, methods in ACTIONS.items() for method in methods]
)
def test_controls(control: str) -> None:
    assert f"`{control}`" in section("Controls")
