"""Files that wait: what was sent to be imported, and what was made to be fetched. Sealed, and gone after a while."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils import timezone

from common.lease import Leased


class Purpose(models.TextChoices):
    """What a file is kept for."""

    ORIGINAL = "original"
    EXPORT = "export"


class StoredFile(models.Model):
    """A file of one organization, in sealed parts. It is in the database, so that every machine has it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org_num = models.BigIntegerField()
    user_id = models.BigIntegerField()
    purpose = models.CharField(max_length=10, choices=Purpose)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class Part(models.Model):
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="stored_part_once")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"


class MakingState(models.TextChoices):
    """Where a file that is made in the background stands."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class Making(Leased):
    """A file that is made by a job, because nobody should wait for it in a request.

    Attributes:
        recipe, arguments: what is made (``sheets.making``).
        name: what the file will be called.
        language: in which it speaks.
        reason: why it failed: a code of ``sheets.making.REASONS``.
        progress, expected: rows; 0 is expected while nobody knows.
        tries: how many workers have begun.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    recipe = models.CharField(max_length=40)
    arguments: models.JSONField[Any, Any] = models.JSONField(default=dict)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=MakingState, default=MakingState.MAKING)
    reason = models.CharField(max_length=20, blank=True)
    progress = models.IntegerField(default=0)
    expected = models.IntegerField(default=0)
    tries = models.SmallIntegerField(default=0)
    file = models.OneToOneField(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    queued_at = models.DateTimeField(default=timezone.now)

    # Who asked for it, as an Actor is made of them.
    org_num = models.BigIntegerField()
    session_id = models.UUIDField()
    user_id = models.BigIntegerField()
    user_num = models.CharField(max_length=40)
    user_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=10)
    address = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state"], name="making_state")]

    def __str__(self) -> str:
        return self.name
