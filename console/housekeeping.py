"""What has to be done from time to time, whoever is signed in. Each part may run any number of times."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command

from accounts import familiar, preferences, upkeep
from audit import trail
from changes import apply, keeping, secrets
from common import throttle
from media import files, pictures
from orgs import erasing
from sheets import making, storage

logger = logging.getLogger(__name__)


def run() -> None:
    """Do all parts; one that fails is logged and does not keep the others from running."""
    parts: dict[str, Callable[[], object]] = {
        "abandoned attempts": lambda: trail.close_abandoned(settings.ATTEMPT_LIMIT),
        "abandoned uploads": lambda: files.close_abandoned(settings.ATTEMPT_LIMIT),
        "forgotten change sets": apply.revive,
        "passwords that nobody fetched": secrets.forget,
        "previews that nobody confirmed": keeping.discard_previews,
        "old change sets": keeping.delete_old,
        "old pictures": pictures.purge,
        "expired files": storage.purge,
        "old files in the making": making.purge,
        "forgotten files in the making": making.revive,
        "ended sessions": upkeep.purge,
        "familiar addresses": familiar.purge,
        "saved views": preferences.purge,
        "unused mirrors": erasing.erase_unused,
        "old throttles": throttle.purge,
        "browser sessions": lambda: call_command("clearsessions"),
        "task results": lambda: call_command("prune_db_task_results", verbosity=0),
    }
    for name, part in parts.items():
        try:
            part()
        except Exception:  # one part that fails keeps no other from its turn
            logger.exception("housekeeping: %s", name)
