"""Who is there already, as the rows of an import find them."""

from orgs import store
from orgs.rows import Row
from orgs.tables import cells
from orgs.tables.cells import Bad
from sheets.tables import Line


class People:
    """The members and devices of an organization, by number and by phone (as ``cells.phone`` reads it)."""

    def __init__(self, org_num: int) -> None:
        self.by_number: dict[str, Row] = {}
        self.by_phone: dict[str, list[Row]] = {}
        self.names: set[str] = set()
        self.tells_job_numbers = False
        for row in store.stored(org_num):
            self.by_number[row.user_num or str(row.user_id)] = row
            self.names.add(row.name)
            self.tells_job_numbers |= row.job_num is not None
            if row.phone:
                self.by_phone.setdefault(cells.domestic(row.phone), []).append(row)

    def find(self, line: Line) -> Row | None:
        """Whom a row means: by Weila number, else by phone if exactly one has it; None for somebody new.

        Raises:
            Bad: there is nobody with this number, or several have this phone.
        """
        if number := cells.digits(line.cells.get("number", "")):
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
        if name not in self.names:
            return []
        return [row for row in self.by_number.values() if row.name == name]

    def might_be(self, line: Line) -> list[Row]:
        """Everybody whom a row that can't be used may mean; so that nobody is taken for missing."""
        name, phone = line.cells.get("name", ""), line.cells.get("phone", "")
        try:
            phone = cells.phone(phone)
        except Bad:
            phone = ""
        return self.by_phone.get(phone, []) or self.named(name)
