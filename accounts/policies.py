"""How fast strangers may try what they may try; the counting is done by ``common.throttle``.

``forget`` is the quiet time after which counting begins anew.
"""

from datetime import timedelta

from common.throttle import Policy

# Signing in. An account is counted together with the address that tries it; alone it is counted only for
# addresses from which nobody ever signed in to it, so that no stranger can lock its owner out at home. An
# address is counted for all accounts; a success is taken off again, or a whole office would slow itself down.
SIGN_IN_PAIR = Policy(
    "sign-in.pair",
    free=5,
    base=timedelta(seconds=5),
    cap=timedelta(minutes=15),
    forget=timedelta(hours=1),
)
SIGN_IN_STRANGERS = Policy(
    "sign-in.strangers",
    free=20,
    base=timedelta(seconds=5),
    cap=timedelta(minutes=15),
    forget=timedelta(hours=1),
)
SIGN_IN_ADDRESS = Policy(
    "sign-in.address",
    free=30,
    base=timedelta(seconds=5),
    cap=timedelta(minutes=15),
    forget=timedelta(hours=1),
)

# One's own present password, asked for before password or phone are changed: who sits down at somebody else's
# session must not find it out.
OWN_PASSWORD = Policy(
    "own-password.person",
    free=5,
    base=timedelta(seconds=10),
    cap=timedelta(minutes=15),
    forget=timedelta(hours=1),
)

# Picture codes: each costs the upstream a picture and teaches a solver one more.
PICTURE_VISITOR = Policy(
    "picture.visitor",
    free=10,
    base=timedelta(seconds=2),
    cap=timedelta(minutes=2),
    forget=timedelta(minutes=10),
)
PICTURE_ADDRESS = Policy(
    "picture.address",
    free=60,
    base=timedelta(seconds=2),
    cap=timedelta(minutes=5),
    forget=timedelta(minutes=10),
)

# SMS: money, and a nuisance to whoever owns the phone. The wait of a phone is the countdown on the page.
SMS_PHONE = Policy(
    "sms.phone",
    free=0,
    base=timedelta(seconds=60),
    cap=timedelta(hours=1),
    forget=timedelta(hours=6),
)
SMS_ADDRESS = Policy(
    "sms.address",
    free=5,
    base=timedelta(seconds=30),
    cap=timedelta(hours=1),
    forget=timedelta(hours=6),
)

# Answers to an SMS: six digits can be guessed by whoever may guess often.
CODE_PHONE = Policy(
    "code.phone",
    free=5,
    base=timedelta(seconds=10),
    cap=timedelta(minutes=10),
    forget=timedelta(hours=1),
)
CODE_ADDRESS = Policy(
    "code.address",
    free=20,
    base=timedelta(seconds=10),
    cap=timedelta(minutes=10),
    forget=timedelta(hours=1),
)
