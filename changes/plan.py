"""Planning: what is wanted is compared with what is there, and every single change is written down.

Nothing is sent. A plan is made by a job, because a file of 100,000 rows takes seconds; one whose process died
begins anew.
"""

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override
from django_tasks import task

from changes import holding, kinds, origins, secrets, sql
from changes.actors import actor_of, owned_by
from changes.holding import Heart
from changes.kinds import Draft, Trouble
from changes.models import Change, ChangeSet, Problem, SetState
from changes.origins import NotPlannable
from changes.sql import Planned
from common import lease
from common.actor import Actor
from common.lease import LeaseLost

logger = logging.getLogger(__name__)

_BATCH = 500  # rows a statement
_SHOWN_EVERY = 2.0  # seconds between two writings of how far it is
_MARKS_WIDTH = 64


def start(
    actor: Actor, origin: str, arguments: Mapping[str, Any], *, undoes: ChangeSet | None = None
) -> ChangeSet:
    """Begin a change set of the actor's organization; it is planned in the background."""
    change_set = ChangeSet.objects.create(
        origin=origin,
        arguments=dict(arguments),
        language=get_language() or settings.LANGUAGE_CODE,
        undoes=undoes,
        queued_at=timezone.now(),
        planner_id=actor.user_id,
        planner_name=actor.name[:200],
        **owned_by(actor),
    )
    plan_set.enqueue(change_set.pk)
    return change_set


@task(queue_name="bulk")
def plan_set(set_id: int) -> None:
    """``work`` as a job. It may run never, once or many times."""
    work(set_id)


def work(set_id: int) -> None:
    """Plan a set, unless somebody else is at it or it was done before."""
    fence = lease.take(_being_planned(), set_id, seconds=settings.CHANGES_LEASE)
    if fence is None:
        return
    try:
        change_set = ChangeSet.objects.get(pk=set_id)
        with (
            holding.counted(change_set, fence),
            override(change_set.language),
            Heart(change_set, fence, {}) as heart,
        ):
            _Plan(change_set, fence, heart).make()
    except NotPlannable as refusal:
        _fail(set_id, fence, refusal.reason, refusal.params)
    except LeaseLost:
        logger.warning("Change set %s was discarded, or is being planned by another worker", set_id)
    except Exception:  # people wait for it, and have to be told; nothing was sent
        logger.exception("Change set %s could not be planned", set_id)
        _fail(set_id, fence, "unknown_error", {})
    finally:
        lease.release(ChangeSet.objects.all(), set_id, fence)


def _fail(set_id: int, fence: int, reason: str, params: Mapping[str, Any]) -> None:
    lease.held(_being_planned(), set_id, fence).update(
        state=SetState.FAILED, reason=reason, reason_params=dict(params)
    )


def _being_planned() -> QuerySet[ChangeSet]:
    return ChangeSet.objects.filter(state=SetState.PLANNING)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a draft that others need stands."""

    position: int
    wave: int


@dataclass(slots=True)
class _Plan:
    change_set: ChangeSet
    fence: int
    heart: Heart
    changes: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, _Place] = field(default_factory=dict)
    count: Counter[str] = field(default_factory=Counter)
    bad_lines: set[tuple[str, int]] = field(default_factory=set)
    total: int = 0
    found: int = 0
    destructive: int = 0
    secrets_given: int = 0
    looked_at: int = 0
    shown_at: float = 0.0
    began_at: datetime = field(default_factory=timezone.now)

    def make(self) -> None:
        actor = actor_of(self.change_set)
        if actor is None:
            raise NotPlannable("session_over")
        origin = origins.origin(self.change_set.origin)
        self._begin(origin.count(self.change_set.arguments))
        for planned in origin.plan(actor, self.change_set):
            if isinstance(planned, Draft):
                self._add(actor, planned)
            elif isinstance(planned, Trouble):
                self._note(planned)
            else:
                self.looked_at = planned
            if len(self.changes) >= _BATCH or len(self.problems) >= _BATCH:
                self._flush()
            self.heart.check()
            self._show()
        self._flush()
        self._end()

    def _begin(self, expected: int) -> None:
        # What an earlier try has left behind.
        Change.objects.filter(change_set=self.change_set).delete()
        Problem.objects.filter(change_set=self.change_set).delete()
        self._hold(expected=expected, progress=0)

    def _add(self, actor: Actor, draft: Draft) -> None:
        kind = kinds.kind(draft.kind)
        named = dict(draft.refs)
        if draft.target_ref is not None:
            named["target"] = draft.target_ref
        places = [self.places[key] for key in {ref.key for ref in named.values()} | set(draft.needs)]
        refs = {name: (self.places[ref.key].position, ref.field) for name, ref in named.items()}
        needs = sorted(place.position for place in places)
        wave = 1 + max((place.wave for place in places), default=-1)
        if draft.key:
            self.places[draft.key] = _Place(self.total, wave)
        target_id = "" if draft.target_ref else draft.target_id  # what is created anew gets another one
        secret = secrets.sealed(self.change_set, self.total, draft.secret) if draft.secret else ""
        is_password = bool(secret) and kind.makes_secret
        self.changes.append(
            Planned(
                change_set_id=self.change_set.pk,
                position=self.total,
                wave=wave,
                kind=draft.kind,
                target_id=target_id,
                target_text=draft.target_text[:200],
                before=draft.before,
                after=draft.after,
                refs=refs,
                needs=needs,
                undoes=draft.undoes,
                said=draft.said,
                note=draft.note,
                sheet=draft.sheet[:100],
                line=draft.line,
                marks=_bounded(kind.marks(actor, draft)),
                secret=secret,
                secret_given=is_password,
            )
        )
        self.total += 1
        self.count[draft.kind] += 1
        self.destructive += kind.destructive
        self.secrets_given += is_password

    def _note(self, trouble: Trouble) -> None:
        self.found += 1
        if trouble.line is not None:
            self.bad_lines.add((trouble.sheet, trouble.line))
        self.problems.append(
            Problem(
                change_set=self.change_set,
                code=trouble.code,
                params=dict(trouble.params),
                sheet=trouble.sheet[:100],
                line=trouble.line,
                column=trouble.column[:100],
                value=trouble.value[:100],
                target_text=trouble.target_text[:200],
            )
        )

    def _flush(self) -> None:
        with transaction.atomic():
            self._hold(progress=self.looked_at)
            sql.insert(self.changes)
            Problem.objects.bulk_create(self.problems, batch_size=_BATCH)
        self.changes.clear()
        self.problems.clear()

    def _show(self) -> None:
        """Write now and then how far it is."""
        if time.monotonic() - self.shown_at > _SHOWN_EVERY:
            self._hold(progress=self.looked_at)
            self.shown_at = time.monotonic()

    def _hold(self, **values: object) -> None:
        """Write to the set, which proves that it is still ours and was not discarded.

        Raises:
            LeaseLost: it is not, or it was.
        """
        lease.write(_being_planned(), self.change_set.pk, self.fence, **values)

    def _end(self) -> None:
        self._hold(
            state=SetState.PLANNED,
            planned_as_of=self.began_at,
            total=self.total,
            problems=self.found,
            rows_left_out=len(self.bad_lines),
            destructive=self.destructive,
            secrets_given=self.secrets_given,
            kinds=dict(self.count),
        )


def _bounded(marks: str) -> str:
    return marks if len(marks) <= _MARKS_WIDTH else hashlib.sha256(marks.encode()).hexdigest()
