"""Passwords of a change set while they wait to be handed over: sealed, bound to their place, handed over once.

There are two forms, a sheet and slips to print, and each is given once, to the person whose set it is. When both
were, or the person says so, or nobody came for them in time, the passwords are gone from the database.

What came with the plan, out of somebody's file, is for nobody but the planner: where somebody else applies the set it
is forgotten as soon as it was used, and the sheet says in whose file it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit import trail
from audit.trail import Target
from changes import kinds, origins, reading
from changes.models import Change, ChangeSet, SetState, State
from common import crypto
from common.actor import Actor
from common.crypto import SealBroken, seal, unseal
from common.outcome import Outcome

KIND = "change_set"
SLIPS_MOST = 2000  # more is nothing to print from a browser
OPERATION = "changes.passwords"
_PURPOSE = "changes.secret"
_RESTING = (SetState.FINISHED, SetState.PAUSED)


class Form(StrEnum):
    """How passwords are handed over."""

    SHEET = "sheet"
    SLIPS = "slips"


class NotYours(PermissionDenied):
    """The set belongs to somebody else. Recorded."""


class Gone(Exception):
    """In this form they were taken already, or there are none (any more)."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A password on its way out.

    Attributes:
        name, number: whose it is.
        password: None when no key opens it any more, or it is not for whoever asks.
        unknown: it is not known whether it was set.
        in_file_of: in whose file it is, where it is not for whoever asks.
    """

    name: str
    number: str
    password: str | None
    unknown: bool
    in_file_of: str = ""


def sealed(change_set: ChangeSet, position: int, secret: str) -> str:
    """What is stored of a password."""
    return seal(secret, purpose=_PURPOSE, row=f"{change_set.pk}:{position}", organization=change_set.org_num)


def opened(change_set: ChangeSet, position: int, stored: str) -> str:
    """The password again.

    Raises:
        SealBroken: no key opens it any more.
    """
    return unseal(
        stored, purpose=_PURPOSE, row=f"{change_set.pk}:{position}", organization=change_set.org_num
    )


def forms(change_set: ChangeSet) -> list[Form]:
    """In which forms its passwords can still be taken."""
    if not change_set.secrets or change_set.state not in _RESTING:
        return []
    return [form for form in _offered(change_set) if getattr(change_set, _taken_at(form)) is None]


def hand_over(actor: Actor, change_set: ChangeSet, form: Form) -> list[Handed]:
    """Give out the passwords of what was done, or may have been, in their order. They are not given again.

    Raises:
        NotYours: only the person whose set it is may have them.
        Gone: there is nothing to give out in this form.
    """
    _is_theirs(actor, change_set)
    with trail.action(actor, OPERATION, _target(change_set), after={"form": form}) as action:
        with transaction.atomic():
            rows = _taken(actor, change_set, form)
            # Here: what fails takes nothing away.
            numbers = reading.numbers(change_set.org_num, _untold(rows or ()))
            if rows is not None and not forms(change_set):
                _erase(change_set)
        if rows is None:
            action.refused("taken")
            raise Gone
    return [_handed(change_set, row, numbers.get(row.pk, "")) for row in rows]


def give_up(actor: Actor, change_set: ChangeSet) -> None:
    """Delete them although nobody, or not everybody, took them. Raises ``NotYours``."""
    _is_theirs(actor, change_set)
    with trail.action(actor, "changes.passwords-delete", _target(change_set)), transaction.atomic():
        _erase(change_set)


def begin_anew(change_set: ChangeSet) -> None:
    """For a set that is applied once more: what was handed over in any form is not handed over again, and what the
    planner's file gave is not passed on to somebody else."""
    if change_set.sheet_taken_at or change_set.slips_taken_at:
        _erase(change_set)
    forget_given(change_set, _ended(change_set.pk))
    ChangeSet.objects.filter(pk=change_set.pk).update(sheet_taken_at=None, slips_taken_at=None)


def renewed_by_retry(change_set: ChangeSet) -> bool:
    """Whether what failed gets other passwords when it is tried again: those that it had were deleted at the end."""
    if change_set.state != SetState.FINISHED or not change_set.failed + change_set.blocked:
        return False
    codes = [code for code, kind in kinds.registered().items() if kind.makes_secret]
    failed = Change.objects.filter(change_set=change_set, state__in=[State.FAILED, State.BLOCKED])
    return failed.filter(kind__in=codes).exists()


def waiting(set_id: int) -> int:
    """How many passwords can be handed over."""
    return _ended(set_id).exclude(secret="").count()


