from typing import Any

from django.core.management.base import BaseCommand

from console import housekeeping


class Command(BaseCommand):
    help = "Close abandoned attempts, purge ended sessions and unused mirrors. The worker does it by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        housekeeping.run()
