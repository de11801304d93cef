"""How the cells of a table name a thing of which several may have the same name: "研发部2 #6"."""

import re
from functools import lru_cache

from common.spreadsheets.text import clean
from orgs.search import normalized

_NUMBERED = re.compile(r"\A(.*?)\s*[#＃]([0-9]{1,18})\Z")


@lru_cache(maxsize=4096)  # each row asks several times, and all rows for the same few departments
def called(name: str) -> str:
    """A name as it is compared, in the directory or in a cell: people neither see nor mean the differences."""
    return normalized(clean(name))


def label(name: str, number: int, *, unique: bool) -> str:
    """How an export names a thing, so that an import finds exactly this one.

    Args:
        unique: no other thing has this name.
    """
    return name if name and unique and reference(name) is None else f"{name} #{number}".strip()


def reference(text: str) -> tuple[str, int] | None:
    """A name, possibly empty, and the number behind it; None where there is no number."""
    found = _NUMBERED.match(text)
    return (found[1], int(found[2])) if found else None


def number(text: str) -> int | None:
    """A cell with nothing but a number, as the upstream gives them out; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else None
