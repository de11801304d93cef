"""The groups' mirror: one organization's talk groups and who is in them, as the upstream last told.

The truth is upstream. Every query on these tables starts from the organization of the session; the operations on
groups carry no organization (weila.md, 企业群组管理), so nothing else keeps one's hands off another's groups.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.lease import Leased
from orgs.models import Organization


class Roster(Leased):
    """The head of the groups' mirror. Its lease is held by whoever reads the members of all groups.

    ``group_ver`` and ``address_ver`` are the versions that the upstream had before the list was last read: who
    is deleted from the directory leaves their groups, and moves only the latter.
    """

    organization = models.OneToOneField(
        Organization, primary_key=True, on_delete=models.CASCADE, related_name="roster"
    )
    group_ver = models.BigIntegerField(null=True)
    address_ver = models.BigIntegerField(null=True)
    settled = models.BooleanField(default=False)  # no later change can have the same versions
    read_at = models.DateTimeField(null=True)  # when the list of groups was last read whole
    asked_at = models.DateTimeField(null=True)  # when it was last asked for
    failure = models.CharField(max_length=40, blank=True)  # why reading it failed, empty when it did not
    failed_at = models.DateTimeField(null=True)
    skipped = models.IntegerField(default=0)  # rows of the last list that could not be read

    # Readings and our own writes are numbered in their order, so that what was asked for earlier and arrives
    # later undoes nothing. A number needs no two machines to agree on the time.
    clock = models.BigIntegerField(default=0)
    list_clock = models.BigIntegerField(default=0)  # the newest that the list of groups contains
    changes = models.BigIntegerField(default=0)  # how often groups or members of this mirror changed

    queued_at = models.DateTimeField(null=True)  # when reading all members was last asked for
    progress_done = models.IntegerField(default=0)
    progress_total = models.IntegerField(default=0)

    insights: models.JSONField[Any, Any] = models.JSONField(default=dict)  # see groups/insights.py
    insights_of = models.CharField(max_length=120, blank=True)  # the state that they were counted from

    def __str__(self) -> str:
        return f"{self.organization_id}"


class BurstMode(models.IntegerChoices):
    """``burst_mode``: what happens when somebody presses while another speaks (weila.md, 创建群组)."""

    QUEUE = 0, _("Queue")
    GRAB = 1, _("Grab")
    INTERRUPT = 2, _("Interrupt")


class GroupType(models.IntegerChoices):
    """``type`` of a group (weila.md, 获取所有群组: 17 企业正式群). An example has 33, which nothing explains."""

    FORMAL = 17, _("Company group")


class Shutup(models.IntegerChoices):
    """``shutup``: whether members are kept from speaking (weila.md, 获取所有群组: 禁言). Nothing can set it."""

    OFF = 0, _("Off")
    ON = 1, _("On")


class Group(models.Model):
    """A talk group. What the upstream did not tell is null; replies leave out different fields."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="groups", db_index=False
    )
    group_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    avatar = models.CharField(max_length=500, blank=True)
    creator = models.BigIntegerField(null=True)  # a user id
    type = models.IntegerField(null=True)
    burst_mode = models.IntegerField(null=True)
    shutup = models.IntegerField(null=True)
    intro = models.TextField(blank=True)
    user_limit = models.IntegerField(null=True)  # told in the answer to a change only
    user_count = models.IntegerField(null=True)
    member_version = models.BigIntegerField(null=True)  # a small counter: 1 and the changes of its members
    created = models.BigIntegerField(default=0)  # Unix seconds, 0 where it was not told

    search = models.CharField(max_length=400, blank=True)  # name and number, normalized
    seen_at = models.DateTimeField(null=True)  # when the mirror first had it
    # How many are in it: those that were listed, or as many as the upstream counts while they are yet to be read.
    size = models.IntegerField(null=True)

    # Of the last reading of its members: what the upstream had told before, and the reading's number.
    members_version = models.BigIntegerField(null=True)
    members_count = models.IntegerField(null=True)
    members_read_at = models.DateTimeField(null=True)
    members_due = models.BooleanField(default=True)  # whether they may be others than those that were read
    members_clock = models.BigIntegerField(default=0)
    members_skipped = models.IntegerField(default=0)  # rows that could not be read

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "group_id"], name="group_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def created_at(self) -> datetime | None:
        """When the group was created; None where the upstream did not tell."""
        return datetime.fromtimestamp(self.created, UTC) if self.created else None


class Membership(models.Model):
    """That somebody is in a group.

    The settings are null unless a reply told them: group-member-getall leaves them out (weila.md, 获取群组所有成员).
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    org_num = models.BigIntegerField()
    user_id = models.BigIntegerField()
    priority = models.IntegerField(null=True)
    tts = models.IntegerField(null=True)
    loc_share = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "user_id"], name="membership_once"),
        ]
        indexes = [
            models.Index(fields=["org_num", "user_id"], name="membership_of"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"
