"""Which database holds what: the mirror may have one of its own, everything else is in ``default``.

The mirror is a copy that can be made anew, so nothing that must be kept may be in a room of it, and nothing that
has to be written together may be on both sides: no transaction spans two databases.
"""

from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

MIRRORED = frozenset({"orgs", "groups"})  # the rooms whose tables are the mirror


class MirrorRouter:
    """Sends the tables of the mirror to ``MIRROR_DATABASE``."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _database_of(model._meta.app_label)

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return _database_of(model._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == _database_of(app_label)


def _database_of(app_label: str) -> str:
    return settings.MIRROR_DATABASE if app_label in MIRRORED else DEFAULT_DB_ALIAS
