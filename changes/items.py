"""Changes as their kinds get them: with the values that others brought, and with their secret opened."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.trail import Target
from changes import kinds, secrets
from changes.kinds import Item
from changes.models import Change, ChangeSet
from common.crypto import SealBroken


def needed_by(change_set: ChangeSet, changes: Sequence[Change]) -> dict[int, Change]:
    """What these need of the same set, by position: their values are complete only with what others brought."""
    wanted = {position for change in changes for position in change.needs}
    rows = Change.objects.filter(change_set=change_set, position__in=wanted) if wanted else ()
    return {one.position: one for one in rows}


def item_of(
    change_set: ChangeSet,
    change: Change,
    needed: Mapping[int, Change],
    *,
    attempted_at: datetime | None = None,
) -> Item:
    """A change as its kind gets it; ``needed`` brings what it refers to."""
    kind = kinds.kind(change.kind)
    after, target_id = dict(change.after), change.target_id
    for name, (position, brought) in change.refs.items():
        value = needed[position].result.get(brought) if position in needed else None
        if name == "target":
            target_id = str(value or target_id)
        else:
            after[name] = value
    secret = _opened(change_set, change) if change.secret else ""
    if not secret and kind.makes_secret:
        secret = kind.new_secret()
    return Item(
        id=change.pk,
        kind=change.kind,
        target=Target(kind.target_kind, target_id, change.target_text),
        before=change.before,
        after=after,
        secret=secret,
        attempted_at=attempted_at,
        result=change.result,
        said=change.said,
        change_set=change_set.pk,
    )


def _opened(change_set: ChangeSet, change: Change) -> str:
    """The secret; empty when no key opens it any more: that is one change's trouble, not that of the whole set."""
    try:
        return secrets.opened(change_set, change.position, change.secret)
    except SealBroken:
        return ""
