"""What the upstream tells of groups and their members, made to fit the columns of the mirror."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import UNSET

from groups.models import Group
from orgs.rows import LATEST, bounded, number, text
from orgs.search import normalized
from upstream.weila.types import Group as Told
from upstream.weila.types import GroupMember

# What a reply may tell of a group; the columns have the upstream's names.
COLUMNS = (
    "name",
    "avatar",
    "creator",
    "type",
    "burst_mode",
    "shutup",
    "intro",
    "user_limit",
    "user_count",
    "member_version",
    "created",
)
_TEXTS = {"name": 200, "avatar": 500, "intro": 5000}
_LARGE = {"creator": 2**63 - 1, "member_version": 2**63 - 1}


class Settings(NamedTuple):
    """What a member's place in a group is like; None where it was not told."""

    priority: int | None
    tts: int | None
    loc_share: int | None


def told(group: Told) -> dict[str, Any]:
    """The columns that a reply tells. Replies omit fields, and what they omit stays."""
    return {name: _fitting(name, value) for name in COLUMNS if (value := getattr(group, name)) is not UNSET}


def _fitting(name: str, value: Any) -> Any:
    if name in _TEXTS:
        return text(value, _TEXTS[name])
    if name == "created":
        return bounded(value, LATEST)
    return bounded(value, _LARGE[name]) if name in _LARGE else number(value)


def search_text(group: Group) -> str:
    """What a group is found by."""
    return f"{normalized(group.name)} {group.group_id}"


def memberships(members: Iterable[GroupMember]) -> dict[int, Settings]:
    """Who is listed, by user id, with the settings as far as they are those of the group.

    Later editions put ``tts`` and ``loc_share`` beside ``track`` and ``state`` into the list, where they look like
    the person's own. Only a row that also tells the priority speaks of the place in the group.
    """
    return {row.user_id: _settings(row) for row in members}


def _settings(row: GroupMember) -> Settings:
    if row.priority is UNSET:
        return Settings(None, None, None)
    return Settings(number(row.priority), number(row.tts), number(row.loc_share))
