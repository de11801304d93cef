"""The search of the picker."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, SearchField
from orgs.forms.fields import LongSelect
from orgs.listing import Filters
from orgs.words import NamedDepartment


class PickerFilter(Form):
    """Bound to the query string; what is not understood is left out."""

    q = SearchField(_("Name, phone or number"))
    dept = forms.ChoiceField(label=_("Department"), required=False, widget=LongSelect)

    def __init__(self, data: Mapping[str, Any], *, departments: Sequence[NamedDepartment]) -> None:
        super().__init__(data)
        named = ((one.dept_id, one.name) for one in departments)
        dept = cast(forms.ChoiceField, self.fields["dept"])
        dept.choices = [("", _("All")), (0, _("No department")), *named]
        self.is_valid()

    @property
    def understood(self) -> Filters:
        """What of it can be read, as the listing takes it."""
        dept = self.cleaned_data.get("dept")
        return Filters(q=self.cleaned_data.get("q", ""), dept=int(dept) if dept else None)

    @property
    def where(self) -> str:
        """Names what is searched for, so that a page number is not applied to another search."""
        return f"{self.cleaned_data.get('dept', '')}:{self.cleaned_data.get('q', '')}"
