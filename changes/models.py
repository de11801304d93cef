"""Change sets: what was planned, what was sent, and what came of it.

Everything that has to outlive a process is here; the task queue carries nothing but the id of a set.
"""

from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.lease import Leased


class SetState(models.TextChoices):
    """Where a change set stands."""

    PLANNING = "planning", _("Planning")
    FAILED = "failed", _("Could not be planned")
    PLANNED = "planned", _("To be confirmed")
    DISCARDED = "discarded", _("Discarded")
    APPLYING = "applying", _("Applying")
    PAUSED = "paused", _("Stopped")
    FINISHED = "finished", _("Finished")


class Pause(models.TextChoices):
    """Why a set is stopped; it can be resumed from each."""

    CANCELED = "canceled", _("It was stopped by hand.")
    SESSION_OVER = "session_over", _("The session in which it ran has ended.")
    UNREACHABLE = "unreachable", _("The other side could not be reached for a long time.")
    FAILED = "failed", _("The console itself failed; the log says more.")


class State(models.TextChoices):
    """Where a single change stands."""

    WAITING = "waiting", _("Not sent yet")
    ATTEMPTED = "attempted", _("Under way")
    LOST = "lost", _("Being looked up")  # its answer got lost, or whoever sent it died
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    BLOCKED = "blocked", _("Blocked")
    UNKNOWN = "unknown", _("Not known")


IN_FLIGHT = (State.ATTEMPTED, State.LOST)
ENDED = (State.DONE, State.FAILED, State.BLOCKED, State.UNKNOWN)


class ChangeSet(Leased):
    """A list of single changes that are previewed, applied and taken back together.

    The lease is held by whoever plans or applies it. ``origin`` and ``arguments`` are what it is planned from
    (``changes.origins``); ``destructive`` counts the changes that take something away from somebody.
    Whoever planned it has seen all of it, such as the file that it comes from; whoever applies it may be somebody else.
    """

    org_num = models.BigIntegerField()
    origin = models.CharField(max_length=40)
    arguments: models.JSONField[Any, Any] = models.JSONField(default=dict)
    language = models.CharField(max_length=10, blank=True)  # of whoever wanted it: the plan has words in it
    undoes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by"
    )
    state = models.CharField(max_length=10, choices=SetState, default=SetState.PLANNING)
    reason = models.CharField(max_length=60, blank=True)  # why it failed, or a Pause
    reason_params: models.JSONField[Any, Any] = models.JSONField(default=dict)
    stop = models.BooleanField(default=False)  # somebody asked the job to stop

    planner_id = models.BigIntegerField()
    planner_name = models.CharField(max_length=200, blank=True)

    # Who it belongs to, as an Actor is made of them: whoever applies it, before that its planner.
    session_id = models.UUIDField()
    user_id = models.BigIntegerField()
    user_num = models.CharField(max_length=40)
    user_name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=64, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    planned_as_of = models.DateTimeField(null=True)  # when planning began to look; null: there is no plan
    confirmed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)  # since when it is being applied without a break
    finished_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)  # when the queue last got it

    tries = models.IntegerField(default=0)  # in a row, in which a worker died before anything had ended

    progress = models.IntegerField(default=0)  # of planning: what was looked at
    expected = models.IntegerField(default=0)  # of how many; 0 while nobody knows

    total = models.IntegerField(default=0)
    problems = models.IntegerField(default=0)
    rows_left_out = models.IntegerField(default=0)  # rows that have a problem
    destructive = models.IntegerField(default=0)
    secrets_given = models.IntegerField(default=0)  # passwords that came with the plan
    kinds: models.JSONField[Any, Any] = models.JSONField(default=dict)  # how many changes of each kind
    done = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    blocked = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    started_with = models.IntegerField(default=0)  # how many had ended at started_at, for the rate

    secrets = models.IntegerField(default=0)  # passwords that wait to be handed over
    sheet_taken_at = models.DateTimeField(null=True)
    slips_taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["org_num", "-id"], name="change_set_org"),
            models.Index(fields=["state"], name="change_set_state"),
            models.Index(fields=["session_id"], name="change_set_session"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.pk}"

    @property
    def ended(self) -> int:
        """How many changes have their result."""
        return self.done + self.failed + self.blocked + self.unknown

    @property
    def is_its_planners(self) -> bool:
        """Whether it belongs to whoever planned it."""
        return self.user_id == self.planner_id

    @property
    def request_id(self) -> str:
        """What ties its calls, log lines and trail events together."""
        return f"changes-{self.pk}"


