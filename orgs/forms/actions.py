"""The small forms that only confirm."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from common.forms import ConfirmForm
from orgs.models import MemberState


class StateForm(ConfirmForm):
    """weila.md, 修改企业成员状态. Says which state was seen when it was opened, and which one is wanted."""

    before = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.TypedChoiceField(choices=MemberState.choices, coerce=int, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, present: int) -> None:
        suspend = present == MemberState.ENABLED
        wanted = MemberState.SUSPENDED if suspend else MemberState.ENABLED
        super().__init__(data, initial={"before": present, "state": wanted.value})
        self.wanted = wanted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "before" in self.errors or "state" in self.errors:
            raise forms.ValidationError(_("This form is out of date. Open it again; nothing was changed."))
        return cleaned
