"""The history of change sets, and the page of one, which shows what its state asks for."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from changes import control, listing, reading, secrets, undo
from changes.forms import ChangeFilter, ConfirmSet, SetFilter
from changes.models import ChangeSet, SetState
from changes.reading import Fault, Line, SetEntry
from common.access import local, passive
from common.http import ConsoleRequest, aside, render_region, wants_fragment
from common.paging import Page
from common.tables import Column, Empty, Table, TableState

HISTORY = (
    Column("title", gettext_lazy("What"), fixed=True),
    Column("number", gettext_lazy("No."), fixed=True),
    Column("who", gettext_lazy("Who")),
    Column("created", gettext_lazy("Created")),
    Column("finished", pgettext_lazy("when", "Finished"), yields=True),
    Column("state", gettext_lazy("State"), fixed=True),
    Column("counts", pgettext_lazy("how many", "Changes")),
)
_CHANGES = (
    Column("target", gettext_lazy("Target"), fixed=True),
    Column("kind", gettext_lazy("What"), fixed=True),
    Column("changes", gettext_lazy("Changes"), fixed=True),
    Column("outcome", gettext_lazy("Result"), fixed=True),
    Column("line", gettext_lazy("Line"), fixed=True, end=True, yields=True),
    Column("number", gettext_lazy("No."), fixed=True, end=True, yields=True),
)
_PROBLEMS = (
    Column("line", gettext_lazy("Line"), fixed=True),
    Column("target", gettext_lazy("Target"), fixed=True),
    Column("column", gettext_lazy("Column"), fixed=True),
    Column("value", gettext_lazy("Value"), fixed=True),
    Column("problem", gettext_lazy("Problem"), fixed=True),
)
REGION = "changes-progress"
LONGEST_WAIT = 5  # seconds between two questions; the first comes after one, each next a second later
_MOVING = (SetState.PLANNING, SetState.APPLYING)


@require_safe
def index(request: ConsoleRequest) -> HttpResponse:
    state = TableState.of(request, HISTORY)
    filters = SetFilter(request.GET, actor=request.actor)
    found = listing.sets(request.actor.organization, filters.understood, state.page)
    undone_by = undo.undone_by([one.pk for one in found.rows])
    in_part = undo.undone_in_part(undone_by)
    rows = [reading.entry(one, undone_by[one.pk], partly=one.pk in in_part) for one in found.rows]
    page: Page[SetEntry] = Page(rows, found.number, found.total)
    table = Table(
        name="changes-history",
        caption=gettext_lazy("Bulk changes"),
        state=state,
        page=page,
        summary=ngettext("%(total)d bulk change", "%(total)d bulk changes", found.total)
        % {"total": found.total},
        empty=Empty(
            title=gettext_lazy("No bulk changes yet"),
            text=gettext_lazy(
                "A bulk change is many single changes at once: choose several members in their list, or import a"
                " table. You see every change before anything is sent, and can take it back afterwards."
            ),
            url=reverse("members"),
            action=gettext_lazy("Choose members"),
        ),
        filters=filters,
    )
    return render_region(request, "changes/index.html", "changes-history", {"table": table})


@require_safe
def detail(request: ConsoleRequest, set_id: int) -> HttpResponse:
    """One set: how far it is, what it will do, or what came of it; and its changes, or why there are none."""
    change_set = control.get(request.actor, set_id)
    if change_set.problems and not change_set.total:
        return _problems(request, change_set)
    context = about(request, change_set)
    if change_set.planned_as_of is not None:
        context["table"] = _changes(request, change_set)
    return render_region(request, "changes/change_set.html", "set-changes", context)


@require_safe
def problems(request: ConsoleRequest, set_id: int) -> HttpResponse:
    """What could not be planned."""
    return _problems(request, control.get(request.actor, set_id))


def _problems(request: ConsoleRequest, change_set: ChangeSet) -> HttpResponse:
    state = TableState.parse(request.GET, _problem_columns(change_set))
    found = listing.problems(change_set, state.page)
    page: Page[Fault] = Page(reading.faults(change_set.org_num, found.rows), found.number, found.total)
    table = Table(
        name="set-problems",
        caption=gettext_lazy("Problems"),
        state=state,
        page=page,
        summary=ngettext("%(total)d problem", "%(total)d problems", found.total) % {"total": found.total},
        empty=Empty(title=gettext_lazy("No problems"), text=gettext_lazy("Everything could be planned.")),
    )
    context = about(request, change_set) | {"table": table}
    return render_region(request, "changes/problems.html", "set-problems", context)


@local
@passive
@require_safe
def progress(request: ConsoleRequest, set_id: int) -> HttpResponse:
    """How far it is; leads to the page of the set when there is something else to see."""
    change_set = control.get(request.actor, set_id)
    if change_set.state not in _MOVING or change_set.state != request.GET.get("state"):
        page = reverse("change-set", args=[set_id])
        asked_by_page = wants_fragment(request, REGION)
        return HttpResponseClientRedirect(page) if asked_by_page else HttpResponseRedirect(page)
    context = _moving(request, change_set) | {"underway": listing.underway(request.actor)}
    return aside(render(request, "changes/progress.html", context))


def answer(
    request: ConsoleRequest, change_set: ChangeSet, form: ConfirmSet | None, status: int
) -> HttpResponse:
    """The page of a set as the answer to a form that was not carried out; without its tables, which have their own
    address."""
    context = about(request, change_set, form) | {"answering": True, "too_late": form is None}
    return render(request, "changes/change_set.html", context, status=status)


def about(request: ConsoleRequest, change_set: ChangeSet, form: ConfirmSet | None = None) -> dict[str, Any]:
    """What every page of a set says around its table."""
    undos = undo.undone_by([change_set.pk])[change_set.pk]
    can_retry, can_undo = control.can_retry(change_set), undo.can_take_back(change_set, undos)
    context = {
        "set": change_set,
        "entry": reading.entry(change_set, undos, partly=can_undo),
        "passwords": secrets.forms(change_set) if change_set.user_id == request.actor.user_id else [],
        "can_retry": can_retry,
        "renews_passwords": can_retry and secrets.renewed_by_retry(change_set),
        "can_undo": can_undo,
    }
    if change_set.state in _MOVING:
        context |= _moving(request, change_set)
    if change_set.state == SetState.PLANNED:
        caution = control.caution(change_set)
        form = form or ConfirmSet(change_set=change_set, caution=caution)
        context |= {"form": form, "caution": caution}
    return context


def _moving(request: ConsoleRequest, change_set: ChangeSet) -> dict[str, Any]:
    wait = _wait(request)
    query = {"state": change_set.state, "waited": wait}
    at_work = change_set.lease_until is not None and change_set.lease_until > timezone.now()
    waits = change_set.state == SetState.APPLYING and not at_work
    return {
        "set": change_set,
        "entry": reading.entry(change_set),
        "progress": reading.progress(change_set),
        "at_work": at_work,
        "waits_for": listing.waits_for(change_set) if waits else None,
        "wait": wait,
        "poll_url": reverse("change-set-progress", args=[change_set.pk], query=query),
    }


def _wait(request: ConsoleRequest) -> int:
    waited = request.GET.get("waited", "")
    return min(int(waited) + 1, LONGEST_WAIT) if waited in ("1", "2", "3", "4", "5") else 1


def _changes(request: ConsoleRequest, change_set: ChangeSet) -> Table:
    state = TableState.parse(request.GET, _columns(change_set))
    filters = ChangeFilter(request.GET, change_set=change_set)
    understood = filters.understood
    found = listing.changes(change_set, understood, state.page)
    numbers = reading.numbers(change_set.org_num, found.rows)
    lines = reading.lines(change_set.org_num, found.rows, listing.needed(change_set, found.rows), numbers)
    page: Page[Line] = Page(lines, found.number, found.total)
    return Table(
        name="set-changes",
        caption=gettext_lazy("Changes"),
        state=state,
        page=page,
        summary=_summary(found.total, searched=bool(understood.q)),
        empty=Empty(
            title=gettext_lazy("There is nothing to change"),
            text="",
        ),
        filters=filters if change_set.total else None,
    )


def _columns(change_set: ChangeSet) -> list[Column]:
    """Those with something in them: only what was confirmed has results, only what came from a file has lines."""
    absent = set() if change_set.confirmed_at else {"outcome"}
    first = change_set.changes.filter(position=0).values_list("line", flat=True).first()
    if first is None:
        absent.add("line")
    return [one for one in _CHANGES if one.key not in absent]


def _problem_columns(change_set: ChangeSet) -> list[Column]:
    """Those with something in them: what did not come from a file has neither lines nor columns."""
    rows = change_set.found
    there = {
        "line": change_set.rows_left_out > 0,
        **{name: rows.exclude(**{name: ""}).exists() for name in ("column", "value")},
    }
    return [one for one in _PROBLEMS if there.get(one.key, True)]


def _summary(total: int, *, searched: bool) -> str:
    if searched and total >= listing.MOST_FOUND:
        text = ngettext(
            "The first %(total)d change; type more to find others",
            "The first %(total)d changes; type more to find others",
            total,
        )
    else:
        text = ngettext("%(total)d change", "%(total)d changes", total)
    return text % {"total": total}
