"""Pages of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE_SIZE = 50

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows.

    Attributes:
        rows: the rows of this page only.
        number: which page, from 1.
        total: how many rows there are on all pages.
        size: how many rows a full page has.
    """

    rows: Sequence[Row]
    number: int
    total: int
    size: int = PAGE_SIZE

    @classmethod
    def of(cls, rows: Sequence[Row], number: int, size: int = PAGE_SIZE) -> "Page[Row]":
        """One page of a sequence that is in memory as a whole."""
        number = clamp(number, len(rows), size)
        return cls(rows[(number - 1) * size : number * size], number, len(rows), size)

    @property
    def pages(self) -> int:
        return page_count(self.total, self.size)

    @property
    def first(self) -> int:
        """Position of the first row among all, from 1; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def window(self) -> list[int | None]:
        """The page numbers to link: the first, the last and those around; ``None`` stands for a gap."""
        near = range(self.number - 2, self.number + 3)
        numbers = sorted({1, self.pages, *near} & set(range(1, self.pages + 1)))
        window: list[int | None] = []
        for before, number in zip([0, *numbers], numbers, strict=False):
            if number - before > 1:
                window.append(None)
            window.append(number)
        return window


def page_count(total: int, size: int = PAGE_SIZE) -> int:
    """How many pages ``total`` rows fill; at least one, so that page 1 always exists."""
    return max(1, -(-total // size))


def clamp(number: int, total: int, size: int = PAGE_SIZE) -> int:
    """The wanted page, or the last one when it lies beyond the end."""
    return max(1, min(number, page_count(total, size)))
