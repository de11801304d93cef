"""How long change sets are kept. Each part may run any number of times, and does a bounded amount of work."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from changes import secrets
from changes.models import Call, Change, ChangeSet, Problem, SetState

_ROWS = 1000  # that are deleted in one transaction
_MOST = 50  # transactions a run: whoever wants to write meanwhile waits for none of them long
_WAITING = (SetState.PLANNED, SetState.FAILED)
_AT_REST = (SetState.FINISHED, SetState.DISCARDED, SetState.PAUSED)


def discard_previews() -> int:
    """Discard what nobody confirmed in time; returns how many."""
    long_ago = timezone.now() - settings.CHANGES_PREVIEW_KEPT
    old = ChangeSet.objects.filter(state__in=_WAITING, created_at__lt=long_ago)
    discarded = 0
    for set_id in list(old.values_list("pk", flat=True)):
        # Compared once more: somebody may just be confirming it.
        with transaction.atomic():
            if old.filter(pk=set_id).update(state=SetState.DISCARDED):
                secrets.drop(Change.objects.filter(change_set=set_id))
                discarded += 1
    return discarded


def delete_old() -> int:
    """Delete sets that are older than they are kept, the oldest first; returns how many rows of them.

    What they did stays in the trail.
    """
    long_ago = timezone.now() - settings.CHANGES_KEPT
    old = ChangeSet.objects.filter(state__in=_AT_REST, created_at__lt=long_ago).order_by("id")
    deleted, left = 0, _MOST
    for change_set in old[:_MOST]:
        for rows in _of(change_set):
            while left and (number := _delete_some(rows)):
                deleted += number
                left -= 1
        if not left:
            break
        change_set.delete()
    return deleted


def _of(change_set: ChangeSet) -> list[QuerySet[Change] | QuerySet[Problem] | QuerySet[Call]]:
    """Its rows; changes first, because they refer to calls."""
    return [model.objects.filter(change_set=change_set) for model in (Change, Problem, Call)]


def _delete_some(rows: QuerySet[Change] | QuerySet[Problem] | QuerySet[Call]) -> int:
    some: list[Any] = list(rows.values_list("pk", flat=True)[:_ROWS])
    return rows.filter(pk__in=some).delete()[0] if some else 0
