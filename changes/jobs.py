"""What this room tells of its jobs to whoever ends a session."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from uuid import UUID

from django.urls import reverse

from accounts import jobs
from accounts.jobs import Job, Source
from changes import control, origins
from changes.models import ChangeSet, SetState
from common.actor import Actor


def register() -> None:
    """Let sessions know of them."""
    jobs.register(Source(_running, _stop))


def _running(session_ids: Collection[UUID]) -> Mapping[UUID, Iterable[Job]]:
    """What is being applied and was not asked to stop."""
    found: dict[UUID, list[Job]] = {}
    sets = ChangeSet.objects.filter(session_id__in=session_ids, state=SetState.APPLYING, stop=False)
    for one in sets.order_by("pk"):
        job = Job(str(origins.title(one)), reverse("change-set", args=[one.pk]))
        found.setdefault(one.session_id, []).append(job)
    return found


def _stop(actor: Actor, session_id: UUID) -> None:
    for one in ChangeSet.objects.filter(
        session_id=session_id, org_num=actor.organization, state=SetState.APPLYING, stop=False
    ):
        with suppress(control.TooLate):  # it has come to its end meanwhile
            control.stop(actor, one)
