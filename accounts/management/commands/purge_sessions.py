from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts import familiar, upkeep
from common import throttle


class Command(BaseCommand):
    help = (
        "End sessions that are overdue, remove those that ended long ago (ENDED_SESSIONS_KEPT), and "
        "everything else that only served a browser: Django's expired sessions, counted tries, "
        "familiar addresses."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        overdue = upkeep.end_overdue()
        purged = upkeep.purge()
        throttle.purge()
        familiar.purge()
        call_command("clearsessions")
        self.stdout.write(f"{overdue} overdue sessions ended, {purged} ended sessions removed.")
