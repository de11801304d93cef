"""The signed-in person's own account at Weila: what it holds, its password, its phone (weila.md, 用户信息管理).

What the writes raise is the upstream's own family, ``Throttled``, and ``NotKnown`` where the answer was lost.
"""

import logging
from dataclasses import dataclass

from django.conf import settings

from accounts import familiar, policies, sessions
from accounts.entrance import KIND, NotKnown
from accounts.identifiers import masked
from accounts.models import Why
from accounts.tokens import weila, weila_of
from audit import trail
from audit.trail import Action, Target
from common import throttle
from common.actor import Actor
from common.addresses import network_of
from common.outcome import Outcome
from upstream.errors import Forbidden, Rejected, SessionOver, UpstreamError
from upstream.jar import Jar
from upstream.reading import known
from upstream.secret import Password
from upstream.weila.types import User

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """A new password counts.

    Attributes:
        ended: how many of the person's other sessions were ended.
        signed_in: whether Weila lets this session go on; False: it is over, only signing in again helps.
    """

    ended: int
    signed_in: bool


def myself(actor: Actor) -> User | None:
    """The acting person as Weila knows them (weila.md, 用户信息); None while it does not answer.

    Raises:
        SessionOver, Forbidden, Rejected: Weila did answer, and tells nothing.
    """
    seconds = settings.WEILA["read_deadline"]
    try:
        return weila_of(actor.session_id, request_id=actor.request_id, deadline=seconds).user_selfinfo()
    except (SessionOver, Forbidden, Rejected):
        raise
    except UpstreamError as error:
        logger.warning("Asking for the person failed: %s", error)
        return None


def change_password(actor: Actor, present: Password, new: Password, *, end_others: bool) -> PasswordChanged:
    """Change the acting person's password (weila.md, 修改用户密码).

    No document says which tokens end with it (A19), so this session is tried afterwards.

    Args:
        end_others: whether the person's other sessions of this console end as well.

    Raises:
        Rejected: ``wrong_password`` when ``present`` is wrong.
        NotKnown: the answer was lost. No operation tells whether a password is the present one, short of signing in
            with it, which may end other sessions; so nothing is looked up, and nothing is sent again.
    """
    tries = [(policies.OWN_PASSWORD, str(actor.user_id))]
    throttle.reserve_all(tries)
    with trail.action(actor, "account.change-password", _target(actor)) as action:
        try:
            weila(actor).user_change_password(present, new)
        except (Rejected, Forbidden):
            raise
        except UpstreamError as error:
            throttle.settle(refund=tries)  # nobody learned anything about the password
            if error.outcome is not Outcome.UNKNOWN:
                raise
            action.unknown("unanswered")
            raise NotKnown from error
    throttle.settle(clear=tries)
    ended = sessions.end_others(actor, Why.PASSWORD_CHANGED) if end_others else 0
    return PasswordChanged(ended, _goes_on(actor))


def _goes_on(actor: Actor) -> bool:
    """Whether this session is still good; where nobody answers, the next page finds out."""
    try:
        myself(actor)
    except SessionOver:
        return False
    except (Rejected, Forbidden) as refusal:
        logger.warning("After a change of password: %s", refusal)
    return True


def bind_phone(actor: Actor, before: str, phone: str, code: str, password: Password, jar: Jar) -> None:
    """Bind another phone to the acting person's account; ``code`` is the one from the SMS (weila.md, 绑定手机号).

    A lost answer is looked up.

    Args:
        before: the phone that is bound so far, for the trail; empty where it is not known.

    Raises:
        Rejected: ``wrong_password`` when ``password`` is not the present one.
        NotKnown: the answer was lost, and looking it up settled nothing.
        UpstreamError: certainly nothing was changed.
    """
    tries = [
        (policies.OWN_PASSWORD, str(actor.user_id)),
        (policies.CODE_PHONE, phone),
        (policies.CODE_ADDRESS, network_of(actor.address)),
    ]
    throttle.reserve_all(tries)
    recorded = {"before": {"phone": masked(before)} if before else {}, "after": {"phone": masked(phone)}}
    with trail.action(actor, "account.bind-phone", _target(actor), **recorded) as action:
        try:
            weila(actor).user_bind_phone(phone, password, code, jar=jar)
        except (Rejected, Forbidden):
            raise
        except UpstreamError as error:
            throttle.settle(refund=tries)
            if error.outcome is not Outcome.UNKNOWN:
                raise
            _look_up(actor, phone, error, action)
    throttle.settle(clear=tries[:2])
    familiar.note(phone, actor.address)


def _look_up(actor: Actor, phone: str, lost: UpstreamError, action: Action) -> None:
    """Find out what became of a phone whose binding got no answer; returns when it is bound."""
    logger.warning("The answer to binding a phone was lost, looking it up: %s", lost)
    user = myself(actor)
    if user is not None and known(user.bind_phone, "") == phone:
        return
    if user is None or lost.may_still_arrive:
        action.unknown("lost_answer")
        raise NotKnown from lost
    action.refused("looked_up")
    raise lost


def _target(actor: Actor) -> Target:
    return Target(KIND, actor.user_num, actor.name or actor.user_num)
