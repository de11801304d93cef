"""The pieces that home is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate

from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Tile:
    """One number."""

    label: StrOrPromise
    value: int
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and the list that it speaks of; ``url`` is empty where there is none."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a chart.

    Attributes:
        url: the list behind it; empty where there is none.
        length: how long it is drawn, in percent; empty where it is only said.
        start: where it begins, if it is a part of one line.
    """

    label: StrOrPromise
    value: int
    url: str = ""
    length: str = ""
    start: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Values that are looked at together. ``name`` is the id of its heading, ``lines`` say what is not drawn."""

    name: str
    title: StrOrPromise
    bars: Sequence[Bar]
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one room has to show.

    Attributes:
        concerns: what wants attention; nothing where all is well.
        rankings: drawn as lines, the longest first.
        columns: drawn side by side, in an order of their own.
        shares: drawn as the parts of one line.
        unknown: what can't be said yet.
    """

    tiles: Sequence[Tile] = ()
    concerns: Sequence[Line] = ()
    rankings: Sequence[Chart] = ()
    columns: Sequence[Chart] = ()
    shares: Sequence[Chart] = ()
    unknown: Sequence[StrOrPromise] = ()


def together(*parts: Part) -> Part:
    """All parts as one, in their order."""
    return Part(
        **{one.name: [each for part in parts for each in getattr(part, one.name)] for one in fields(Part)}
    )


def concerns(*found: tuple[int | None, StrOrPromise, str]) -> list[Line]:
    """A line for each problem that somebody or something has: how many, the words for it, the list.

    What is not known (None) is no problem that could be shown.
    """
    return [Line(str(words % {"count": count}), url) for count, words, url in found if count]


def ranked(values: Iterable[tuple[StrOrPromise, int, str]]) -> list[Bar]:
    """Bars as long as their values, the largest one over the whole length."""
    known = list(values)
    most = max((value for _label, value, _url in known), default=0)
    return [Bar(label, value, url, _percent(value, most)) for label, value, url in known]


def divided(values: Iterable[tuple[StrOrPromise, int, str]]) -> list[Bar]:
    """Bars that make one whole together; nothing of it is left out."""
    known = [one for one in values if one[1]]
    starts = [0, *accumulate(value for _label, value, _url in known)]
    whole = starts.pop()
    return [
        Bar(label, value, url, _percent(value, whole), _percent(start, whole))
        for (label, value, url), start in zip(known, starts, strict=True)
    ]


def _percent(value: int, whole: int) -> str:
    return f"{100 * value / whole:.2f}%"
