"""A room above that has jobs, as tests play it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from accounts.jobs import Job
from common.actor import Actor

HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass
class FakeJobs:
    """What runs on which session. ``stopped`` are the sessions whose jobs were stopped, and by whom."""

    running_on: dict[UUID, list[Job]] = field(default_factory=dict)
    stopped: list[tuple[str, UUID]] = field(default_factory=list)
    asked: int = 0

    def start(self, session_id: UUID, title: str = HOSTILE) -> None:
        self.running_on.setdefault(session_id, []).append(Job(title, "/changes/5"))

    def end(self, session_id: UUID) -> None:
        del self.running_on[session_id]

    def running(self, session_ids: Collection[UUID]) -> dict[UUID, list[Job]]:
        self.asked += 1
        return {pk: found for pk, found in self.running_on.items() if pk in session_ids}

    def stop(self, actor: Actor, session_id: UUID) -> None:
        self.stopped.append((actor.user_num, session_id))
        self.end(session_id)
