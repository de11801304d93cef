"""What runs on somebody's session without them: jobs of the rooms above, which register here how to find and stop them.

A job is running from when it is wanted until it is through, whether a worker is at it or not: paused and waiting
count, because it will need the tokens again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from common.actor import Actor


@dataclass(frozen=True, slots=True)
class Job:
    """A job as a page names it: ``title`` is somebody's text or a translated one, ``url`` the job's own page."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a room above knows of its jobs.

    Attributes:
        running: what runs on each of these sessions, in one query; sessions without a job may be missing.
        stop: ask everything that runs on this session to end. It need not have ended when this returns, but
            ``running`` does not name it any more.
    """

    running: Callable[[Collection[UUID]], Mapping[UUID, Iterable[Job]]]
    stop: Callable[[Actor, UUID], None]


_sources: list[Source] = []


def register(source: Source) -> None:
    """Let this room know of the jobs of another; called from ``AppConfig.ready``."""
    _sources.append(source)


def running(session_id: UUID) -> list[Job]:
    """What runs on one session."""
    return running_on([session_id]).get(session_id, [])


def running_on(session_ids: Collection[UUID]) -> dict[UUID, list[Job]]:
    """What runs on each of these sessions; those on which nothing does are missing."""
    found: dict[UUID, list[Job]] = {}
    for source in _sources if session_ids else ():
        for session_id, jobs in source.running(session_ids).items():
            found.setdefault(session_id, []).extend(jobs)
    return {session_id: jobs for session_id, jobs in found.items() if jobs}


def stop(actor: Actor, session_id: UUID) -> None:
    """Ask everything that runs on this session to end."""
    for source in _sources:
        source.stop(actor, session_id)
