"""Codes of change sets in words. The rooms above register theirs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from audit import reading
from audit.vocabulary import Kind, register_kind, register_operations, register_reasons
from changes.models import Change
from common.texts import listed

# By which number people tell targets of one name apart: of some changes of an organization, by their ids.
Numbers = Callable[[int, Sequence[Change]], Mapping[int, str]]

# With named parameters: "There is no department “%(name)s”."
problems: dict[str, StrOrPromise] = {
    "unknown_error": _("This could not be planned."),
    "session_over": _("The session ended before the plan was made."),
    "set_is_gone": _("What was to be undone is no longer there."),
    "undo_unknown": _("It is not known whether this was done, so it is not undone."),
    "undo_conflict": _("Somebody has changed this since, so it is not undone."),
    "undo_not_here": _("This is no longer there, so nothing is undone."),
    "undo_unsure": _("It is not known whether an earlier undo has taken this back, so it is not undone."),
    "undo_open": _("Another undo of this is not through yet."),
    "undo_blocked": _("This can't be undone, because something that it needs can't be."),
}
notes: dict[str, StrOrPromise] = {}
kinds: dict[str, StrOrPromise] = {}
numbers: dict[str, Numbers] = {}
_FORMS = {"sheet": _("a sheet"), "slips": _("slips to print")}


def register_problems(sentences: Mapping[str, StrOrPromise]) -> None:
    """Why something can't be planned, by code."""
    problems.update(sentences)


def register_notes(sentences: Mapping[str, StrOrPromise]) -> None:
    """What a preview has to say about a change, by code: what will not be as it was."""
    notes.update(sentences)


def register_kinds(labels: Mapping[str, StrOrPromise]) -> None:
    """What a kind of change does, in words: "Suspend or enable"."""
    kinds.update(labels)


def register_numbers(target_kind: str, found: Numbers) -> None:
    """Make known which numbers targets of a kind have."""
    numbers[target_kind] = found


def problem(code: str, params: Mapping[str, Any]) -> str:
    """A problem in words; ``fields`` of a ``target_kind`` are said by their labels."""
    if "fields" in params:
        labels = (reading.label(params["target_kind"], name) for name in params["fields"])
        params = {**params, "fields": listed(labels)}
    return str(problems.get(code, code)) % params


def register() -> None:
    """What this room itself tells the trail."""
    register_kind(
        "change_set",
        Kind(
            _("Change set"),
            fields={"form": _("Passwords as"), "rows": _("Rows")},
            url_name="change-set",
            say={"form": lambda form: _FORMS.get(form, form)},
        ),
    )
    register_operations(
        {
            "changes.open": _("opened a change set"),
            "changes.confirm": _("confirmed a change set"),
            "changes.discard": _("discarded a change set"),
            "changes.stop": _("stopped a change set"),
            "changes.resume": _("resumed a change set"),
            "changes.give-up": _("gave up the rest of a change set"),
            "changes.retry": _("retried a change set"),
            "changes.undo": _("planned the undo of a change set"),
            "changes.passwords": _("took the passwords of a change set"),
            "changes.passwords-delete": _("deleted the passwords of a change set"),
        }
    )
    register_reasons(
        {
            "conflict": _("It was changed since the preview; nothing was sent."),
            "given_up": _("Given up before it was done."),
            "not_looked_up": _("It was given up before it was known what came of it."),
            "not_sent": _("It was not sent in time and waits for its next turn."),
            "not_yours": _("It belongs to somebody else."),
            "taken": _("They had been taken or deleted before."),
            "blocked": _("Something that it needs was not done."),
            "unsettled": _(
                "Nothing was sent: a bulk change that has stopped does not know yet what came of an equal change."
                " Resume that one first"
            ),
            "no_look_up": _("The answer was lost, and it can't be looked up whether it was carried out."),
            "gave_up": _("It was tried several times, and looked up each time: nothing was changed."),
        }
    )
