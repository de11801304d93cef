"""Pages of change sets, of their changes and their problems: at 100,000 they cost what they do at a hundred.

What there is of each state and kind is counted on the set, so nothing is counted here; a page is cut from an index
that holds the position, and only its rows are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet, Sum

from changes.models import Change, ChangeSet, Pause, Problem, SetState, State
from common.actor import Actor
from common.paging import PAGE_SIZE, Page, clamp

MOST_FOUND = 500  # of a search, which has no index: who gets more has to type more
OPEN = "open"  # changes that have not ended
_OPEN_STATES = (State.WAITING, State.ATTEMPTED, State.LOST)
_COUNTED = {State.DONE: "done", State.FAILED: "failed", State.BLOCKED: "blocked", State.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class SetFilters:
    """What of the history is wanted; ``user_id`` is who planned or applied it, None anybody."""

    state: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeFilters:
    """What of a set is wanted: of one kind, in one state (or ``OPEN``), of targets that begin with ``q``."""

    kind: str = ""
    state: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Underway:
    """What the badge of every page says. ``percent`` is None while nothing is being applied."""

    running: int
    stopped: int
    percent: int | None


def sets(org_num: int, filters: SetFilters, number: int) -> Page[ChangeSet]:
    """The history of an organization, the newest first."""
    rows = ChangeSet.objects.filter(org_num=org_num)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.user_id is not None:
        rows = rows.filter(Q(user_id=filters.user_id) | Q(planner_id=filters.user_id))
    total = rows.count()
    number = clamp(number, total)
    start = (number - 1) * PAGE_SIZE
    return Page(list(rows.order_by("-id")[start : start + PAGE_SIZE]), number, total)


def people(org_num: int) -> list[tuple[int, str]]:
    """Everybody who has planned or applied a set in this organization: id and name."""
    pairs = ChangeSet.objects.filter(org_num=org_num).values_list(
        "user_id", "user_name", "planner_id", "planner_name"
    )
    names: dict[int, str] = {}
    for user_id, name, planner_id, planner, _newest in pairs.annotate(newest=Max("id")).order_by("-newest"):
        names.setdefault(user_id, name)
        names.setdefault(planner_id, planner)
    return sorted(names.items(), key=lambda one: one[1])


def changes(change_set: ChangeSet, filters: ChangeFilters, number: int) -> Page[Change]:
    """A page of a set's changes, in the order of the plan."""
    rows = Change.objects.filter(change_set=change_set)
    wanted = _narrowed(rows, filters)
    if filters.q:
        return _cut(rows, list(_positions(wanted)[:MOST_FOUND]), number)
    total = _total(change_set, filters)
    number = clamp(number, total)
    start = (number - 1) * PAGE_SIZE
    if filters.kind or filters.state:
        positions: Iterable[int] = list(_positions(wanted)[start : start + PAGE_SIZE])
    else:
        positions = range(start, start + PAGE_SIZE)  # positions have no gaps
    return Page(_at(rows, positions), number, total)


def needed(change_set: ChangeSet, rows: Iterable[Change]) -> dict[int, Change]:
    """The changes that these refer to, by position."""
    wanted = {position for row in rows for position, _field in row.refs.values()}
    wanted |= {row.result["by"] for row in rows if "by" in row.result}
    if not wanted:
        return {}
    found = Change.objects.filter(change_set=change_set, position__in=wanted)
    return {row.position: row for row in found.only("position", "target_text")}


def problems(change_set: ChangeSet, number: int) -> Page[Problem]:
    """A page of what could not be planned, by line."""
    rows = Problem.objects.filter(change_set=change_set)
    number = clamp(number, change_set.problems)
    start = (number - 1) * PAGE_SIZE
    ids = rows.order_by("line", "id").values_list("id", flat=True)[start : start + PAGE_SIZE]
    found = rows.filter(pk__in=list(ids)).order_by("line", "id")
    return Page(list(found), number, change_set.problems)


def waits_for(change_set: ChangeSet) -> int | None:
    """The set that is being applied with the same credential; this one has to wait for it."""
    others = ChangeSet.objects.filter(state=SetState.APPLYING, session_id=change_set.session_id)
    return (
        others.exclude(pk=change_set.pk)
        .exclude(lease_until=None)
        .order_by("confirmed_at")
        .values_list("pk", flat=True)
        .first()
    )


def underway(actor: Actor) -> Underway:
    """What runs in the organization, and what has stopped without anybody's doing; one query."""
    applying = Q(state=SetState.APPLYING)
    stopped = Q(state=SetState.PAUSED) & ~Q(reason=Pause.CANCELED)
    found = ChangeSet.objects.filter(
        Q(state__in=[SetState.PLANNING, SetState.APPLYING]) | stopped, org_num=actor.organization
    ).aggregate(
        all=Count("id"),
        stopped=Count("id", filter=stopped),
        total=Sum("total", filter=applying),
        **{name: Sum(name, filter=applying) for name in _COUNTED.values()},
    )
    ended = sum(found[name] or 0 for name in _COUNTED.values())
    percent = ended * 100 // found["total"] if found["total"] else None
    return Underway(found["all"] - found["stopped"], found["stopped"], percent)


def _narrowed(rows: QuerySet[Change], filters: ChangeFilters) -> QuerySet[Change]:
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.state == OPEN:
        rows = rows.filter(state__in=_OPEN_STATES)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    return rows.filter(target_text__istartswith=filters.q) if filters.q else rows


def _total(change_set: ChangeSet, filters: ChangeFilters) -> int:
    if filters.kind:
        return int(change_set.kinds.get(filters.kind, 0))
    if filters.state == OPEN:
        return change_set.total - change_set.ended
    if filters.state:
        return int(getattr(change_set, _COUNTED[State(filters.state)]))
    return change_set.total


def _cut(rows: QuerySet[Change], positions: list[int], number: int) -> Page[Change]:
    page = Page.of(positions, number)
    return Page(_at(rows, page.rows), page.number, page.total)


def _positions(rows: QuerySet[Change]) -> QuerySet[Change, int]:
    return rows.order_by("position").values_list("position", flat=True)


def _at(rows: QuerySet[Change], positions: Iterable[int]) -> list[Change]:
    return list(rows.filter(position__in=list(positions)).defer("secret").order_by("position"))
