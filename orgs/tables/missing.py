"""Who is in no row of a file, so that an import may suspend them."""

from changes.kinds import Trouble
from orgs.rows import Row
from orgs.tables.people import People, is_plainly_new
from sheets.tables import Line

_LISTED = 10


class Doubts:
    """Whom the rows of a file may mean without saying so plainly: nobody is taken for missing by mistake."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._spared: set[int] = set()
        self._unassigned: list[Line] = []  # the first rows that mean somebody, and nobody knows whom

    def read(self, line: Line, *, bad: bool) -> None:
        """Take note of a row; ``bad``: it can't be used."""
        meant: list[Row] = []
        if not line.cells.get("number"):
            meant += self._people.named(line.cells.get("name", ""))
        if bad:
            meant += self._people.might_be(line)
            if not meant and len(self._unassigned) <= _LISTED and not is_plainly_new(line):
                self._unassigned.append(line)
        self._spared.update(row.user_id for row in meant)

    def spare(self, row: Row) -> bool:
        """Whether a row of the file may mean this member."""
        return row.user_id in self._spared

    def problem(self) -> Trouble | None:
        """Why nobody at all can be called missing; None if nothing speaks against it."""
        if not self._unassigned:
            return None
        lines = [str(line.number) for line in self._unassigned[:_LISTED]]
        lines += ["…"] if len(self._unassigned) > _LISTED else []
        return self._unassigned[0].trouble("not_all_known", lines=", ".join(lines))