def drop(changes: QuerySet[Change]) -> None:
    """Delete the passwords of changes that will not be sent (any more); nobody is to have them."""
    changes.exclude(secret="").update(secret="", secret_given=False)


def drop_undone(set_id: int, inverses: QuerySet[Change]) -> None:
    """Delete the passwords of changes that these have taken back: whom they belong to is no longer there."""
    positions = inverses.filter(undoes__isnull=False).values("undoes")
    undone = Change.objects.filter(change_set=set_id, position__in=positions)
    if not undone.exclude(secret="", secret_given=False).exists():
        return
    sets = ChangeSet.objects.filter(pk=set_id)
    sets.select_for_update().get()  # the set before its changes, as whoever hands them over
    dropped = undone.exclude(secret="").update(secret="")
    undone.update(secret_given=False)
    sets.update(secrets=F("secrets") - dropped)


def forget_given(change_set: ChangeSet, changes: QuerySet[Change]) -> None:
    """Delete what came with the plan and was used, where the set is somebody else's than the planner's."""
    if not change_set.is_its_planners:
        changes.filter(secret_given=True).update(secret="")


def forget() -> int:
    """Delete the passwords that nobody came for in time; returns of how many sets. For housekeeping."""
    long_ago = timezone.now() - settings.CHANGES_SECRETS_KEPT
    rested = ChangeSet.objects.filter(state__in=_RESTING, secrets__gt=0).alias(
        since=Coalesce("finished_at", "queued_at", "created_at")
    )
    old = list(rested.filter(since__lt=long_ago))
    for change_set in old:
        with transaction.atomic():
            _erase(change_set)
    return len(old)


def rotate() -> tuple[int, int]:
    """Seal what waits under the newest key.

    Returns:
        How many were sealed anew, and how many no key opens any more: whoever takes those is told.
    """
    done = broken = 0
    for pk, secret in Change.objects.exclude(secret="").values_list("pk", "secret").iterator():
        try:
            resealed = crypto.rotate(secret)
        except SealBroken:
            broken += 1
            continue
        # Compared: it may be used, or handed over, meanwhile.
        done += Change.objects.filter(pk=pk, secret=secret).update(secret=resealed)
    return done, broken


def _offered(change_set: ChangeSet) -> list[Form]:
    return [Form.SHEET] if change_set.secrets > SLIPS_MOST else list(Form)


def _taken_at(form: Form) -> str:
    return f"{form}_taken_at"


def _taken(actor: Actor, change_set: ChangeSet, form: Form) -> Sequence[Change] | None:
    """The rows, taken by a comparison; None when somebody was quicker or there is nothing to take."""
    if form not in _offered(change_set):
        return None
    taken = ChangeSet.objects.filter(
        pk=change_set.pk,
        user_id=actor.user_id,
        state__in=_RESTING,
        secrets__gt=0,
        **{_taken_at(form): None},
    ).update(**{_taken_at(form): timezone.now()})
    if not taken:
        return None
    change_set.refresh_from_db()
    rows = _ended(change_set.pk).exclude(secret="", secret_given=False).order_by("position")
    return list(
        rows.only(
            "position",
            "kind",
            "target_id",
            "target_text",
            "before",
            "result",
            "state",
            "secret",
            "secret_given",
        )
    )


def _untold(rows: Sequence[Change]) -> list[Change]:
    """Those of which no answer has told the number."""
    return [row for row in rows if not row.result.get("number")]


def _handed(change_set: ChangeSet, row: Change, number: str) -> Handed:
    number = str(row.result.get("number") or number)
    unknown = row.state == State.UNKNOWN
    if not row.secret:
        return Handed(row.target_text, number, None, unknown, change_set.planner_name)
    try:
        password = opened(change_set, row.position, row.secret)
    except SealBroken:
        password = None
    return Handed(row.target_text, number, password, unknown)


def _ended(set_id: int) -> QuerySet[Change]:
    """What was done, or may have been."""
    return Change.objects.filter(change_set=set_id, state__in=[State.DONE, State.UNKNOWN])


def _erase(change_set: ChangeSet) -> None:
    _ended(change_set.pk).exclude(secret="", secret_given=False).update(secret="", secret_given=False)
    ChangeSet.objects.filter(pk=change_set.pk).update(secrets=0)


def _is_theirs(actor: Actor, change_set: ChangeSet) -> None:
    if change_set.user_id != actor.user_id:
        trail.record(actor, OPERATION, _target(change_set), Outcome.NOT_DONE, reason="not_yours")
        raise NotYours


def _target(change_set: ChangeSet) -> Target:
    return Target(KIND, str(change_set.pk), str(origins.title(change_set)))
