"""The list of groups, to take away as a file (see ``orgs.export``)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.timezone import localtime

from groups import listing, words
from groups.listing import Filters
from groups.models import Group
from orgs.export import register_reader

# What the table shows of a group, under the keys of its columns (groups/views/index.py).
_CELLS: Mapping[str, Callable[[Group], str]] = {
    "name": lambda group: group.name,
    "number": lambda group: str(group.group_id),
    "members": lambda group: words.say("size", group.size),
    "burst_mode": lambda group: words.say("burst_mode", group.burst_mode),
    "type": lambda group: words.say("type", group.type),
    "shutup": lambda group: words.say("shutup", group.shutup),
    "limit": lambda group: words.say("user_limit", group.user_limit),
    "created": lambda group: localtime(group.created_at).date().isoformat() if group.created else "",
}


def register() -> None:
    """Make this room's list known to exports."""
    register_reader("groups", _groups)


def groups_source(filters: Filters, *, order: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    """Groups as the table shows them; ``columns`` are keys of its columns."""
    return {"filters": asdict(filters), "order": list(order), "columns": list(columns)}


def _groups(org_num: int, source: Mapping[str, Any]) -> Iterator[list[str]]:
    cells = [_CELLS[key] for key in source["columns"]]
    for group in listing.every(org_num, Filters(**source["filters"]), order=source["order"]):
        yield [cell(group) for cell in cells]
