"""Members and devices as a table that can be imported."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from changes.kinds import Draft, Ref, Trouble
from common.actor import Actor
from common.spreadsheets.text import clean
from orgs.kinds.members import ADD_DEVICE, CHANGE, CREATE, ENABLE, SUSPEND
from orgs.models import MemberState, MemberType
from orgs.rows import Row
from orgs.tables import cells, naming
from orgs.tables.cells import Bad
from orgs.tables.departments import Departments, Place
from orgs.tables.missing import Doubts
from orgs.tables.people import People
from orgs.words import Words
from sheets.tables import Import, Line, Mode

# How a cell is read, by field. The department is found, and its own affair.
_READERS: Mapping[str, Callable[[str], Any]] = {
    "name": cells.person,
    "phone": cells.phone,
    "sex": cells.sex,
    "tts": cells.switch,
    "loc_share": cells.switch,
    "track": cells.track,
    "job_num": cells.job_number,
    "state": cells.state,
    "type": cells.member_type,
    "code": cells.code,
    "password": cells.password,
}
_CHANGED = ("name", "phone", "dept_id", "sex", "tts", "loc_share", "track", "job_num")  # by member-change
# The document's own examples, and what the form for a new member begins with.
_PERSON: Mapping[str, Any] = {"dept_id": 0, "sex": 0, "tts": 0, "loc_share": 0}
_DEVICE: Mapping[str, Any] = {"dept_id": 0, "tts": 0, "loc_share": 0, "track": 0}

# What is said of somebody new, by whether the name is there already, and whether the file gives the password.
_NOTES: Mapping[tuple[bool, bool], str] = {
    (False, False): "",
    (True, False): "same_name",
    (False, True): "password_given",
    (True, True): "same_name_password_given",
}


class MemberPlanner:
    """Rows of people and devices; see ``People.find`` for whom a row means.

    An empty cell leaves what is there as it is.
    """

    def __init__(self, actor: Actor, wanted: Import) -> None:
        self._actor, self._wanted = actor, wanted
        self._people = People(actor.organization)
        self._departments = Departments(actor.organization, wanted)
        self._words = Words([])
        self._met: dict[int, int] = {}  # user id → the line that means them
        self._new: dict[object, int] = {}  # phone, or everything a new row says → its line
        self._doubts = Doubts(self._people)
        self._devices = False  # whether the file speaks of devices

    def plan(self, lines: Iterable[Line]) -> Iterator[Draft | Trouble]:
        for line in lines:
            self._drafts: list[Draft] = []
            troubles = list(self._row(line))
            if self._wanted.suspend_missing:
                self._doubts.read(line, bad=bool(troubles))
            yield from troubles or self._drafts

    # --- one row

    def _row(self, line: Line) -> Iterator[Trouble]:
        """The problems of a row; what it wants is in ``_drafts``."""
        try:
            present = self._people.find(line)
        except Bad as bad:
            yield line.trouble(bad.code, "number" if line.cells.get("number") else "phone", **bad.params)
            _values, troubles = self._read(line, None)
            yield from (one for one in troubles if one.column != line.headings.get("phone", ""))
            return
        values, troubles = self._read(line, present)
        if present is not None:
            troubles += self._known(line, present, values, bool(troubles))
            yield from (replace(one, target_text=present.name) for one in troubles)
            return
        yield from troubles
        if not (line.done and self._people.named(line.cells.get("name", ""))):
            yield from self._newcomer(line, values, bool(troubles))

    def _read(self, line: Line, present: Row | None) -> tuple[dict[str, Any], list[Trouble]]:
        """The cells that say something, as values."""
        values: dict[str, Any] = {}
        troubles = []
        for name, text in line.cells.items():
            if not text:
                continue
            try:
                if name == "department":
                    values["dept_id"] = self._departments.find(text, present.dept_id if present else 0)
                elif name in _READERS and not (present and _is(getattr(present, name, None), text)):
                    values[name] = _READERS[name](text)
            except Bad as bad:
                # A number that nobody can explain is exported as it is shown, and may stay.
                if not present or text != self._words.say(name, getattr(present, name, None)):
                    troubles.append(line.trouble(bad.code, name, **bad.params))
        return values, troubles

    # --- somebody who is there

    def _known(self, line: Line, present: Row, values: dict[str, Any], bad: bool) -> Iterator[Trouble]:
        if other := self._met.get(present.user_id):
            yield line.trouble("same_member", "number", other=other)
            return
        self._met[present.user_id] = line.number
        is_device = present.type == MemberType.DEVICE
        self._devices |= is_device
        troubles = [line.trouble(code, name) for code, name in _misplaced(present, values, is_device)]
        state = values.get("state", present.state)
        if state == MemberState.SUSPENDED != present.state and (why := self._protected(present)):
            troubles.append(line.trouble(why, "state"))
        yield from troubles
        if bad or troubles:
            return
        changes = {name: values[name] for name in _CHANGED if _differs(present, name, values)}
        if (changes or state != present.state) and self._wanted.mode is Mode.CREATE:
            yield line.trouble("exists_already", "number" if line.cells.get("number") else "phone")
            return
        if changes:
            self._drafts.append(self._change(line, present, changes))
        if state != present.state:
            self._drafts.append(self._state(line, present, state))

    def _change(self, line: Line, present: Row, changes: dict[str, Any]) -> Draft:
        before = {name: getattr(present, name) for name in changes}
        after, refs, said = self._placed(line, changes, present.dept_id)
        return Draft(
            kind=CHANGE,
            target_id=str(present.user_id),
            target_text=present.name,
            before=before,
            after=after,
            refs=refs,
            said=said,
            sheet=line.sheet,
            line=line.number,
        )

    def _state(self, line: Line | None, present: Row, state: int) -> Draft:
        return Draft(
            kind=ENABLE if state == MemberState.ENABLED else SUSPEND,
            target_id=str(present.user_id),
            target_text=present.name,
            before={"state": present.state},
            after={"state": state},
            sheet=line.sheet if line else "",
            line=line.number if line else None,
        )

    def _protected(self, row: Row) -> str:
        if row.type == MemberType.OWNER:
            return "owner"
        return "self" if row.user_id == self._actor.user_id else ""

    # --- somebody new

    def _newcomer(self, line: Line, values: dict[str, Any], bad: bool) -> Iterator[Trouble]:
        is_device = "code" in values or values.get("type") == MemberType.DEVICE
        self._devices |= is_device
        troubles = [line.trouble(code, name) for code, name in _unfit(line, values, is_device)]
        if values.get("job_num") and not self._people.tells_job_numbers:
            troubles.append(line.trouble("job_number_unknown", "job_num"))
        if other := self._repeated(line, values):
            troubles.append(line.trouble("repeats", "phone" if values.get("phone") else "name", other=other))
        if self._wanted.mode is Mode.UPDATE:
            troubles.append(line.trouble("not_there", "name"))
        yield from troubles
        if not bad and not troubles:
            self._create(line, values, is_device)

    def _repeated(self, line: Line, values: dict[str, Any]) -> int | None:
        """The line that has said the same before: the same phone, or the same altogether."""
        mark = values.get("code") or values.get("phone") or tuple(line.cells.items())
        other = self._new.get(mark)
        self._new.setdefault(mark, line.number)
        return other

    def _create(self, line: Line, values: dict[str, Any], is_device: bool) -> None:
        given = dict(_DEVICE if is_device else _PERSON)
        given |= {name: values[name] for name in ("name", *_CHANGED) if name in values}
        after, refs, said = self._placed(line, given, None)
        key = f"member:{line.sheet}:{line.number}"
        self._wanted.tell("member_name", naming.called(values["name"]), key)
        if phone := values.get("phone"):
            self._wanted.tell("member_phone", phone, key)
        self._drafts.append(
            Draft(
                kind=ADD_DEVICE if is_device else CREATE,
                target_text=values["name"],
                after=after,
                refs=refs,
                said=said,
                key=key,
                note=_NOTES[bool(self._people.named(values["name"])), "password" in values],
                sheet=line.sheet,
                line=line.number,
                secret=values.get("code" if is_device else "password", ""),
            )
        )
        if values.get("state") == MemberState.SUSPENDED:
            self._drafts.append(
                Draft(
                    kind=SUSPEND,
                    target_ref=Ref(key),
                    target_text=values["name"],
                    before={"state": int(MemberState.ENABLED)},
                    after={"state": int(MemberState.SUSPENDED)},
                    sheet=line.sheet,
                    line=line.number,
                )
            )

    def _placed(
        self, line: Line, values: Mapping[str, Any], present: int | None
    ) -> tuple[dict[str, Any], dict[str, Ref], dict[str, tuple[str, str]]]:
        """Values, references and words; a department that does not exist yet is planned before."""
        after = dict(values)
        if not isinstance(after.get("dept_id", 0), Place | None):
            return after, {}, {}
        place = after["dept_id"]
        if place is None:
            place, draft = self._departments.create(line, line.cells["department"])
            self._drafts.append(draft)
        after["dept_id"] = place.dept_id
        before = "" if present is None else self._departments.label(present) or self._words.department(0)
        nowhere = not place.dept_id and not place.key
        said = {"dept_id": (before, self._words.department(0) if nowhere else place.name)}
        return after, {"dept_id": Ref(place.key)} if place.key else {}, said

    # --- whoever is not in the file

    def finish(self) -> Iterator[Draft | Trouble]:
        if not self._wanted.suspend_missing:
            return
        if trouble := self._doubts.problem():
            yield trouble
            return
        for row in sorted(self._people.by_number.values(), key=lambda one: one.user_id):
            if row.user_id in self._met or self._doubts.spare(row):
                continue
            if row.state == MemberState.SUSPENDED or self._protected(row):
                continue
            if row.type == MemberType.DEVICE and not self._devices:
                continue
            yield self._state(None, row, MemberState.SUSPENDED)


def _is(value: object, text: str) -> bool:
    """Whether a cell says what is there; an export leaves out what nobody sees."""
    return isinstance(value, str) and clean(value) == text


def _differs(present: Row, name: str, values: dict[str, Any]) -> bool:
    if name == "phone":
        return name in values and values[name] != cells.domestic(present.phone)
    if name != "dept_id":
        return name in values and values[name] != getattr(present, name)
    place: Place | None = values.get(name, Place(present.dept_id, ""))
    return place is None or bool(place.key) or place.dept_id != present.dept_id


def _misplaced(present: Row, values: dict[str, Any], is_device: bool) -> Iterator[tuple[str, str]]:
    """Cells that mean nothing for this member: a problem, by code and field."""
    if "type" in values and values["type"] != present.type:
        yield "not_changeable", "type"
    for name in ("code", "password"):
        if name in values:
            yield f"{name}_of_existing", name
    wrong = "sex" if is_device else "track"
    if wrong in values and values[wrong] != getattr(present, wrong):
        yield ("people_only" if is_device else "devices_only"), wrong


def _unfit(line: Line, values: dict[str, Any], is_device: bool) -> Iterator[tuple[str, str]]:
    """What a new row lacks, or has too much of."""
    if "name" not in values and not line.cells.get("name"):
        yield "name_missing", "name"
    if is_device and "code" not in values and not line.cells.get("code"):
        yield "code_missing", "code"
    if values.get("type") in (MemberType.OWNER, MemberType.MANAGER):
        yield "not_changeable", "type"
    if is_device and "password" in values:
        yield "people_only", "password"
    wrong = "sex" if is_device else "track"
    if wrong in values:
        yield ("people_only" if is_device else "devices_only"), wrong
