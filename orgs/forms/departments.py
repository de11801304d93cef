"""Forms about departments."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from orgs.forms.changes import ChangeForm
from orgs.forms.fields import NameField
from orgs.forms.names import RepeatableName
from orgs.listing import DepartmentCount
from orgs.search import normalized

NOBODY = "none"


class DepartmentFilter(Form):
    """The filter above the list of departments; what it does not understand it leaves out."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("Name of the department")}),
    )
    people = forms.ChoiceField(
        label=_("People and devices"),
        required=False,
        choices=[("", _("All")), (NOBODY, _("Empty departments"))],
        error_messages={"invalid_choice": _("This choice no longer exists; this filter is left out.")},
    )

    def matching(self, departments: Iterable[DepartmentCount]) -> list[DepartmentCount]:
        """Those of the departments that it lets through."""
        self.is_valid()
        wanted = normalized(self.cleaned_data.get("q", ""))
        empty = self.cleaned_data.get("people") == NOBODY
        return [one for one in departments if wanted in normalized(one.name) and not (empty and one.members)]


class _DepartmentName(RepeatableName):
    taken = _("There is a department with this name already. People may mix them up.")
    anyway = _("Use this name for one more department")

    name = NameField(label=_("Name of the department"))


class NewDepartmentForm(_DepartmentName):
    """weila.md, 创建部门."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, names: Collection[str]) -> None:
        super().__init__(data)
        self.names = names


class DepartmentForm(ChangeForm, _DepartmentName):
    """weila.md, 修改部门."""

    editable = ("name",)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        department: DepartmentCount,
        names: Collection[str],
        contested: Iterable[str] = (),
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        self.department = department
        self.names = names
        super().__init__(
            data,
            subject=f"department:{department.dept_id}",
            present={"name": department.name},
            contested=contested,
            typed=typed,
        )
