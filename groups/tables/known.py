"""Which groups are there, as the cells of an import name them."""

from dataclasses import dataclass

from groups.models import Group
from orgs.tables import cells, naming
from orgs.tables.cells import Bad
from orgs.tables.naming import NameIndex
from sheets.tables import Import, Line


@dataclass(frozen=True, slots=True)
class Known:
    """A group that a row means. ``key`` is set where this very import creates it."""

    group_id: int
    name: str
    burst_mode: int | None = None
    key: str = ""


class Groups(NameIndex):
    """Finds groups by number, or by a name that only one has."""

    def __init__(self, org_num: int, wanted: Import) -> None:
        rows = Group.objects.filter(organization=org_num).values_list("group_id", "name", "burst_mode")
        self._by_id = {group_id: Known(group_id, name, burst_mode) for group_id, name, burst_mode in rows}
        super().__init__("group", wanted, ((known.group_id, known.name) for known in self._by_id.values()))

    def find(self, line: Line, number: str = "number", name: str = "name") -> Known | None:
        """The group that a row means; None for one that is not there.

        Args:
            number, name: the fields of the row that say it.

        Raises:
            Bad: there is none with this number, or it is called otherwise, or several have this name.
        """
        text = line.cells.get(name, "")
        written = cells.number(line.cells.get(number, ""))
        if written:
            meant = naming.number(written)
            if meant not in self._by_id:
                raise Bad("no_such_group")
            return self._by_id[meant]
        reference = naming.reference(text)
        if reference and self.fits(*reference):
            return self._by_id[reference[1]]
        found = self.named(text)
        if reference and reference[1] in self.names and len(found) != 1:
            raise Bad("group_differs", number=reference[1], called=self.names[reference[1]])
        if len(found) > 1:
            raise Bad("group_ambiguous", count=len(found), example=self.label(found[0]))
        if found:
            return self._by_id[found[0]]
        key = self.key_of(text)
        return Known(0, text, key=key) if key else None
