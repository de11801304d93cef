"""Proving once more who one is, before something dangerous: with the password, at the upstream.

The session stays the same; it gets the tokens of the new sign-in, because that may end the ones from before (A23).
"""

from functools import partial

from django.db import transaction

from accounts import policies, sessions
from accounts.entrance import Visitor, let_in, login, sign_in_tries
from accounts.identifiers import Account, Kind
from accounts.models import UpstreamSession
from accounts.sealing import Tokens
from accounts.tokens import SessionTokens, tokens_from
from audit import trail
from common import throttle
from common.actor import Actor
from common.outcome import Outcome
from upstream.errors import Forbidden, Rejected, UpstreamError
from upstream.secret import Password


class SomebodyElse(Exception):
    """Weila let in another person than the one of the session, or into another organization."""

    outcome = Outcome.NOT_DONE
    code = "somebody_else"


def prove(row: UpstreamSession, actor: Actor, password: Password, visitor: Visitor) -> None:
    """Sign the acting person in once more, with their own Weila number, and note that they proved who they are.

    Args:
        row: the actor's session.

    Raises:
        Throttled: too many tries, here or at the sign-in page; nothing was sent.
        Rejected: ``wrong_password``; the session goes on as before.
        SomebodyElse: the new tokens were forgotten.
        UpstreamError: nothing was changed here. Where Weila lets in one sign-in at a time, and the answer got lost,
            it may have ended the tokens of the session.
    """
    account = Account(row.user_num, Kind.NUMBER)
    tries = [*sign_in_tries(account, visitor), (policies.OWN_PASSWORD, str(row.user_id))]
    throttle.reserve_all(tries)
    try:
        with trail.action(actor, "session.prove", sessions.target_of(row)):
            sign_in = partial(_sign_in, row, account, password, visitor)
            SessionTokens(row.id, actor.request_id).replace(sign_in)
    except (Rejected, Forbidden):
        raise
    except UpstreamError:
        throttle.settle(refund=tries)  # nobody learned anything about the password
        raise
    with transaction.atomic():
        let_in(account, visitor, tries)


def _sign_in(row: UpstreamSession, account: Account, password: Password, visitor: Visitor) -> Tokens:
    reply = login(account, password, visitor)
    if (reply.user.id, reply.org.num if reply.org else None) != (row.user_id, row.org_num):
        raise SomebodyElse
    return tokens_from(reply.access_token, reply.refresh_token, reply.expires_in)
