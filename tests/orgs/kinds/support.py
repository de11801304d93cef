"""Sets of changes that are planned, confirmed and applied in the test's own process, against the sandbox."""

from django.utils.translation import override

from changes import control, origins, plan, undo, vocabulary
from changes.kinds import Draft, Trouble
from changes.models import Change, ChangeSet, Problem
from changes.origins import Origin
from common.actor import Actor
from tests.support.sandbox import SandboxProcess

API = "/v1/corp/web/"
_READS = ("org-my-org", "get-address-list", "dept-getall", "group-getall", "group-member-getall")

_drafts: list[Draft | Trouble] = []
origins.register("tests.kinds", Origin(lambda _actor, _set: iter(_drafts), lambda _arguments: "A test"))


def planned(actor: Actor, *drafts: Draft | Trouble) -> ChangeSet:
    """A set with these changes that waits for being confirmed."""
    _drafts[:] = drafts
    return _again(plan.start(actor, "tests.kinds", {}))


def confirmed(actor: Actor, change_set: ChangeSet) -> ChangeSet:
    """The set after it was applied, as far as it came."""
    control.confirm(actor, change_set)
    return _again(change_set)


def applied(actor: Actor, *drafts: Draft | Trouble) -> ChangeSet:
    """A set with these changes, planned, confirmed and applied."""
    return confirmed(actor, planned(actor, *drafts))


def undone(actor: Actor, change_set: ChangeSet) -> ChangeSet:
    """The undo of a set, applied."""
    back = _again(undo.start(actor, change_set))
    return confirmed(actor, back)


def _again(change_set: ChangeSet) -> ChangeSet:
    return ChangeSet.objects.get(pk=change_set.pk)


def changes(change_set: ChangeSet) -> list[Change]:
    return list(Change.objects.filter(change_set=change_set).order_by("position"))


def ends(change_set: ChangeSet) -> list[tuple[str, str]]:
    """State and reason of each change, in the order of the plan."""
    return [(change.state, change.reason) for change in changes(change_set)]


def problems(change_set: ChangeSet) -> list[tuple[str, str]]:
    """Code and target of each problem."""
    return [
        (one.code, one.target_text) for one in Problem.objects.filter(change_set=change_set).order_by("id")
    ]


def said(change_set: ChangeSet) -> list[tuple[str, str]]:
    """Code of each problem, and what it says in English."""
    with override("en"):
        return [
            (one.code, vocabulary.problem(one.code, one.params))
            for one in Problem.objects.filter(change_set=change_set).order_by("id")
        ]


def writes(sandbox: SandboxProcess) -> list[str]:
    """The operations that change something, as the sandbox received them."""
    names = [entry["path"].removeprefix(API) for entry in sandbox.journal()]
    return [name for name in names if name not in _READS]
