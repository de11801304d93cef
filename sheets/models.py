"""Files that wait: what was sent to be imported, and what was made to be fetched. Sealed, and gone after a while."""

from uuid import uuid4

from django.db import models
from django.utils import timezone


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
