"""The table of members and devices, and the page of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from audit import history, trail
from audit.trail import Target
from common.http import render_region
from common.paging import Page
from common.selection import Bulk
from common.tables import Column, Empty, Table, TableState
from orgs import directory, listing
from orgs.forms.filters import MemberFilter
from orgs.listing import Sort
from orgs.middleware import AdministratorRequest
from orgs.models import Department, Member, MemberType
from orgs.views import impact
from orgs.words import Words

COLUMNS = (
    Column("name", gettext_lazy("Name"), ("name", "user_id"), fixed=True),
    Column("number", gettext_lazy("Weila number"), ("user_num", "user_id")),
    Column("phone", gettext_lazy("Phone"), ("phone", "user_id")),
    Column("department", gettext_lazy("Department"), ("dept_id", "user_id")),
    Column("type", gettext_lazy("Type"), ("type", "user_id")),
    Column("state", gettext_lazy("State"), ("state", "user_id")),
    Column("sex", gettext_lazy("Sex"), default=False),
    Column("tts", gettext_lazy("Read messages aloud"), default=False),
    Column("loc_share", gettext_lazy("Location sharing"), default=False),
    Column("track", gettext_lazy("Location reports"), default=False),
    Column("job_num", gettext_lazy("Job number")),
    Column("online", gettext_lazy("Online")),
    Column("created", gettext_lazy("Joined"), ("created", "user_id")),
)
DEFAULT_SORT = "name"
_LATER = ("job_num", "online")  # fields of later editions: their columns exist only where they are told


class Order(TypedDict):
    """An order of members."""

    sort: Sort
    descending: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the member, and the member's codes in words."""

    member: Member
    said: Mapping[str, str]


@require_safe
def index(request: AdministratorRequest) -> HttpResponse:
    departments = departments_of(request)
    state = TableState.of(request, COLUMNS, DEFAULT_SORT)
    filters = filter_of(request, request.GET, departments)
    found = listing.members(
        request.actor.organization,
        filters.understood,
        page=state.page,
        **order_of(state),
    )
    words = Words(departments)
    rows = [Row(member, words.of(member)) for member in found.rows]
    table = Table(
        name="members-table",
        caption=gettext_lazy("Members and devices"),
        state=without_untold(state, found.rows),
        page=Page(rows, found.number, found.total, listing.PER_PAGE),
        summary=summary(found.total),
        empty=Empty(
            title=gettext_lazy("No members yet"),
            text=gettext_lazy("Create the first member, or add a device by its code."),
            url=reverse("member-create"),
            action=gettext_lazy("Create a member"),
        ),
        filters=filters,
        bulk=Bulk(
            url=reverse("members-bulk"),
            id_of=lambda row: row.member.user_id,
            name_of=lambda row: row.member.called,
        ),
        export="members-export",
    )
    return render_region(request, "orgs/members.html", "members-table", {"table": table})


@require_safe
def detail(request: AdministratorRequest, user_id: int) -> HttpResponse:
    """Everything known about one member, and everything that happened to them here."""
    member = directory.member(request.actor, user_id)
    words = Words(listing.departments(request.organization))
    context = {
        "member": member,
        "said": words.of(member),
        "is_device": member.type == MemberType.DEVICE,
        "protection": impact.protection(request.actor, member),
        "history": _history(request, member),
    }
    return render_region(request, "orgs/member.html", "member-history", context)


def order_of(state: TableState) -> Order:
    """How the table is sorted, as ``listing.members`` takes it."""
    return {"sort": Sort(state.order[0].removeprefix("-")), "descending": state.sort.startswith("-")}


def departments_of(request: AdministratorRequest) -> list[Department]:
    """The departments that can be filtered by."""
    return list(request.organization.departments.exclude(dept_id=0).order_by("dept_id"))


def filter_of(
    request: AdministratorRequest, query: QueryDict, departments: Sequence[Department]
) -> MemberFilter:
    """The filters of a query string of this table."""
    return MemberFilter(query, departments=departments, counted=request.organization.facets)


def summary(total: int) -> str:
    """How many members and devices there are."""
    return ngettext("%(total)d member or device", "%(total)d members and devices", total) % {"total": total}


def without_untold(state: TableState, rows: Sequence[Member]) -> TableState:
    """The table without columns of which none of these rows has a value, because this upstream does not tell it."""
    untold = {name for name in _LATER if all(getattr(row, name) is None for row in rows)}
    return replace(state, columns=tuple(one for one in state.columns if one.key not in untold))


def _history(request: AdministratorRequest, member: Member) -> Table:
    return history.table(
        trail.about(request.actor.organization, Target("member", str(member.user_id), member.name)),
        TableState.parse(request.GET, history.COLUMNS),
        name="member-history",
        nothing=gettext_lazy("Nothing was done to this member here yet"),
    )
