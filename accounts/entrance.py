"""Coming in: signing in, signing up, and a forgotten password.

What these raise is the upstream's own family, ``Throttled``, and ``NotKnown`` for a write whose answer was
lost and whose end can't be looked up.
"""

import logging
import math
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from msgspec import UnsetType

from accounts import familiar, policies, sessions
from accounts.identifiers import Account, Kind, masked
from accounts.models import UpstreamSession
from accounts.tokens import anonymous_weila, tokens_from
from audit import trail
from audit.trail import Target
from common import throttle
from common.actor import Actor, Role
from common.addresses import network_of
from common.outcome import Outcome
from upstream.errors import Forbidden, Rejected, UpstreamError
from upstream.jar import Jar
from upstream.secret import Password
from upstream.weila.types import Picture, SignedIn, SmsType

logger = logging.getLogger(__name__)

PICTURE_WIDTH, PICTURE_HEIGHT = 150, 50  # pixels, as the document asks for it
KIND = "account"
_NOBODY = UUID(int=0)


class NotKnown(Exception):
    """The answer to a write was lost, and nothing tells whether it was done."""

    outcome = Outcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes in, as far as it can be told before they did: the browser's address and name.

    ``browser`` tells one browser of an address from another; empty until it has a cookie.
    """

    address: str
    user_agent: str
    request_id: str
    browser: str = ""

    @property
    def network(self) -> str:
        return network_of(self.address)


# --- signing in


def sign_in(account: Account, password: Password, visitor: Visitor) -> UpstreamSession:
    """Sign in with a phone or a Weila number, and open a session.

    Raises:
        Throttled: too many tries; nothing was sent.
        Rejected: ``wrong_password`` when account and password don't fit.
        Forbidden: 45016 for an account that belongs to no company.
    """
    tries = sign_in_tries(account, visitor)
    throttle.reserve_all(tries)
    try:
        reply = login(account, password, visitor)
    except (Rejected, Forbidden) as refusal:
        logger.info("Sign-in to account %s was refused: %s", _digest(account.digits), refusal)
        raise
    except UpstreamError:
        throttle.settle(refund=tries)  # nobody learned anything about the password
        raise
    with transaction.atomic():  # one turn at SQLite's write lock for all of it
        let_in(account, visitor, tries)
        return _open(reply, visitor)


def sign_in_tries(account: Account, visitor: Visitor) -> list[throttle.Try]:
    """What one try of a password counts against."""
    tries = [
        (policies.SIGN_IN_PAIR, f"{account.digits}\n{visitor.network}"),
        (policies.SIGN_IN_ADDRESS, visitor.network),
    ]
    if not familiar.knows(account.digits, visitor.address):
        tries.append((policies.SIGN_IN_STRANGERS, account.digits))
    return tries


def let_in(account: Account, visitor: Visitor, tries: list[throttle.Try]) -> None:
    """The password was right: the tries count for nothing any more, and the visitor is known from here on."""
    throttle.settle(
        refund=[one for one in tries if one[0] is policies.SIGN_IN_ADDRESS],
        clear=[one for one in tries if one[0] is not policies.SIGN_IN_ADDRESS],
    )
    familiar.note(account.digits, visitor.address)


def login(account: Account, password: Password, visitor: Visitor) -> SignedIn:
    """Sign in at the upstream and nothing else (weila.md, 手机号密码登录 and 账号密码登录)."""
    weila = anonymous_weila(visitor.request_id)
    if account.kind is Kind.PHONE:
        return weila.login_by_phone(account.digits, password)
    return weila.login_by_name(account.digits, password)


def _open(reply: SignedIn, visitor: Visitor) -> UpstreamSession:
    user = reply.user
    person = sessions.Person(
        user_id=user.id,
        user_num=user.num,
        name=user.num if isinstance(user.name, UnsetType) else user.name,
        org_num=reply.org.num if reply.org else None,
    )
    return sessions.start(
        person,
        tokens_from(reply.access_token, reply.refresh_token, reply.expires_in),
        address=visitor.address,
        user_agent=visitor.user_agent,
        request_id=visitor.request_id,
    )


# --- codes


def new_picture(jar: Jar, visitor: Visitor) -> Picture:
    """A new picture code; the one before it is void. What ties it to this visitor ends up in ``jar``."""
    tries = [(policies.PICTURE_ADDRESS, visitor.network)]
    if visitor.browser:
        tries.append((policies.PICTURE_VISITOR, visitor.browser))
    throttle.reserve_all(tries)
    return anonymous_weila(visitor.request_id).get_verifycode_image(PICTURE_WIDTH, PICTURE_HEIGHT, jar=jar)


def send_sms(
    purpose: SmsType, country_code: str, phone: str, picture: str, jar: Jar, visitor: Visitor
) -> None:
    """Have a code sent to a phone; ``picture`` is what the visitor read in the picture.

    Raises:
        Throttled: this phone or this address has to wait.
        Rejected: 44005 for a wrong picture code.
        NotKnown: the answer was lost; the code may have been sent.
    """
    throttle.reserve_all([(policies.SMS_PHONE, phone), (policies.SMS_ADDRESS, visitor.network)])
    weila = anonymous_weila(visitor.request_id)
    try:
        weila.send_sms_verifycode(phone, purpose, picture, country_code=country_code, jar=jar)
    except UpstreamError as error:
        if error.outcome is Outcome.UNKNOWN:
            raise NotKnown from error
        # No SMS was sent, so nobody has to wait for the next.
        throttle.settle(refund=[(policies.SMS_PHONE, phone)])
        raise


def seconds_until_next_sms(phone: str) -> int:
    """How long the next code for this phone has to wait, in whole seconds."""
    return math.ceil(throttle.wait(policies.SMS_PHONE, phone).total_seconds())


# --- signing up


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A new account. ``session`` is None when signing in to it did not work at once."""

    user_num: str
    session: UpstreamSession | None


