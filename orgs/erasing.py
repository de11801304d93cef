"""Removing an organization's mirror, a little at a time: because the organization is no more, or nobody looks at it."""

import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from orgs import database, sql
from orgs.models import Member, Organization
from orgs.store import PAUSE

# What rooms above keep of an organization they erase themselves, a little at a time, before it is gone.
erasers: list[Callable[[int], None]] = []


def erase(org_num: int, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Remove the mirror of an organization."""
    # Without its time of loading nobody reads it any more, even while rows are left.
    Organization.objects.filter(num=org_num).update(mirrored_at=None, mirrored_ver=None)
    for erase_above in erasers:
        erase_above(org_num)
    while ids := list(Member.objects.filter(organization=org_num).values_list("id", flat=True)[: sql.BATCH]):
        with database.atomic():
            Member.objects.filter(id__in=ids).delete()
        pause(PAUSE)
    Organization.objects.filter(num=org_num).delete()


@task
def erase_mirror(org_num: int) -> None:
    """``erase`` as a job."""
    erase(org_num)


def erase_later(org_num: int) -> None:
    """Remove the mirror of an organization that is no more, in the background."""
    transaction.on_commit(partial(erase_mirror.enqueue, org_num))


def erase_unused() -> int:
    """Erase the mirrors that nobody has looked at for ``MIRROR_ERASED_AFTER``; returns how many."""
    before = timezone.now() - settings.MIRROR_ERASED_AFTER
    unused = list(Organization.objects.filter(used_at__lt=before).values_list("num", flat=True))
    for org_num in unused:
        erase(org_num)
    return len(unused)
