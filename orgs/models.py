"""The directory mirror: one organization's departments and members, as the upstream last told them.

The truth is upstream. Every query on these tables starts from the organization of the session.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.lease import Leased


class Organization(Leased):
    """The head of one organization's mirror. Its lease is held by whoever fetches the directory.

    ``address_ver`` and ``mirrored_ver`` are the upstream's version (weila.md, 我的企业): the time of its last
    change in whole seconds, as last seen and as it was before the directory was last read.
    """

    num = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=200)
    avatar = models.CharField(max_length=500, blank=True)
    intro = models.TextField(blank=True)
    created = models.BigIntegerField(default=0)  # Unix seconds, 0 where it was not told
    member_cnt = models.IntegerField(null=True)  # the upstream's own counts, which may lag behind
    device_cnt = models.IntegerField(null=True)
    group_cnt = models.IntegerField(null=True)

    address_ver = models.BigIntegerField(default=0)
    address_ver_seen_at = models.DateTimeField(null=True)  # when this version was first seen
    group_ver = models.BigIntegerField(
        default=0
    )  # the same for the groups, of which a room above keeps a mirror
    group_ver_seen_at = models.DateTimeField(null=True)
    mirrored_ver = models.BigIntegerField(null=True)
    mirrored_settled = models.BooleanField(default=False)  # no later change can have the same version
    mirrored_at = models.DateTimeField(null=True)  # when the directory was last read whole
    checked_at = models.DateTimeField(null=True)  # when the version was last asked
    unreachable_at = models.DateTimeField(null=True)  # when asking last failed, empty when it did not
    queued_at = models.DateTimeField(null=True)  # when a fetch in the background was last asked for
    used_at = models.DateTimeField(null=True)  # when somebody last looked; unused mirrors are erased

    progress_done = models.IntegerField(default=0)
    progress_total = models.IntegerField(default=0)
    failure = models.CharField(max_length=40, blank=True)  # why the last fetch failed, empty when it did not
    failed_at = models.DateTimeField(null=True)

    # After a first load of many, the search index follows a few seconds later (orgs/store.py).
    indexed = models.BooleanField(default=True)

    # Totals are counted once when the mirror changes, so that a page of 100,000 costs what one of 60 does.
    total = models.IntegerField(default=0)
    facets: models.JSONField[Any, Any] = models.JSONField(default=dict)  # see orgs/facets.py

    def __str__(self) -> str:
        return f"{self.num} {self.name}"

    @property
    def loaded(self) -> bool:
        """Whether the directory was read whole at least once."""
        return self.mirrored_at is not None

    @property
    def created_at(self) -> datetime | None:
        """When the organization was created; None where the upstream did not tell."""
        return _moment(self.created)


class Department(models.Model):
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="departments", db_index=False
    )
    dept_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    user_count = models.IntegerField(null=True)  # told by later editions only
    seen_at = models.DateTimeField(null=True)  # when the mirror first had it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "dept_id"], name="department_once"),
        ]

    def __str__(self) -> str:
        return self.name


class MemberType(models.IntegerChoices):
    """``type`` of a member. Not described by the document; inferred from its examples and later editions."""

    MEMBER = 0, _("Member")
    DEVICE = 1, _("Device")
    MANAGER = 2, _("Manager")
    OWNER = 255, _("Owner")


class MemberState(models.IntegerChoices):
    """``state`` of a member (weila.md, 修改企业成员状态: 0 启用 1 暂停)."""

    ENABLED = 0, _("Enabled")
    SUSPENDED = 1, _("Suspended")


class Track(models.IntegerChoices):
    """``track``: how often a device reports its place (weila.md, 修改企业成员信息). Above these: seconds."""

    OFF = 0, _("Off")
    HIGH = 1, _("High frequency")
    MEDIUM = 2, _("Medium frequency")
    LOW = 3, _("Low frequency")
    RESERVED = 4, _("Reserved")


class Member(models.Model):
    """A person or a device of an organization. Numbers that the upstream did not tell are null.

    Unknown values of ``type``, ``state`` or ``track`` are kept as they came. Rows are written by
    ``orgs.store`` only: it is what keeps the search index and the stored totals true.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    user_id = models.BigIntegerField()
    user_num = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    country_code = models.CharField(max_length=10, blank=True)
    dept_id = models.BigIntegerField(default=0)  # 0: in no department
    type = models.IntegerField(default=MemberType.MEMBER)
    state = models.IntegerField(default=MemberState.ENABLED)
    sex = models.IntegerField(null=True)
    tts = models.IntegerField(null=True)
    loc_share = models.IntegerField(null=True)
    track = models.IntegerField(null=True)
    avatar = models.CharField(max_length=500, blank=True)
    created = models.BigIntegerField(default=0)  # Unix seconds, 0 where it was not told
    # Later editions of the upstream tell these; null where it does not.
    job_num = models.CharField(max_length=40, null=True)  # noqa: DJ001  # "not told" differs from empty
    online = models.IntegerField(null=True)

    search = models.TextField(blank=True)  # see orgs/search.py
    indexed = models.BooleanField(default=True)  # whether SQLite's search index has this row
    seen_at = models.DateTimeField(null=True)  # when the mirror first had this row

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user_id"], name="member_once"),
        ]
        # Every sort of the table has its index, and every filter; each costs the first load of 100,000 about
        # 0.2 to 0.4 s (bench/mirror_load.py).
        indexes = [
            models.Index(fields=["organization", "name", "user_id"], name="member_name"),
            models.Index(fields=["organization", "user_num", "user_id"], name="member_user_num"),
            models.Index(fields=["organization", "phone", "user_id"], name="member_phone"),
            models.Index(fields=["organization", "dept_id", "user_id"], name="member_dept"),
            models.Index(fields=["organization", "type", "user_id"], name="member_type"),
            models.Index(fields=["organization", "state", "user_id"], name="member_state"),
            models.Index(fields=["organization", "created", "user_id"], name="member_created"),
            models.Index(fields=["organization", "tts"], name="member_tts"),
            models.Index(fields=["organization", "loc_share"], name="member_loc_share"),
            models.Index(fields=["organization", "track"], name="member_track"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name, or where there is none the number."""
        return self.name or self.user_num or str(self.user_id)

    @property
    def created_at(self) -> datetime | None:
        """When the member joined; None where the upstream did not tell."""
        return _moment(self.created)


class SharedPhone(models.Model):
    """A phone that several members of an organization have. Written by ``orgs.phones``."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+", db_index=False)
    phone = models.CharField(max_length=40)
    members = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "phone"], name="shared_phone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.phone}: {self.members}"


class OwnWrite(models.Model):
    """A row of the mirror that a write of ours has just brought up to date.

    A list that was asked for before that may be older than the row, so whoever writes such a list leaves these
    rows alone. Ids only grow, which makes them the clock: no two machines have to agree on the time.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    user_id = models.BigIntegerField(null=True)
    dept_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id or self.dept_id}"


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
