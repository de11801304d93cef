"""Passwords that the console makes up for new members, and the least that a typed one has to be.

No document states a rule, so these are the console's own. The upstream gets nothing but an MD5.
"""

import secrets

from django.utils.translation import ngettext

from upstream.secret import Password

# Read aloud and typed from paper: nothing that looks like something else.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


LENGTH = 10  # 57 signs: 58 bits, out of reach behind the delays of any sign-in page
MINIMUM = 8


def generate() -> Password:
    """A new random password."""
    return Password("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def problems(typed: str) -> list[str]:
    """What is wrong with a typed password, as sentences that name no part of it; empty when nothing is."""
    if len(typed) >= MINIMUM:
        return []
    return [
        ngettext(
            "A password needs at least %(least)d character.",
            "A password needs at least %(least)d characters.",
            MINIMUM,
        )
        % {"least": MINIMUM}
    ]
