"""Who is there already, as the rows of an import find them."""

from contextlib import suppress
from functools import cached_property

from orgs import store
from orgs.rows import Row
from orgs.tables import cells, naming
from orgs.tables.cells import Bad
from sheets.tables import Line


class People:
    """The members and devices of an organization, by number and by phone (as ``cells.phone`` reads it)."""

    def __init__(self, org_num: int) -> None:
        self.by_number: dict[str, Row] = {}
        self.by_phone: dict[str, list[Row]] = {}
        self.tells_job_numbers = False
        for row in store.stored(org_num):
            self.by_number[row.user_num or str(row.user_id)] = row
            self.tells_job_numbers |= row.job_num is not None
            if row.phone:
                self.by_phone.setdefault(cells.domestic(row.phone), []).append(row)

    def find(self, line: Line) -> Row | None:
        """Whom a row means: by Weila number, else by phone if exactly one has it; None for somebody new.

        Raises:
            Bad: there is nobody with this number, or several have this phone.
        """
        if number := cells.number(line.cells.get("number", "")):
            if number not in self.by_number:
                raise Bad("no_such_number")
            return self.by_number[number]
        if not line.cells.get("phone", "") or line.cells.get("code", ""):
            return None  # a device comes by its code, whatever phone it may have
        found = self.by_phone.get(cells.phone(line.cells["phone"]), [])
        if len(found) > 1:
            raise Bad("phone_shared", count=len(found))
        return found[0] if found else None

    def named(self, name: str) -> list[Row]:
        """Everybody with this name."""
        return self._by_name.get(naming.called(name), [])

    def might_be(self, line: Line) -> list[Row]:
        """Everybody whom a row that can't be used may mean, by number, phone or name."""
        found = list(self.named(line.cells.get("name", "")))
        if row := self.by_number.get(cells.digits(line.cells.get("number", ""))):
            found.append(row)
        with suppress(Bad):
            found += self.by_phone.get(cells.phone(line.cells.get("phone", "")), [])
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.by_number.values():
            if name := naming.called(row.name):
                found.setdefault(name, []).append(row)
        return found


def is_plainly_new(line: Line) -> bool:
    """Whether a row that can't be used means somebody new, and nobody who is there.

    It has a name, or the code of a device, and no number; and what there is of a phone can be read.
    """
    name, phone = line.cells.get("name", ""), line.cells.get("phone", "")
    try:
        cells.refuse_errors(name)
        if phone:
            cells.phone(phone)
    except Bad:
        return False
    return bool(name or line.cells.get("code")) and not line.cells.get("number")
