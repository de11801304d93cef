"""Which groups are there, as the cells of an import name them."""

import re
from dataclasses import dataclass

from groups.models import Group
from orgs.search import normalized
from orgs.tables import cells
from orgs.tables.cells import Bad
from sheets.tables import Import, Line

_NUMBERED = re.compile(r"\A(.*?)\s*[#＃]([0-9]{1,18})\Z")  # "调度 #12": several have the name


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
            self._by_name.setdefault(normalized(row.name), []).append(known)

    def find(self, line: Line, number: str = "number", name: str = "name") -> Known | None:
        """The group that a row means; None for one that is not there.

        Args:
            number, name: the fields of the row that say it.

        Raises:
            Bad: there is none with this number, or several have this name.
        """
        text = line.cells.get(name, "")
        written = cells.digits(line.cells.get(number, ""))
        if not written and (numbered := _NUMBERED.match(text)) and int(numbered[2]) in self._by_id:
            written = numbered[2]
        if written:
            known = self._by_id.get(int(written)) if written.isdecimal() and len(written) < 19 else None
            if known is None:
                raise Bad("no_such_group")
            return known
        found = self._by_name.get(normalized(text), [])
        if len(found) > 1:
            raise Bad("group_ambiguous", count=len(found), example=self.label(found[0].group_id))
        if found:
            return found[0]
        key = self._wanted.keys.get(("group", normalized(text)))
        return Known(0, text, key=key) if key else None

    def label(self, group_id: int) -> str:
        """How an export names a group, so that an import finds exactly this one."""
        name = self._by_id[group_id].name
        unique = name and len(self._by_name[normalized(name)]) == 1 and not _NUMBERED.match(name)
        return name if unique else f"{name} #{group_id}"
