"""What people do with a change set. Each leads back to its page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.access import SignedInRequest
from changes import control
from changes.control import Superseded, TooLate
from changes.forms import ConfirmSet
from changes.models import ChangeSet, SetState
from changes.views import pages
from common.access import local, posts_only
from common.http import ConsoleRequest

INVALID, CONFLICT = 422, 409


@posts_only("change-set", "set_id")
def confirm(request: SignedInRequest, set_id: int) -> HttpResponse:
    """Apply a set as it was previewed, if everything is said that it takes."""
    change_set = control.get(request.actor, set_id)
    if change_set.state != SetState.PLANNED or not change_set.total:
        return pages.answer(request, change_set, None, CONFLICT)
    caution = control.caution(change_set)
    form = ConfirmSet(request.POST, change_set=change_set, caution=caution)
    if not form.is_valid():
        return pages.answer(request, change_set, form, INVALID)
    if proof := _proof(request, change_set):
        return proof
    try:
        control.confirm(request.actor, change_set)
    except TooLate:
        return pages.answer(request, change_set, None, CONFLICT)
    except Superseded:
        _say_superseded(request)
    return redirect("change-set", set_id)


@local
@posts_only("change-set", "set_id")
def discard(request: ConsoleRequest, set_id: int) -> HttpResponse:
    change_set = control.get(request.actor, set_id)
    if _done(request, change_set, control.discard):
        messages.success(request, _("The bulk change is discarded. Nothing was sent."))
    return redirect("change-set", set_id)


@local
@posts_only("change-set", "set_id")
def stop(request: ConsoleRequest, set_id: int) -> HttpResponse:
    _done(request, control.get(request.actor, set_id), control.stop)
    return redirect("change-set", set_id)


@posts_only("change-set", "set_id")
def resume(request: SignedInRequest, set_id: int) -> HttpResponse:
    """Go on, in the session of whoever asks for it."""
    change_set = control.get(request.actor, set_id)
    if proof := _proof(request, change_set):
        return proof
    _done(request, change_set, control.resume)
    return redirect("change-set", set_id)


@local
@posts_only("change-set", "set_id")
def give_up(request: ConsoleRequest, set_id: int) -> HttpResponse:
    change_set = control.get(request.actor, set_id)
    if _done(request, change_set, control.give_up):
        messages.success(request, _("The rest is given up. What was done stays as it is."))
    return redirect("change-set", set_id)


@posts_only("change-set", "set_id")
def retry(request: SignedInRequest, set_id: int) -> HttpResponse:
    change_set = control.get(request.actor, set_id)
    number = control.to_retry(change_set).count()
    if not number:
        messages.info(request, _("There is nothing to try again."))
    elif proof := _proof(request, change_set):
        return proof
    elif _done(request, change_set, control.retry):
        text = ngettext("%(number)d change is tried again.", "%(number)d changes are tried again.", number)
        messages.info(request, text % {"number": number})
    return redirect("change-set", set_id)


@posts_only("change-set", "set_id")
def undo(request: ConsoleRequest, set_id: int) -> HttpResponse:
    """Plan the undo; its page is a preview as any other."""
    change_set = control.get(request.actor, set_id)
    try:
        started = control.take_back(request.actor, change_set)
    except TooLate as late:
        _say_too_late(request, late)
        return redirect("change-set", set_id)
    return redirect("change-set", started.pk)


def _proof(request: SignedInRequest, change_set: ChangeSet) -> HttpResponse | None:
    """The answer that asks for the password, where the set takes so much away that it has to have been given lately."""
    if not control.caution(change_set).again:
        return None
    return access.prove_again(request, reverse("change-set", args=[change_set.pk]))


def _done(request: ConsoleRequest, change_set: ChangeSet, act: Callable[..., object]) -> bool:
    try:
        act(request.actor, change_set)
    except TooLate as late:
        _say_too_late(request, late)
        return False
    except Superseded:
        _say_superseded(request)
        return False
    return True


def _say_superseded(request: ConsoleRequest) -> None:
    text = _(
        "Another undo of the same was applied since this one was planned. Nothing was sent; plan it again."
    )
    messages.warning(request, text)


def _say_too_late(request: ConsoleRequest, late: TooLate) -> None:
    text = _("That is not possible any more. The state of the bulk change is now: %(state)s.")
    messages.warning(request, text % {"state": SetState(late.state).label})