def sign_up(phone: str, code: str, password: Password, jar: Jar, visitor: Visitor) -> SignedUp:
    """Open an account and sign in to it; ``code`` is the one from the SMS.

    A lost answer is looked up by signing in with the phone.

    Raises:
        NotKnown: the answer was lost, and signing in did not work either.
    """
    tries = _code_tries(phone, visitor)
    throttle.reserve_all(tries)
    try:
        registered = anonymous_weila(visitor.request_id).regist(phone, code, password, jar=jar)
    except (Rejected, Forbidden):
        raise
    except UpstreamError as error:
        throttle.settle(refund=tries)
        if error.outcome is not Outcome.UNKNOWN:
            raise
        return _found(phone, password, visitor, error)
    throttle.settle(clear=[(policies.CODE_PHONE, phone)])
    account = Account(registered.user_name, Kind.NUMBER)
    try:
        reply = login(account, password, visitor)
    except UpstreamError as error:
        logger.warning("Signing in to a new account did not work: %s", error)
        return SignedUp(registered.user_name, None)
    return _signed_up(account, reply, visitor)


def _found(phone: str, password: Password, visitor: Visitor, lost: UpstreamError) -> SignedUp:
    account = Account(phone, Kind.PHONE)
    try:
        reply = login(account, password, visitor)
    except UpstreamError:
        raise NotKnown from lost
    return _signed_up(account, reply, visitor)


def _signed_up(account: Account, reply: SignedIn, visitor: Visitor) -> SignedUp:
    with transaction.atomic():
        familiar.note(account.digits, visitor.address)
        row = _open(reply, visitor)
        actor = sessions.actor_for(row, address=visitor.address, request_id=visitor.request_id)
        trail.record(actor, "account.sign-up", Target(KIND, row.user_num, row.user_num), Outcome.DONE)
    return SignedUp(row.user_num, row)


# --- a forgotten password


def reset_password(
    country_code: str, phone: str, code: str, password: Password, jar: Jar, visitor: Visitor
) -> None:
    """Set a new password; ``code`` is the one from the SMS. Nobody is signed in by it.

    Raises:
        NotKnown: the answer was lost; the password may be the new one.
    """
    tries = _code_tries(phone, visitor)
    throttle.reserve_all(tries)
    weila = anonymous_weila(visitor.request_id)
    try:
        weila.reset_password(phone, code, password, country_code=country_code, jar=jar)
    except (Rejected, Forbidden):
        raise
    except UpstreamError as error:
        throttle.settle(refund=tries)
        if error.outcome is not Outcome.UNKNOWN:
            raise
        _record_reset(phone, visitor, Outcome.UNKNOWN)
        raise NotKnown from error
    throttle.settle(clear=[(policies.CODE_PHONE, phone)])
    _record_reset(phone, visitor, Outcome.DONE)


def _record_reset(phone: str, visitor: Visitor, outcome: Outcome) -> None:
    # Nobody is signed in, and the upstream does not say whose phone it is.
    somebody = Actor(
        session_id=_NOBODY,
        user_id=0,
        user_num="",
        name="",
        role=Role.UNKNOWN,
        org_num=None,
        address=visitor.address,
        request_id=visitor.request_id,
    )
    trail.record(somebody, "account.reset-password", Target(KIND, _digest(phone), masked(phone)), outcome)


# --- shared


def _code_tries(phone: str, visitor: Visitor) -> list[throttle.Try]:
    return [(policies.CODE_PHONE, phone), (policies.CODE_ADDRESS, visitor.network)]


def _digest(text: str) -> str:
    """A name for logs and trail that tells equal from different and nothing more."""
    return salted_hmac("account", text, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()[:16]
