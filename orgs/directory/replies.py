"""What the upstream's replies to writes are worth: they omit fields, and some contradict the request.

Pages and change sets read them in the same way.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET

from orgs import rows
from orgs.models import MemberType
from orgs.rows import Row
from upstream.weila.types import Member as Told

# How far the upstream's clock may be behind ours when a new member is looked for by the time of joining.
CLOCKS_DIFFER = timedelta(minutes=5)

_MARKS = ("name", "phone", "dept_id")


def changed(row: Row, changes: Mapping[str, Any], answer: Told | None) -> Row | None:
    """The row after a change that was answered; None when the answer says something else than the request.

    A reply that names somebody else tells nothing of this one (weila.md, 修改企业成员信息).
    """
    wanted = Told(user_id=row.user_id, **changes)
    told = answer if answer is not None and answer.user_id == row.user_id else wanted
    if all(getattr(told, name) in (UNSET, value) for name, value in _comparable(changes).items()):
        return rows.merged(rows.merged(row, wanted), told)
    return None


def created(given: Mapping[str, Any], answer: Told, *, device: bool, sent_at: datetime) -> Row:
    """The row of a newcomer: what was sent, and what the reply tells on top of it."""
    wanted = Told(user_id=answer.user_id, type=int(device), created=int(sent_at.timestamp()), **given)
    return rows.merged(rows.from_upstream(wanted), answer)


def arrived(name: str, before: object, wanted: object, now: object) -> bool:
    """Whether a field has got its value; all as the upstream tells them.

    It stores a picture under another address than the one that was sent.
    """
    return bool(now != before if name == "avatar" else now == wanted)


def newcomers(
    everybody: Iterable[Row], given: Mapping[str, Any], *, device: bool, sent_at: datetime
) -> list[Row]:
    """Who may be the one that was sent at that time: by kind, by what was sent, and by the time of joining."""
    since = int((sent_at - CLOCKS_DIFFER).timestamp())
    marks = {name: given[name] for name in _MARKS if name in given}
    return [
        row
        for row in everybody
        if row.created >= since
        and (row.type == MemberType.DEVICE) is device
        and all(getattr(row, name) == value for name, value in marks.items())
    ]


def _comparable(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Without the picture: the upstream stores it under another address than the one that was sent."""
    return {name: value for name, value in changes.items() if name != "avatar"}
