"""Who is in which group. Rows only add: nobody leaves a group because a row is missing."""

from collections.abc import Iterable, Iterator

from changes.kinds import Draft, Ref, Trouble
from common.actor import Actor
from groups.models import Membership
from groups.tables.known import Groups, Known
from orgs.tables import cells, naming
from orgs.tables.cells import Bad
from orgs.tables.people import People
from sheets.tables import Import, Line


class MembershipPlanner:
    """Rows of a group and a member; both may be new in this very import."""

    def __init__(self, actor: Actor, wanted: Import) -> None:
        self._wanted = wanted
        self._groups = Groups(actor.organization, wanted)
        self._people = People(actor.organization)
        rows = Membership.objects.filter(org_num=actor.organization)
        self._inside = set(rows.values_list("group__group_id", "user_id"))
        self._seen: dict[tuple[object, object], int] = {}

    def plan(self, lines: Iterable[Line]) -> Iterator[Draft | Trouble]:
        for line in lines:
            try:
                yield from self._row(line)
            except Bad as bad:
                yield line.trouble(bad.code, bad.params.pop("field", "member_number"), **bad.params)

    def finish(self) -> Iterator[Draft | Trouble]:
        yield from ()

    def _row(self, line: Line) -> Iterator[Draft | Trouble]:
        try:
            group = self._groups.find(line, "group_number", "group")
        except Bad as bad:
            raise Bad(bad.code, field="group", **bad.params) from None
        if group is None:
            raise Bad("no_such_group", field="group")
        user_id, name, key = self._member(line)
        if (group.group_id, user_id) in self._inside and not group.key:
            return
        mark = (group.key or group.group_id, key or user_id)
        if mark in self._seen:
            yield line.trouble("repeats", "group", other=self._seen[mark])
            return
        self._seen[mark] = line.number
        yield self._add(line, group, user_id, name, key)

    def _member(self, line: Line) -> tuple[int, str, str]:
        """User id, name, and the key of a draft for somebody who is new."""
        number, phone = cells.number(line.cells.get("member_number", "")), line.cells.get("phone", "")
        name = line.cells.get("name", "")
        if number:
            row = self._people.by_number.get(number)
            if row is None:
                raise Bad("no_such_number", field="member_number")
            return row.user_id, row.name, ""
        if not phone and not name:
            raise Bad("member_missing", field="name" if "name" in line.headings else "phone")
        if phone:
            phone = cells.phone(phone)
            found = self._people.by_phone.get(phone, [])
            key, several = self._wanted.told("member_phone", phone)
        else:
            found = self._people.named(name)
            key, several = self._wanted.told("member_name", naming.called(name))
        several += len(found)
        if several > 1:
            raise Bad("member_ambiguous", field="phone" if phone else "name", count=several)
        if found:
            return found[0].user_id, found[0].name, ""
        if not key:
            raise Bad("no_such_member", field="phone" if phone else "name")
        return 0, name, key

    def _add(self, line: Line, group: Known, user_id: int, name: str, key: str) -> Draft:
        return Draft(
            kind="groups.membership.add",
            target_id=str(group.group_id) if group.group_id else "",
            target_text=group.name,
            target_ref=Ref(group.key) if group.key else None,
            after={"user_id": user_id},
            refs={"user_id": Ref(key)} if key else {},
            said={"user_id": ("", name)},
            sheet=line.sheet,
            line=line.number,
        )
