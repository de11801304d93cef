from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What became of an upload; the words are those of the trail."""

    ATTEMPTED = "attempted", _("attempted")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    UNKNOWN = "unknown", _("unknown")


class UploadedFile(models.Model):
    """A file that somebody had this console upload. Nothing else lists them: Weila offers no operation that does.

    ``address`` is there once Weila has answered with one, and only then is the outcome "done". The content itself
    is not kept.
    """

    org_num = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    actor_user_id = models.BigIntegerField()
    actor_num = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.ATTEMPTED)
    address = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["org_num", "-at", "-id"], name="file_org"),
            models.Index(fields=["at"], condition=models.Q(outcome=Outcome.ATTEMPTED), name="file_attempted"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.outcome}"

    @property
    def color(self) -> str:
        """The color of the outcome's badge."""
        return {Outcome.DONE: "green", Outcome.REFUSED: "red", Outcome.UNKNOWN: "orange"}.get(
            Outcome(self.outcome), "azure"
        )
