from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from changes import apply, control
from changes.actors import actor_of
from changes.control import TooLate
from changes.models import ChangeSet, SetState

_LISTED = (SetState.PLANNING, SetState.PLANNED, SetState.APPLYING, SetState.PAUSED)
_LINE = "{:>7}  {:>12}  {:<9}  {:<13}  {:>8}  {:>8}  {:>7}  {:>7}  {:>7}  {}"
_HEAD = ("id", "organization", "state", "why", "total", "done", "failed", "blocked", "unknown", "held until")


class Command(BaseCommand):
    help = "Look at the change sets that are not through, and have those worked on that nobody is at."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="sets that are planned, applied, stopped, or wait to be confirmed")
        resume = actions.add_parser(
            "resume", help="give to the queue again what should run, or one stopped set"
        )
        resume.add_argument("id", nargs="?", type=int, help="a set that has stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "list":
            self._list()
        elif options["id"] is None:
            self.stdout.write(f"{apply.revive()} given to the queue again")
        else:
            self._resume(options["id"])

    def _list(self) -> None:
        self.stdout.write(_LINE.format(*_HEAD))
        for one in ChangeSet.objects.filter(state__in=_LISTED).order_by("id"):
            self.stdout.write(_LINE.format(
                one.pk, one.org_num, one.state, one.reason[:13], one.total, one.done, one.failed, one.blocked,
                one.unknown, _held(one),
            ))  # fmt: skip

    def _resume(self, set_id: int) -> None:
        change_set = ChangeSet.objects.filter(pk=set_id).first()
        if change_set is None:
            raise CommandError(f"There is no change set {set_id}.")
        actor = actor_of(change_set)
        if actor is None:
            raise CommandError(
                f"The session of change set {set_id} has ended. An administrator has to sign in and resume it there."
            )
        try:
            control.resume(actor, change_set)
        except TooLate as late:
            raise CommandError(f"Change set {set_id} is not stopped but {late.state}.") from None
        self.stdout.write(f"Change set {set_id} goes on.")


def _held(change_set: ChangeSet) -> str:
    """Whether somebody is at it; how long nobody has been is what tells a dead worker from a slow one."""
    if change_set.lease_until is None:
        return "nobody is at it"
    seconds = round((change_set.lease_until - timezone.now()).total_seconds())
    return f"{seconds} s more" if seconds > 0 else f"for {-seconds} s nobody"
