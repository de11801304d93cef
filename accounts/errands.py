"""What a visitor has under way: cookies of the upstream, and the phone a code went to.

It is kept in the visitor's Django session, sealed because that session is not, small, and for an hour only;
signing in drops it with everything else.
"""

import json
import time
from dataclasses import dataclass, field

from django.contrib.sessions.backends.base import SessionBase

from common.crypto import SealBroken, seal, unseal
from upstream.jar import Jar
from upstream.weila.types import SmsType

_KEY = "errand"
_PURPOSE = "visitor.errand"
_SECONDS = 3600


@dataclass(slots=True)
class Errand:
    """``phones`` tells, for each purpose, where the last code was sent."""

    jar: Jar = field(default_factory=Jar)
    phones: dict[SmsType, str] = field(default_factory=dict)


def load(session: SessionBase) -> Errand:
    """The visitor's errand; a new one when there is none or it can't be read any more."""
    sealed = session.get(_KEY)
    if not sealed:
        return Errand()
    try:
        kept = json.loads(unseal(sealed, purpose=_PURPOSE, row="", organization=""))
    except SealBroken:
        return Errand()
    if kept["until"] < time.time():
        return Errand()
    return Errand(Jar(kept["jar"]), {SmsType(name): phone for name, phone in kept["phones"].items()})


def keep(session: SessionBase, errand: Errand, *, signed_in: bool) -> None:
    """Keep the errand until the visitor's next request; a session that is nothing but an errand ends with it."""
    kept = {"jar": errand.jar.dump(), "phones": errand.phones, "until": time.time() + _SECONDS}
    session[_KEY] = seal(json.dumps(kept), purpose=_PURPOSE, row="", organization="")
    if not signed_in:
        session.set_expiry(_SECONDS)


def forget(session: SessionBase) -> None:
    """The errand is done."""
    session.pop(_KEY, None)
