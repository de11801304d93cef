"""Months on the console's own clock, each as a word such as ``2026-10``: words sort as their months do."""

from datetime import datetime

from django.utils import timezone


def of(moment: datetime | int) -> str:
    """The month of a point in time (Unix seconds, or aware)."""
    zone = timezone.get_default_timezone()
    local = datetime.fromtimestamp(moment, zone) if isinstance(moment, int) else moment.astimezone(zone)
    return _word(local.year, local.month)


def span(word: str) -> tuple[int, int]:
    """The first second of a month and the first one after it."""
    return _start(word), _start(_after(word))


def last(count: int, until: datetime) -> list[str]:
    """``count`` months, the last one that of ``until``."""
    months = [of(until)]
    while len(months) < count:
        year, month = _parts(months[0])
        months.insert(0, _word(year, month - 1) if month > 1 else _word(year - 1, 12))
    return months


def _after(word: str) -> str:
    year, month = _parts(word)
    return _word(year, month + 1) if month < 12 else _word(year + 1, 1)


def _start(word: str) -> int:
    return int(datetime(*_parts(word), 1, tzinfo=timezone.get_default_timezone()).timestamp())


def _parts(word: str) -> tuple[int, int]:
    year, month = word.split("-")
    return int(year), int(month)


def _word(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"
