"""Taking a list away as a file: what is in it, and the record that somebody took it.

An export is recorded before its first byte leaves, with how many rows it was going to have, and closed with how many
it had. Who breaks off has some of them: that is "not known", not "refused".
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import IO, Any

from django.utils.timezone import localtime

from audit import trail
from audit.trail import Target
from common.actor import Actor
from common.spreadsheets import Counted, NewSheet, csv_stream, write_xlsx
from orgs import listing
from orgs.listing import Filters, Sort
from orgs.models import Member, MemberType
from orgs.tables.departments import Departments
from orgs.words import Words
from sheets import making
from sheets.making import Progress
from sheets.tables import Import, Mode

logger = logging.getLogger(__name__)

BROKEN_OFF = "broken_off"
RECIPE = "list"

Say = Callable[[str, int | None], str]

# What the table shows of a member, under the keys of its columns (orgs/views/members.py).
_CELLS: Mapping[str, Callable[[Member, Say], str]] = {
    "name": lambda member, say: member.name,
    "number": lambda member, say: member.user_num,
    "phone": lambda member, say: member.phone,
    "department": lambda member, say: say("dept_id", member.dept_id),
    "type": lambda member, say: say("type", member.type),
    "state": lambda member, say: say("state", member.state),
    "sex": lambda member, say: say("sex", member.sex),
    "tts": lambda member, say: say("tts", member.tts),
    "loc_share": lambda member, say: say("loc_share", member.loc_share),
    "track": lambda member, say: say("track", member.track) if member.type == MemberType.DEVICE else "",
    "job_num": lambda member, say: member.job_num or "",
    "online": lambda member, say: say("online", member.online),
    "created": lambda member, say: localtime(member.created_at).date().isoformat() if member.created else "",
}


@dataclass(frozen=True, slots=True)
class Export:
    """A list to take away, as plain data: a job reads the same rows by it.

    Attributes:
        what: its code, such as "members": "members.export" is what the trail calls taking it.
        title: what people call it.
        header: the titles of the columns.
        source: which rows, for the reader of this list.
        total: how many there are now.
        filter: what narrows the list, in words; empty: all of it.
    """

    what: str
    title: str
    header: Sequence[str]
    source: Mapping[str, Any]
    total: int
    filter: str = ""


# The rows of a list in words of the present language, by organization and ``source``.
Reader = Callable[[int, Mapping[str, Any]], Iterable[Sequence[str]]]

_readers: dict[str, Reader] = {}


def register_reader(what: str, reader: Reader) -> None:
    """Make a list known that can be exported."""
    _readers[what] = reader


def register() -> None:
    """Make this room's list known, and how a job makes a workbook of any list."""
    register_reader("members", _members)
    making.register(RECIPE, _write_workbook)


def members_source(
    filters: Filters, *, sort: Sort, descending: bool, columns: Sequence[str]
) -> dict[str, Any]:
    """Members as the table shows them; ``columns`` are keys of its columns."""
    return {
        "filters": asdict(filters),
        "sort": sort.value,
        "descending": descending,
        "columns": list(columns),
    }


def _members(org_num: int, source: Mapping[str, Any]) -> Iterator[list[str]]:
    filters, sort = Filters(**source["filters"]), Sort(source["sort"])
    cells = [_CELLS[key] for key in source["columns"]]
    words, departments = Words([]), Departments(org_num, Import(Mode.BOTH))

    @cache  # a few values, a hundred thousand times
    def say(name: str, value: int | None) -> str:
        """In words; a department as an import finds exactly this one."""
        return departments.label(value or 0) if name == "dept_id" else words.say(name, value)

    for member in listing.every(org_num, filters, sort=sort, descending=source["descending"]):
        yield [cell(member, say) for cell in cells]


def as_csv(actor: Actor, export: Export) -> Iterator[bytes]:
    """A text file that is made while it is taken. What fails in the middle is raised, so that nobody takes the
    beginning for all of it: the server then ends the connection without the end of the answer.
    """
    stream = _recorded_csv(actor, export)
    next(stream)  # recorded: what fails up to here has an answer of its own
    return stream


def _write_workbook(actor: Actor, arguments: Mapping[str, Any], file: IO[bytes], progress: Progress) -> None:
    """The recipe for an Excel workbook of a list; ``arguments`` are those of an ``Export``."""
    export = Export(**arguments)
    counted = Counted(_rows(actor, export))
    with _action(actor, export, "Excel") as action:
        with making.not_taken_if_it_fails(action):
            write_xlsx(file, [NewSheet(export.title, export.header, counted)], progress=progress)
        action.done(after=_values(export, "Excel", counted.count))


def _rows(actor: Actor, export: Export) -> Iterable[Sequence[str]]:
    return _readers[export.what](actor.organization, export.source)


def _recorded_csv(actor: Actor, export: Export) -> Iterator[bytes]:
    counted = Counted(_rows(actor, export))
    with _action(actor, export, "CSV") as action:
        try:
            yield b""
            yield from csv_stream(export.header, counted)
        except GeneratorExit:
            action.unknown(BROKEN_OFF)
            raise
        except Exception:  # said here, because the server only sees an answer that ends too early
            logger.exception(
                "An export broke off after %d rows (request %s)", counted.count, actor.request_id
            )
            raise
        action.done(after=_values(export, "CSV", counted.count))


def _action(actor: Actor, export: Export, kind: str) -> Any:
    target = Target("export", export.what, export.title)
    return trail.action(actor, f"{export.what}.export", target, after=_values(export, kind, export.total))


def _values(export: Export, kind: str, rows: int) -> dict[str, Any]:
    return {"format": kind, "filter": export.filter, "rows": rows}