class Lane(Leased):
    """A credential at work: whoever holds the lease may send with it.

    So the calls of all sets together stay within the limit of the credential. ``pace`` is how many at once
    went well last; 0 while nobody knows.
    """

    key = models.CharField(max_length=120, primary_key=True)
    pace = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Call(models.Model):
    """One request for one or more changes: recorded before it is sent, closed when its end is known."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="calls", db_index=False)
    operation = models.CharField(max_length=60)
    attempted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)  # a common.outcome.Outcome; empty: not known yet

    class Meta:
        indexes = [
            models.Index(fields=["change_set", "attempted_at"], name="call_of_set"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.outcome}"


class Change(models.Model):
    """One planned change.

    Attributes:
        position: its place in the plan, from 0.
        wave: changes of a wave depend on none of the same or a later one.
        refs: values that another change brings, by field (``target`` for the target itself): position, field.
        needs: positions of the changes that have to be done before.
        undoes: of an undo: the position of what it takes back, in the set that it undoes.
        said: before and after in words, by field, where a value does not speak for itself.
        note: a code for what the preview has to say about it (``changes.vocabulary``).
        sheet, line: where in a file it comes from.
        marks: what it can be recognized by; never are two with equal marks in flight.
        secret: a password, sealed, until it is handed over.
        secret_given: whether it came with the plan: then it is for nobody but the planner.
        result: what the other side made of it, such as a new id; of what is blocked: ``by`` what it needs, and what
            at the ``root`` of it all was not done.
        action: the action in the trail.
        due_at: when a lost one may be looked up: not before a late request could have arrived.
    """

    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    position = models.IntegerField()
    wave = models.SmallIntegerField(default=0)
    kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64, blank=True)
    target_text = models.CharField(max_length=200, blank=True)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)
    after: models.JSONField[Any, Any] = models.JSONField(default=dict)
    refs: models.JSONField[Any, Any] = models.JSONField(default=dict)
    needs: models.JSONField[Any, Any] = models.JSONField(default=list)
    undoes = models.IntegerField(null=True)
    said: models.JSONField[Any, Any] = models.JSONField(default=dict)
    note = models.CharField(max_length=40, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    line = models.IntegerField(null=True)
    marks = models.CharField(max_length=64, blank=True)
    secret = models.TextField(blank=True)
    secret_given = models.BooleanField(default=False)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=60, blank=True)
    reason_text = models.CharField(max_length=300, blank=True)
    result: models.JSONField[Any, Any] = models.JSONField(default=dict)
    attempts = models.SmallIntegerField(default=0)
    call = models.ForeignKey(Call, null=True, on_delete=models.SET_NULL, related_name="changes")
    action: models.UUIDField[UUID | None, UUID | None] = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change_set", "position"], name="change_once"),
            models.UniqueConstraint(
                fields=["marks"],
                condition=Q(state__in=["attempted", "lost"]) & ~Q(marks=""),
                name="change_marks_in_flight_once",
            ),
        ]
        indexes = [
            models.Index(fields=["change_set", "state", "position"], name="change_state"),
            models.Index(fields=["change_set", "kind", "position"], name="change_kind"),
            models.Index(
                fields=["change_set", "wave", "position"],
                condition=Q(state="waiting"),
                name="change_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_text}"


class Problem(models.Model):
    """Why something was not planned: one cell of a row, or one target."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="found", db_index=False)
    code = models.CharField(max_length=40)
    params: models.JSONField[Any, Any] = models.JSONField(default=dict)
    sheet = models.CharField(max_length=100, blank=True)
    line = models.IntegerField(null=True)
    column = models.CharField(max_length=100, blank=True)  # as the file calls it
    value = models.CharField(max_length=100, blank=True)
    target_text = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["change_set", "sheet", "line", "id"], name="problem_line"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in line {self.line}"
