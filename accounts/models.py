from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.actor import Role
from common.lease import Leased


class User(AbstractUser):
    """A local account, for support staff. The admins of companies sign in to Weila and never get one."""


class Why(models.TextChoices):
    """Why a session ended."""

    SIGNED_OUT = "signed_out", _("signed out")
    ENDED_ELSEWHERE = "ended_elsewhere", _("ended from another session")
    IDLE = "idle", _("not used for too long")
    EXPIRED = "expired", _("reached its maximum age")
    REFUSED = "refused", _("no longer accepted by Weila")
    NOT_ADMINISTRATOR = "not_administrator", _("not an administrator of the organization")
    ROLE_LOST = "role_lost", _("no longer an administrator of the organization")
    NOT_MEMBER = "not_member", _("no longer in the organization")
    PASSWORD_CHANGED = "password_changed", _("the password was changed")
    ORGANIZATION_CHANGED = "organization_changed", _("the organization changed")
    UNREADABLE = "unreadable", _("its stored tokens can no longer be read")


class UpstreamSession(Leased):
    """One sign-in: whose it is, and the tokens that the upstream gave for it.

    The browser's own session holds nothing but the id of this row. Both tokens are sealed, bound to row and
    organization (``common.crypto``); ``token_version`` counts every pair of tokens that was stored, so
    whoever replaces one can tell whether somebody else was faster. The lease is held by whoever refreshes.
    Ended rows keep no token; they stay for a while so that people can see what ended when, and why.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user_id = models.BigIntegerField()
    user_num = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    org_num = models.BigIntegerField(null=True)  # null: the person has no organization yet

    access_sealed = models.TextField(blank=True)
    refresh_sealed = models.TextField(blank=True)
    token_version = models.PositiveBigIntegerField(default=1)
    expires_at = models.DateTimeField()  # of the access token

    role = models.CharField(max_length=10, default=Role.UNKNOWN.value)  # a common.actor.Role
    confirmed_at = models.DateTimeField(null=True)  # when the upstream last confirmed organization and role

    created_at = models.DateTimeField(default=timezone.now)
    proved_at = models.DateTimeField(default=timezone.now)  # when the person last gave their password
    last_used_at = models.DateTimeField(default=timezone.now)
    left_to_jobs_at = models.DateTimeField(null=True)  # no browser may use it any more, jobs go on
    address = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=30, blank=True)  # a Why

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-created_at"], name="session_person"),
            models.Index(fields=["org_num"], condition=models.Q(ended_at=None), name="session_live_org"),
            models.Index(fields=["ended_at"], name="session_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.user_num} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def open_to_browsers(self) -> bool:
        """Whether somebody is signed in by it; a session that lives may be left to jobs alone."""
        return self.ended_at is None and self.left_to_jobs_at is None

    @property
    def why(self) -> Why | None:
        """Why it ended; None while it lives."""
        return Why(self.ended_why) if self.ended_why else None


class KeptView(models.Model):
    """How one person looks at one table of one organization: a query string of filters, sort and columns.

    A view with a name is one that they saved. The one without is what the table opens with: columns only.
    """

    user_id = models.BigIntegerField()
    org_num = models.BigIntegerField()
    table = models.CharField(max_length=60)  # the name of the URL that shows it
    name = models.CharField(max_length=60, blank=True)
    query = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "org_num", "table", "name"], name="kept_view_once")
        ]

    def __str__(self) -> str:
        return f"{self.table}: {self.name}"


class FamiliarAddress(models.Model):
    """A network address from which an account was signed in to: attackers elsewhere can't lock it out there.

    Kept as a digest, so the table names neither accounts nor addresses.
    """

    key = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}…"
