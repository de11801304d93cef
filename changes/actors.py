"""Who a set belongs to, as an ``Actor``: its job acts with the session that it was confirmed in."""

from accounts import sessions
from accounts.models import UpstreamSession
from changes.models import ChangeSet
from common.actor import Actor


def actor_of(change_set: ChangeSet) -> Actor | None:
    """The owner of a set, acting in the set's session; None when that session has ended."""
    row = UpstreamSession.objects.filter(
        pk=change_set.session_id, ended_at=None, org_num=change_set.org_num
    ).first()
    if row is None:
        return None
    return sessions.actor_for(row, address=change_set.address, request_id=change_set.request_id)


def owned_by(actor: Actor) -> dict[str, object]:
    """The columns that say whose a set is."""
    return {
        "org_num": actor.organization,
        "session_id": actor.session_id,
        "user_id": actor.user_id,
        "user_num": actor.user_num,
        "user_name": actor.name[:200],
        "address": actor.address[:64],
    }
