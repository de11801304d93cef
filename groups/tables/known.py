"""Which groups are there, as the cells of an import name them."""

from dataclasses import dataclass

from groups.models import Group
from orgs.tables import cells, naming
from orgs.tables.cells import Bad
from sheets.tables import Import, Line


@dataclass(frozen=True, slots=True)
class Known:
    """A group that a row means. ``key`` is set where this very import creates it."""

    group_id: int
    name: str
    burst_mode: int | None = None
    key: str = ""


class Groups:
    """Finds groups by number, or by a name that only one has."""

    def __init__(self, org_num: int, wanted: Import) -> None:
        self._wanted = wanted
        self._by_id: dict[int, Known] = {}
        self._by_name: dict[str, list[Known]] = {}
        for row in Group.objects.filter(organization=org_num).only("group_id", "name", "burst_mode"):
            known = Known(row.group_id, row.name, row.burst_mode)
            self._by_id[row.group_id] = known
            self._by_name.setdefault(naming.called(row.name), []).append(known)

    def find(self, line: Line, number: str = "number", name: str = "name") -> Known | None:
        """The group that a row means; None for one that is not there.

        Args:
            number, name: the fields of the row that say it.

        Raises:
            Bad: there is none with this number, or it is called otherwise, or several have this name.
        """
        text = line.cells.get(name, "")
        written = cells.digits(line.cells.get(number, ""))
        if written:
            meant = naming.number(written)
            if meant not in self._by_id:
                raise Bad("no_such_group")
            return self._by_id[meant]
        found = self._named(text)
        if (reference := naming.reference(text)) and (known := self._by_id.get(reference[1])):
            if not reference[0] or known in self._named(reference[0]):
                return known
            if len(found) != 1:
                raise Bad("group_differs", number=known.group_id, called=known.name)
        if len(found) > 1:
            raise Bad("group_ambiguous", count=len(found), example=self.label(found[0].group_id))
        if found:
            return found[0]
        key = self._wanted.keys.get(("group", naming.called(text)))
        return Known(0, text, key=key) if key else None

    def _named(self, name: str) -> list[Known]:
        """Those that are called so now, or by this very import."""
        found = self._by_name.get(naming.called(name), [])
        soon = [
            self._by_id[number] for number in self._wanted.renamed.get(("group", naming.called(name)), [])
        ]
        return [*found, *(known for known in soon if known not in found)]

    def label(self, group_id: int) -> str:
        """How an export names a group, so that an import finds exactly this one."""
        name = self._by_id[group_id].name
        return naming.label(name, group_id, unique=len(self._by_name[naming.called(name)]) == 1)
