"""Everything the sandbox holds, behind one lock: the systems, the switches, faults and journal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from .assumptions import Switches
from .faults import FaultBook
from .journal import Journal
from .weila.media import Media
from .weila.operations import BY_PATH
from .weila.seed import populate
from .weila.world import World

SYSTEMS: dict[str, frozenset[str]] = {"weila": frozenset(BY_PATH)}


class Store:
    """The sandbox's state. Hold `lock` around everything but faults and journal, which lock themselves."""

    def __init__(self, base_url: str, folder: Path, members: int) -> None:
        self.lock = threading.RLock()
        self.switches = Switches()
        self.faults = FaultBook()
        self.journal = Journal()
        self.members = self._first_members = members
        self._resets = 0
        self.changes = 0  # how often anything changed, for whoever keeps a state file
        self._after_reset: list[Callable[[], None]] = []
        self._media = Media(f"{base_url}/weila/media", folder)
        self.weila = self._first_weila()

    def on_reset(self, action: Callable[[], None]) -> None:
        self._after_reset.append(action)

    def changed(self) -> None:
        with self.lock:
            self.changes += 1

    def adopt(self, members: int, chosen: Mapping[str, object], fill: Callable[[World], None]) -> None:
        """Go on from an earlier state instead of the first companies."""
        with self.lock:
            self.members = members
            self.switches.choose(chosen)
            self.weila = World(self.switches, self._media)
            fill(self.weila)

    def reset(self, members: int | None = None) -> None:
        """Back to the start: first companies, defaults, no faults, empty journal.

        Without `members` as many as the sandbox was started with.
        """
        with self.lock:
            self.members = self._first_members if members is None else members
            self.switches.reset()
            self._media.clear()
            self._resets += 1
            self.weila = self._first_weila()
            self._move_versions()
            self.faults.clear()
            self.journal.clear()
            for action in self._after_reset:
                action()

    def _move_versions(self) -> None:
        """Give each organization versions that it never had.

        With its first ones a console would take it for unchanged, and go on showing what is gone.
        """
        for org in self.weila.orgs.values():
            org.address_ver += self._resets
            org.group_ver += self._resets

    def _first_weila(self) -> World:
        world = World(self.switches, self._media)
        populate(world, self.members)
        return world
