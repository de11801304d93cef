from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from changes import listing, reading
from changes.control import Caution
from changes.listing import OPEN, ChangeFilters, SetFilters
from changes.models import ENDED, ChangeSet, SetState
from common.actor import Actor
from common.forms import Form, LineField

_MINE = "mine"


class SetFilter(Form):
    """What of the history is shown. What can't be read filters nothing."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *SetState.choices])
    who = forms.ChoiceField(label=_("Who"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor
        people = [(str(pk), name) for pk, name in listing.people(actor.organization) if pk != actor.user_id]
        _choices(self, "who", [("", _("Everybody")), (_MINE, _("Me")), *people])

    @property
    def understood(self) -> SetFilters:
        self.is_valid()  # reads what can be read; the rest is marked at its field
        who = self.cleaned_data.get("who", "")
        user_id = self._actor.user_id if who == _MINE else int(who) if who else None
        return SetFilters(self.cleaned_data.get("state", ""), user_id)


class ChangeFilter(Form):
    """What of a set is shown: before it is applied by kind, afterwards by what came of it."""

    q = LineField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"placeholder": _("Beginning of the name")}),
    )
    kind = forms.ChoiceField(label=_("What"), required=False)
    state = forms.ChoiceField(label=_("Result"), required=False)

    def __init__(self, *args: Any, change_set: ChangeSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if change_set.confirmed_at is None:
            del self.fields["state"]
            kinds = [(code, reading.kind_in_words(code)) for code in change_set.kinds]
            _choices(self, "kind", [("", _("All")), *kinds])
            return
        del self.fields["kind"]
        states = [(state.value, state.label) for state in ENDED if getattr(change_set, state)]
        if change_set.state != SetState.FINISHED:
            states.append((OPEN, _("Not ended yet")))
        _choices(self, "state", [("", _("All")), *states])

    @property
    def understood(self) -> ChangeFilters:
        self.is_valid()  # as above
        wanted = self.cleaned_data
        return ChangeFilters(wanted.get("kind", ""), wanted.get("state", ""), wanted.get("q", ""))


class ConfirmSet(Form):
    """What has to be said before a set is applied: that rows are left out, and how much is taken away."""

    leave_out = forms.BooleanField(
        error_messages={
            "required": _("Tick this, or discard it and correct what has a problem. Nothing was applied.")
        }
    )
    allow = forms.CharField(
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Type the number. Nothing was applied.")},
    )

    def __init__(self, *args: Any, change_set: ChangeSet, caution: Caution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._destructive = caution.destructive
        if change_set.problems:
            self.fields["leave_out"].label = _left_out(change_set)
        else:
            del self.fields["leave_out"]
        if caution.destructive:
            text = ngettext(
                "Type %(number)d to allow the change that deletes, suspends, removes, or resets a password",
                "Type %(number)d to allow the changes that delete, suspend, remove, or reset a password",
                caution.destructive,
            )
            self.fields["allow"].label = text % {"number": caution.destructive}
        else:
            del self.fields["allow"]

    def clean_allow(self) -> str:
        typed: str = self.cleaned_data["allow"]
        if "".join(typed.split()) != str(self._destructive):
            raise ValidationError(_("This is not the number of these changes. Nothing was applied."))
        return typed


def _left_out(change_set: ChangeSet) -> str:
    if number := change_set.rows_left_out:
        text = ngettext(
            "Leave out the row with problems and apply the rest",
            "Leave out the %(number)d rows with problems and apply the rest",
            number,
        )
    else:
        number = change_set.problems
        text = ngettext(
            "Leave out what has a problem and apply the rest",
            "Leave out the %(number)d entries with problems and apply the rest",
            number,
        )
    return text % {"number": number}


def _choices(form: Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    field.choices = choices
