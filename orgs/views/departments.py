"""Departments: one level, many people, names that may repeat."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from common.forms import ConfirmForm
from common.http import render_region
from common.outcome import Outcome
from common.paging import Page
from common.tables import Column, Empty, Table, TableState
from orgs import directory, facets, listing
from orgs.directory import Conflict
from orgs.forms.departments import DepartmentFilter, DepartmentForm, NewDepartmentForm
from orgs.forms.fields import text_to_type
from orgs.listing import DepartmentCount
from orgs.middleware import AdministratorRequest
from orgs.views import impact, writing
from orgs.words import Words

COLUMNS = (
    Column("name", gettext_lazy("Name"), ("name", "dept_id"), fixed=True),
    Column("number", gettext_lazy("Number"), ("dept_id",), default=False, end=True),
    Column("people", gettext_lazy("People"), ("people", "dept_id"), end=True),
    Column("devices", gettext_lazy("Devices"), ("devices", "dept_id"), end=True),
    Column("actions", gettext_lazy("Actions"), fixed=True, end=True),
)
TOLD = Column("told", gettext_lazy("Counted by Weila"), ("user_count", "dept_id"), default=False, end=True)


@require_safe
def index(request: AdministratorRequest) -> HttpResponse:
    departments = listing.departments(request.organization)
    told = any(one.user_count is not None for one in departments)
    state = TableState.of(request, [*COLUMNS[:-1], TOLD, COLUMNS[-1]] if told else COLUMNS, "name")
    filters = DepartmentFilter(request.GET)
    found = _sorted(filters.matching(departments), state)
    table = Table(
        name="departments-table",
        caption=gettext_lazy("Departments"),
        state=state,
        page=Page.of(found, state.page),
        summary=ngettext("%(count)d department", "%(count)d departments", len(found)) % {"count": len(found)},
        empty=Empty(
            title=gettext_lazy("No departments yet"),
            text=gettext_lazy(
                "Departments keep the directory organized. Each member belongs to one at most."
            ),
            url=reverse("department-create"),
            action=gettext_lazy("Create a department"),
        ),
        filters=filters,
    )
    outside = facets.count(request.organization.facets, "dept", "0")
    context = {"table": table, "outside": outside}
    return render_region(request, "orgs/departments.html", "departments-table", context)


@require_http_methods(writing.FORM_METHODS)
def create(request: AdministratorRequest) -> HttpResponse:
    names = [one.name for one in listing.departments(request.organization)]
    form = NewDepartmentForm(writing.posted(request), names=names)
    if not form.is_valid():
        return _create_page(request, form)
    name = form.cleaned_data["name"]
    written = writing.attempt(form, lambda: directory.create_department(request.actor, name))
    if written is None:
        return _create_page(request, form)
    if written.outcome is Outcome.UNKNOWN:
        return _unknown(request, _("The department “%(name)s” was to be created.") % {"name": name})
    messages.success(request, _("The department “%(name)s” was created.") % {"name": name})
    return redirect("departments")


@require_http_methods(writing.FORM_METHODS)
def edit(request: AdministratorRequest, dept_id: int) -> HttpResponse:
    form = _rename_form(request, dept_id, writing.posted(request))
    if not form.is_valid():
        return _edit_page(request, form)
    if not form.changes:
        return writing.unchanged(request, "departments")
    before, name = form.replaced["name"], form.changes["name"]
    try:
        written = writing.attempt(
            form, lambda: directory.rename_department(request.actor, dept_id, before, name)
        )
    except Conflict as conflict:
        form = _rename_form(request, dept_id, contested=conflict.fields, typed=form.changes)
        return _edit_page(request, form, conflict)
    if written is None:
        return _edit_page(request, form)
    said = {"before": before, "name": name}
    if written.outcome is Outcome.UNKNOWN:
        return _unknown(request, _("The department “%(before)s” was to be renamed to “%(name)s”.") % said)
    messages.success(request, _("The department “%(before)s” is now called “%(name)s”.") % said)
    return redirect("departments")


@require_http_methods(writing.FORM_METHODS)
def delete(request: AdministratorRequest, dept_id: int) -> HttpResponse:
    department = _department(request, dept_id, "weila.dept-delete")
    expected = text_to_type(department.name, str(dept_id)) if department.members else ""
    form = ConfirmForm(writing.posted(request), expected=expected)
    if not form.is_valid():
        return _delete_page(request, form, department)
    written = writing.attempt(form, lambda: directory.delete_department(request.actor, dept_id))
    if written is None:
        return _delete_page(request, form, department)
    said = {"name": department.name}
    if written.outcome is Outcome.UNKNOWN:
        return _unknown(request, _("The department “%(name)s” was to be deleted.") % said)
    messages.success(request, _("The department “%(name)s” was deleted.") % said)
    words = Words(listing.departments(request.organization))
    for sentence in impact.department_aftermath(written.value, words):
        messages.info(request, sentence)
    return redirect("departments")


def _department(request: AdministratorRequest, dept_id: int, operation: str) -> DepartmentCount:
    operation = writing.operation(request, operation, otherwise="department.open")
    return directory.department(request.actor, dept_id, operation=operation)


def _create_page(request: AdministratorRequest, form: NewDepartmentForm) -> HttpResponse:
    return render(request, "orgs/department_create.html", {"form": form}, status=writing.status_of(form))


def _delete_page(
    request: AdministratorRequest, form: ConfirmForm, department: DepartmentCount
) -> HttpResponse:
    sentences = impact.of_department_deletion(department)
    context = {"form": form, "department": department, "impact": sentences}
    return render(request, "orgs/department_delete.html", context, status=writing.status_of(form))


def _rename_form(
    request: AdministratorRequest,
    dept_id: int,
    data: QueryDict | None = None,
    *,
    contested: Iterable[str] = (),
    typed: Mapping[str, Any] | None = None,
) -> DepartmentForm:
    department = _department(request, dept_id, "weila.dept-change")
    names = {one.name for one in listing.departments(request.organization)} - {department.name}
    return DepartmentForm(data, department=department, names=names, contested=contested, typed=typed)


def _edit_page(
    request: AdministratorRequest, form: DepartmentForm, conflict: Conflict | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "department": form.department,
        "keep": form.subject,
        "contests": writing.contests(form, lambda _name, value: str(value or ""), conflict),
    }
    return render(request, "orgs/department_edit.html", context, status=writing.status_of(form, conflict))


def _unknown(request: AdministratorRequest, what: str) -> HttpResponse:
    return writing.unknown(
        request, what, look_url=reverse("departments"), look_label=_("See the departments")
    )


def _sorted(departments: list[DepartmentCount], state: TableState) -> list[DepartmentCount]:
    def key(one: DepartmentCount) -> tuple[Any, ...]:
        return tuple(getattr(one, field) for field in fields)

    fields = [field.removeprefix("-") for field in state.order]
    return sorted(departments, key=key, reverse=state.sort.startswith("-"))
