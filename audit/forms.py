from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit import vocabulary
from audit.models import Event, Stage
from common.forms import Form, LineField


class EventFilter(Form):
    """What of the trail is shown. A field that cannot be read filters nothing and says so."""

    folded = ("operation", "since", "until", "target")

    q = LineField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"placeholder": _("Name, number, address, request id")}),
    )
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    operation = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    target = forms.RegexField(r"\A[a-z_]+:[\w-]{1,64}\Z", required=False, widget=forms.HiddenInput)
    request = forms.RegexField(r"\A[\w-]{1,64}\Z", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome, operation = self.fields["outcome"], self.fields["operation"]
        assert isinstance(outcome, forms.ChoiceField) and isinstance(operation, forms.ChoiceField)  # noqa: S101
        outcome.choices = [("", _("All")), *Stage.choices]
        operation.choices = [
            ("", _("All")),
            *sorted(vocabulary.operations.items(), key=lambda item: str(item[1])),
        ]

    def narrow(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """The events that match every field that could be read."""
        self.is_valid()  # reads what can be read; the rest is marked at its field
        wanted = self.cleaned_data
        if text := wanted.get("q"):
            events = events.filter(
                Q(target_text__icontains=text)
                | Q(target_id=text)
                | Q(actor_name__icontains=text)
                | Q(actor_num=text)
                | Q(address=text)
                | Q(request_id=text)
            )
        if stage := wanted.get("outcome"):
            events = events.filter(stage=stage)
        if operation := wanted.get("operation"):
            events = events.filter(operation=operation)
        if target := wanted.get("target"):
            kind, _colon, target_id = target.partition(":")
            events = events.filter(target_kind=kind, target_id=target_id)
        if request := wanted.get("request"):
            events = events.filter(request_id=request)
        if since := wanted.get("since"):
            events = events.filter(at__gte=_start_of(since))
        if until := wanted.get("until"):
            events = events.filter(at__lt=_start_of(until + timedelta(days=1)))
        return events


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
