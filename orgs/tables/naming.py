"""How the cells of a table name a thing of which several may have the same name: "研发部2 #6"."""

import re
from collections.abc import Iterable
from functools import lru_cache

from common.spreadsheets.text import clean
from orgs.search import normalized
from sheets.tables import Import

_NUMBERED = re.compile(r"\A(.*?)\s*[#＃]([0-9]{1,18})\Z")


@lru_cache(maxsize=4096)  # each row asks several times, and all rows for the same few departments
def called(name: str) -> str:
    """A name as it is compared, in the directory or in a cell: people neither see nor mean the differences."""
    return normalized(clean(name))


def reference(text: str) -> tuple[str, int] | None:
    """A name, possibly empty, and the number behind it; None where there is no number."""
    found = _NUMBERED.match(text)
    return (found[1], int(found[2])) if found else None


def number(text: str) -> int | None:
    """A cell with nothing but a number, as the upstream gives them out; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


class NameIndex:
    """The things of one kind by the names that cells give them: as they are there, and as this very import has them."""

    def __init__(self, kind: str, wanted: Import, present: Iterable[tuple[int, str]]) -> None:
        self._kind, self._wanted = kind, wanted
        self.names = dict(present)  # by number
        self._by_name: dict[str, list[int]] = {}
        for number, name in self.names.items():
            self._by_name.setdefault(called(name), []).append(number)

    def named(self, name: str) -> list[int]:
        """Those that are called so now, or by this very import."""
        found = self._by_name.get(called(name), [])
        soon = self._wanted.renamed.get((self._kind, called(name)), [])
        return [*found, *(number for number in soon if number not in found)]

    def fits(self, name: str, number: int) -> bool:
        """Whether the thing with this number is called so; without a name, whether there is one."""
        return number in (self.named(name) if name else self.names)

    def new_key(self, name: str) -> str:
        """The key for a draft that creates one with this name; from now on ``key_of`` knows it."""
        key = f"{self._kind}:{called(name)}"
        self._wanted.tell(self._kind, called(name), key)
        return key

    def key_of(self, name: str) -> str:
        """The key of the draft of this import that creates one with this name; empty if none does."""
        return self._wanted.told(self._kind, called(name))[0]

    def rename(self, number: int, name: str) -> None:
        """From now on, ``named`` finds the thing with this number by its new name, too."""
        self._wanted.rename(self._kind, called(name), number)

    def reads_otherwise(self, name: str) -> bool:
        """Whether a cell with this name may be taken for something else, such as the thing with a number."""
        return reference(name) is not None

    def label(self, number: int) -> str:
        """How an export names a thing, so that an import finds exactly this one."""
        name = self.names.get(number, "")
        alone = len(self._by_name.get(called(name), ())) == 1
        return name if name and alone and not self.reads_otherwise(name) else f"{name} #{number}".strip()
