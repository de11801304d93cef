from django.db import models
from django.utils import timezone


class Throttle(models.Model):
    """How often one thing was tried, see ``common.throttle``."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField(default=0)
    last_try = models.DateTimeField(default=timezone.now)
    blocked_until = models.DateTimeField(null=True)
    expires = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.tries}"
