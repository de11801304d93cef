"""The groups themselves: by number they are changed, by name they are created."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from changes.kinds import Draft, Trouble
from common.actor import Actor
from common.spreadsheets.text import clean
from groups.models import BurstMode
from groups.tables.known import Groups, Known
from orgs.search import normalized
from orgs.tables import cells, naming
from orgs.tables.cells import Bad
from sheets.tables import Import, Line, Mode


class GroupPlanner:
    """Rows of groups. An empty cell leaves what is there as it is."""

    def __init__(self, actor: Actor, wanted: Import) -> None:
        self._wanted = wanted
        self._groups = Groups(actor.organization, wanted)
        self._seen: dict[object, int] = {}

    def plan(self, lines: Iterable[Line]) -> Iterator[Draft | Trouble]:
        for line in lines:
            yield from self._row(line)

    def finish(self) -> Iterator[Draft | Trouble]:
        yield from ()

    def _row(self, line: Line) -> Iterator[Draft | Trouble]:
        named = "number" if line.cells.get("number") else "name"
        try:
            known = self._groups.find(line)
        except Bad as bad:
            yield line.trouble(bad.code, named, **bad.params)
            return
        values, troubles = _read(line, known)
        mark: object = (
            known.group_id if known and known.group_id else naming.called(line.cells.get("name", ""))
        )
        if not mark:
            troubles.append(line.trouble("name_missing", "name"))
        elif mark in self._seen:
            troubles.append(line.trouble("repeats", named, other=self._seen[mark]))
        self._seen.setdefault(mark, line.number)
        differing = {k: v for k, v in values.items() if known is not None and v != getattr(known, k)}
        if known is None and self._wanted.mode is Mode.UPDATE:
            troubles.append(line.trouble("not_there", "name"))
        if differing and self._wanted.mode is Mode.CREATE:
            troubles.append(line.trouble("exists_already", named))
        if troubles:
            yield from troubles
        elif known is None:
            yield self._create(line, values)
        elif differing:
            if name := differing.get("name"):
                self._groups.rename(known.group_id, name)
            yield _change(line, known, differing)

    def _create(self, line: Line, values: Mapping[str, Any]) -> Draft:
        return Draft(
            kind="groups.group.create",
            target_text=values["name"],
            after={"burst_mode": BurstMode.QUEUE.value, **values},
            key=self._groups.new_key(values["name"]),
            sheet=line.sheet,
            line=line.number,
        )


def _change(line: Line, known: Known, changes: Mapping[str, Any]) -> Draft:
    return Draft(
        kind="groups.group.change",
        target_id=str(known.group_id),
        target_text=known.name,
        before={name: getattr(known, name) for name in changes},
        after=changes,
        sheet=line.sheet,
        line=line.number,
    )


def _read(line: Line, known: Known | None) -> tuple[dict[str, Any], list[Trouble]]:
    values: dict[str, Any] = {}
    troubles = []
    name, mode = line.cells.get("name", ""), line.cells.get("burst_mode", "")
    # "调度 #12" names the group of which several have the name; it is not its name.
    by_number = known is not None and known.group_id and not line.cells.get("number")
    if name and not by_number and not (known and clean(known.name) == name):
        try:
            values["name"] = cells.name(name)
        except Bad as bad:
            troubles.append(line.trouble(bad.code, "name", **bad.params))
    if mode:
        if normalized(mode) in _modes():
            values["burst_mode"] = _modes()[normalized(mode)]
        elif not (known and mode == str(known.burst_mode)):
            said = " / ".join(_labels())
            troubles.append(line.trouble("not_one_of", "burst_mode", words=said))
    return values, troubles


@cache
def _modes() -> Mapping[str, int]:
    words = {"抢占": BurstMode.GRAB.value, "抢断": BurstMode.INTERRUPT.value, "排队": BurstMode.QUEUE.value}
    return words | {normalized(label): value for label, value in _labels().items()}


@cache
def _labels() -> Mapping[str, int]:
    return cells.labels(BurstMode.choices)
