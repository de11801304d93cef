"""What a measurement comes to: rows of the table, and the few statistics that they need."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``kept`` is None where nothing limits the figure."""

    what: str
    figure: str
    limit: str = ""
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What one module measured, and what its rows mean (Markdown)."""

    title: str
    meaning: str
    rows: Sequence[Row]


def limited(what: str, value: float, limit: float, *, unit: str = "", digits: int = 2, said: str = "") -> Row:
    """A figure that may be at most ``limit``; ``said`` is what it was made of."""
    figure = f"{value:.{digits}f}{unit}" + (f" ({said})" if said else "")
    return Row(what, figure, f"≤ {limit:g}{unit}", value <= limit)


def repeated(samples: int, *, seconds: float) -> Iterator[int]:
    """Count the samples; on a slow machine fewer are taken than wanted, but never fewer than FEWEST."""
    until = time.monotonic() + seconds
    for number in range(samples):
        if number >= FEWEST and time.monotonic() > until:
            return
        yield number


def p50(seconds: Sequence[float]) -> float:
    return median(seconds)


def p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.02 else f"{seconds * 1000:.1f} ms"
