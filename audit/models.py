from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    ATTEMPTED = "attempted", _("attempted")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    UNKNOWN = "unknown", _("unknown")


class Event(models.Model):
    """One fact about one action. Written once, never updated, never removed by a cascade.

    Everything that names somebody or something is kept as text, so an event still reads when the thing is
    long gone. The event that ends an action repeats what its attempt said, so each row stands alone.
    """

    at = models.DateTimeField(auto_now_add=True)
    action = models.UUIDField(default=uuid4, db_index=True)
    stage = models.CharField(max_length=10, choices=Stage)
    operation = models.CharField(max_length=60)
    org_num = models.BigIntegerField(null=True)

    actor_user_id = models.BigIntegerField(null=True)
    actor_num = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    actor_role = models.CharField(max_length=20, blank=True)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    target_kind = models.CharField(max_length=30, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    target_text = models.CharField(max_length=200, blank=True)
    before: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    after: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    reason = models.CharField(max_length=60, blank=True)
    reason_text = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["org_num", "-id"], name="event_org"),
            models.Index(fields=["org_num", "target_kind", "target_id", "-id"], name="event_target"),
            models.Index(fields=["org_num", "actor_user_id", "-id"], name="event_actor"),
            models.Index(fields=["stage", "at"], name="event_stage"),
            models.Index(fields=["org_num", "request_id", "-id"], name="event_request"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["action"], condition=~Q(stage=Stage.ATTEMPTED), name="event_one_end_an_action"
            ),
            models.UniqueConstraint(
                fields=["action"], condition=Q(stage=Stage.ATTEMPTED), name="event_one_attempt_an_action"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.stage}"
