from typing import Any

from django.core.management.base import BaseCommand

from accounts import upkeep
from changes import secrets
from sheets import storage


class Command(BaseCommand):
    help = (
        "Seal everything that is stored sealed (tokens of sessions, passwords of bulk changes, files that wait) under"
        " the first key of TOKEN_KEYS. First put the new key in front and restart everything, then run this, then"
        " remove the old key."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done, broken = upkeep.rotate_keys()
        self.stdout.write(f"{done} sessions sealed with the newest key.")
        if broken:
            self.stderr.write(f"{broken} sessions could be opened with no key and were ended.")
        for what, rotate in (("passwords and codes", secrets.rotate), ("parts of files", storage.rotate)):
            done, broken = rotate()
            self.stdout.write(f"{done} {what} sealed with the newest key.")
            if broken:
                self.stderr.write(f"{broken} {what} could be opened with no key.")
