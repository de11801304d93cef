"""The database of the mirror, which is not always that of everything else (settings.MIRROR_DATABASE)."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


def connection() -> BaseDatabaseWrapper:
    """This thread's connection to it."""
    return connections[settings.MIRROR_DATABASE]


def atomic() -> AbstractContextManager[None]:
    """One transaction in it. What else is written meanwhile is not part of it."""
    return transaction.atomic(using=settings.MIRROR_DATABASE)
