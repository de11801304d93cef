"""Faults that the sandbox plays on demand: what they are, and which one meets the next request."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .malformed import MALFORMATIONS


class FaultError(ValueError):
    """A fault that cannot be played; the text says why."""


class Kind(StrEnum):
    """`value` is: seconds (latency, late), an HTTP status, an errcode, a malformation, nothing (drops)."""

    LATENCY = "latency"
    STATUS = "status"
    DROP = "drop"
    DROP_AFTER = "drop-after"
    LATE = "late"
    MALFORMED = "malformed"
    ERRCODE = "errcode"


Value = int | float | str | None

LONGEST_SECONDS = 600
_FIELDS = frozenset({"system", "operation", "kind", "value", "times", "probability"})


@dataclass
class Fault:
    """A fault for one operation (its path in the document, or "*") of one system.

    It plays `times` times, or on each request with `probability`; with neither, on every request
    until it is taken away.
    """

    system: str
    operation: str
    kind: Kind
    value: Value
    times: int | None
    probability: float | None

    def meets(self, system: str, operation: str) -> bool:
        return self.system == system and self.operation in ("*", operation)

    def described(self) -> dict[str, object]:
        return {
            "system": self.system,
            "operation": self.operation,
            "kind": self.kind.value,
            "value": self.value,
            "times": self.times,
            "probability": self.probability,
        }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _seconds(value: object) -> Value:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= LONGEST_SECONDS:
        raise FaultError(f"value: seconds, from 0 to {LONGEST_SECONDS}.")
    return value


def _status(value: object) -> Value:
    if not isinstance(value, int) or isinstance(value, bool) or not 300 <= value <= 599:
        raise FaultError("value: an HTTP status from 300 to 599.")
    return value


def _errcode(value: object) -> Value:
    if isinstance(value, str) and value.isascii() and value.isdigit() and int(value):
        return value
    if not isinstance(value, int) or isinstance(value, bool) or value == 0:
        raise FaultError("value: an errcode other than 0, as a number or a string of digits.")
    return value


def _malformation(value: object) -> Value:
    value = "html" if value is None else value
    if not isinstance(value, str) or value not in MALFORMATIONS:
        raise FaultError(f"value: one of {', '.join(MALFORMATIONS)}.")
    return value


def _nothing(value: object) -> Value:
    if value is not None:
        raise FaultError("value: this kind takes none.")
    return None


_CHECKS = {
    Kind.LATENCY: _seconds,
    Kind.LATE: _seconds,
    Kind.STATUS: _status,
    Kind.ERRCODE: _errcode,
    Kind.MALFORMED: _malformation,
    Kind.DROP: _nothing,
    Kind.DROP_AFTER: _nothing,
}


def parse(body: Mapping[str, object], operations: Mapping[str, frozenset[str]]) -> Fault:
    """A fault from a control's JSON body. `operations`: the paths that each system has."""
    if unknown := sorted(set(body) - _FIELDS):
        raise FaultError(f"{unknown[0]}: no such field; there are {', '.join(sorted(_FIELDS))}.")
    system = body.get("system")
    if not isinstance(system, str) or system not in operations:
        raise FaultError(f"system: one of {', '.join(operations)}.")
    kinds = [kind.value for kind in Kind]
    if body.get("kind") not in kinds:
        raise FaultError(f"kind: one of {', '.join(kinds)}.")
    kind = Kind(str(body["kind"]))
    return Fault(
        system=system,
        operation=_operation(body.get("operation"), system, operations[system]),
        kind=kind,
        value=_CHECKS[kind](body.get("value")),
        times=_times(body),
        probability=_probability(body),
    )


def _operation(value: object, system: str, paths: frozenset[str]) -> str:
    """The path as the document writes it; the sandbox's own prefix before it is tolerated."""
    if value == "*":
        return "*"
    path = value.removeprefix(f"/{system}") if isinstance(value, str) else ""
    if path not in paths:
        raise FaultError(f'operation: "*" or a path of {system}, such as {min(paths)}.')
    return path


def _times(body: Mapping[str, object]) -> int | None:
    times = body.get("times")
    if times is None:
        return None
    if body.get("probability") is not None:
        raise FaultError("times or probability, not both.")
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= 1_000_000:
        raise FaultError("times: a whole number from 1.")
    return times


def _probability(body: Mapping[str, object]) -> float | None:
    probability = body.get("probability")
    if probability is None:
        return None
    if not isinstance(probability, int | float) or not _is_number(probability) or not 0 < probability <= 1:
        raise FaultError("probability: above 0, at most 1.")
    return float(probability)


class FaultBook:
    """The faults that are set, in the order they were set; randomness is seeded, so a run repeats."""

    SEED = 20241115

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._random = random.Random(self.SEED)

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self._random.seed(self.SEED)

    def listed(self) -> list[dict[str, object]]:
        with self._lock:
            return [fault.described() for fault in self._faults]

    def next_for(self, system: str, operation: str) -> tuple[float, Fault | None]:
        """Seconds to wait first, and the fault to play then (the first one that meets the request)."""
        wait = 0.0
        with self._lock:
            for fault in self._faults.copy():
                if not fault.meets(system, operation) or not self._plays(fault):
                    continue
                if fault.kind is not Kind.LATENCY:
                    return wait, fault
                wait += float(fault.value or 0)
        return wait, None

    def _plays(self, fault: Fault) -> bool:
        if fault.probability is not None:
            return self._random.random() < fault.probability
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self._faults.remove(fault)
        return True
