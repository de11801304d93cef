"""Sentences that several pages of this room need."""

import math
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Why
from common.actor import Role

# The document gives no meaning; later editions of the vendor's clients name these.
SEXES = {0: _("Male"), 1: _("Female")}

ROLES = {Role.OWNER: _("Owner"), Role.MANAGER: _("Manager"), Role.MEMBER: _("Member")}

# What the sign-in page says about the session before.
ENDED = {
    Why.SIGNED_OUT: _("You are signed out."),
    Why.ENDED_ELSEWHERE: _("This session was ended from another one of yours. Sign in to continue."),
    Why.IDLE: _("You were signed out because this session was not used for a long time."),
    Why.EXPIRED: _("You were signed out because this session reached its maximum age."),
    Why.REFUSED: _(
        "Weila no longer accepts this session. Sign in to continue; nothing that you saved is lost."
    ),
    Why.PASSWORD_CHANGED: _(
        "The password was changed, which ended this session. Sign in with the new password."
    ),
    Why.NOT_ADMINISTRATOR: _(
        "This account is not an administrator of its organization. Ask the owner to make it one."
    ),
    Why.ROLE_LOST: _("You are no longer an administrator of the organization, so you were signed out."),
    Why.NOT_MEMBER: _("You are no longer in the organization, so you were signed out."),
    Why.ORGANIZATION_CHANGED: _(
        "Your account now belongs to another organization. Sign in to continue there."
    ),
    Why.UNREADABLE: _("This session can no longer be used. Sign in to continue."),
}


def wait(duration: timedelta) -> str:
    """How long to wait, in the largest whole unit that says it, never too short."""
    seconds = max(1, math.ceil(duration.total_seconds()))
    if seconds < 120:
        return ngettext("%(number)d second", "%(number)d seconds", seconds) % {"number": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
