"""The directory mirror: one organization's departments and members, as the upstream last told them.

The truth is upstream. Every query on these tables starts from the organization of the session.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.lease import Leased


class Organization(Leased):
    """The head of one organization's mirror. Its lease is held by whoever fetches the directory.

    ``address_ver`` and ``mirrored_ver`` are the upstream's version (weila.md, 我的企业): the time of its last
    change in whole seconds, as last seen and as last mirrored.
    """

    num = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=200)
    avatar = models.CharField(max_length=500, blank=True)
    intro = models.TextField(blank=True)
    created = models.DateTimeField(null=True)
    member_cnt = models.IntegerField(null=True)  # the upstream's own counts, which may lag behind
    device_cnt = models.IntegerField(null=True)
    group_cnt = models.IntegerField(null=True)

    address_ver = models.BigIntegerField(default=0)
    mirrored_ver = models.BigIntegerField(null=True)
    mirrored_at = models.DateTimeField(null=True)  # when the directory was last read whole
    checked_at = models.DateTimeField(null=True)  # when the version was last asked
    used_at = models.DateTimeField(null=True)  # when somebody last looked; unused mirrors are erased

    progress_done = models.IntegerField(default=0)
    progress_total = models.IntegerField(default=0)
    failure = models.CharField(max_length=40, blank=True)  # why the last fetch failed, empty when it did not
    failed_at = models.DateTimeField(null=True)

    # Totals are counted once when the mirror changes, so that a page of 100,000 costs what one of 60 does.
    total = models.IntegerField(default=0)
    facets: models.JSONField[Any, Any] = models.JSONField(default=dict)  # {"dept": {"6": 12}, "type": {…}, …}

    def __str__(self) -> str:
        return f"{self.num} {self.name}"


class Department(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="departments")
    dept_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    user_count = models.IntegerField(null=True)  # told by later editions only

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


class Member(models.Model):
    """A person or a device of an organization. Numbers that the upstream did not tell are null.

    Unknown values of ``type``, ``state`` or ``track`` are kept as they came.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="members")
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
    created = models.DateTimeField(null=True)
    # Later editions of the upstream tell these; null where it does not.
    job_num = models.CharField(max_length=40, null=True)  # noqa: DJ001  # "not told" differs from empty
    online = models.IntegerField(null=True)

    search = models.TextField(blank=True)  # see orgs/search.py

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user_id"], name="member_once"),
        ]

    def __str__(self) -> str:
        return self.name
