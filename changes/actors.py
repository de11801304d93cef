"""Who a set belongs to, as an ``Actor``: its job acts with the session that it was confirmed in."""

from dataclasses import replace

from accounts import sessions
from changes.models import ChangeSet
from common.actor import Actor


def actor_of(change_set: ChangeSet) -> Actor | None:
    """The owner of a set, acting in the set's session; None when that session has ended."""
    actor = sessions.actor_of(change_set.session_id, request_id=change_set.request_id)
    if actor is None or actor.org_num != change_set.org_num:
        return None
    return replace(actor, address=change_set.address)


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
