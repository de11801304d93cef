"""Taking a set back: the inverse of each change that was done, in reverse, compared with what is there now."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from audit.trail import Target
from changes import kinds, origins, plan
from changes.items import item_of, needed_by
from changes.kinds import Draft, Item, Ref, Trouble
from changes.models import IN_FLIGHT, Change, ChangeSet, SetState, State
from changes.origins import NotPlannable, Origin, Planned
from common.actor import Actor
from common.batches import batched

ORIGIN = "undo"
_AT_ONCE = 500
_BEGUN = (SetState.APPLYING, SetState.PAUSED, SetState.FINISHED)
_DONE_BEFORE = ""  # no problem: there is nothing left to do
_BY = {State.DONE.value: _DONE_BEFORE, State.UNKNOWN.value: "undo_unsure"}


def start(actor: Actor, change_set: ChangeSet) -> ChangeSet:
    """Plan the undo of a set of the actor's organization."""
    named = origins.origin(change_set.origin).named
    arguments = {
        "set": change_set.pk,
        "origin": change_set.origin,
        "named": {name: change_set.arguments.get(name) for name in named},
    }
    return plan.start(actor, ORIGIN, arguments, undoes=change_set)


def register() -> None:
    """Make undoing known as a way to a change set."""
    origins.register(ORIGIN, Origin(_plan, _title, named=("set", "origin", "named", "title")))


def _title(arguments: Mapping[str, Any]) -> str:
    # One that an earlier version has planned has its title in words.
    title = arguments.get("title") or origins.title_of(arguments["origin"], arguments["named"])
    return _("Undo: %(title)s") % {"title": title}  # which one, the link beside it says


def _plan(actor: Actor, change_set: ChangeSet) -> Planned:
    undone = ChangeSet.objects.filter(org_num=change_set.org_num, pk=change_set.arguments["set"]).first()
    if undone is None:
        raise NotPlannable("set_is_gone")
    yield from _checked(actor, _Reverse(actor, undone).drafts())


class _Reverse:
    """The inverses of a set's changes, the last one first."""

    def __init__(self, actor: Actor, change_set: ChangeSet) -> None:
        self._actor, self._set = actor, change_set
        self._anew: dict[tuple[str, str], str] = {}  # what is created anew: kind of target and old id → key
        self._first: dict[
            int, list[str]
        ] = {}  # keys of what has to be undone before the change at a position

    def drafts(self) -> Iterator[Draft | Trouble]:
        earlier = _taken_back(self._set)
        begun = [State.DONE, State.UNKNOWN, *IN_FLIGHT]
        ended = Change.objects.filter(change_set=self._set, state__in=begun)
        for some in batched(ended.order_by("-position").iterator(chunk_size=_AT_ONCE), _AT_ONCE):
            needed = needed_by(self._set, some)
            for change in some:
                if change.state != State.DONE:
                    yield Trouble(code="undo_unknown", target_text=change.target_text)
                elif change.position not in earlier:
                    yield from self._inverses(change, item_of(self._set, change, needed))
                elif code := earlier[change.position]:
                    yield Trouble(code=code, target_text=change.target_text)

    def _inverses(self, change: Change, item: Item) -> Iterator[Draft | Trouble]:
        keys: list[str] = []
        local: dict[str, str] = {}
        for number, inverse in enumerate(kinds.kind(change.kind).invert(self._actor, item)):
            if isinstance(inverse, Trouble):
                yield replace(inverse, target_text=inverse.target_text or change.target_text)
                continue
            key = f"{change.position}.{number}"
            keys.append(key)
            if inverse.key:
                local[inverse.key] = key
            yield self._placed(change, _renamed(inverse, local), key)
        # What needed this one was undone before it; now those that it needed have to wait for it.
        for position in change.needs:
            self._first.setdefault(position, []).extend(keys)

    def _placed(self, change: Change, draft: Draft, key: str) -> Draft:
        """The inverse as a part of this plan: in its order, and with the ids of what is created anew."""
        kind = kinds.kind(draft.kind)
        refs = dict(draft.refs)
        for name, target_kind in kind.references.items():
            if anew := self._anew.get((target_kind, str(draft.after.get(name)))):
                refs[name] = Ref(anew)
        target_ref = draft.target_ref
        if anew := self._anew.get((kind.target_kind, draft.target_id)):
            target_ref = Ref(anew)
        if not draft.target_id and draft.target_ref is None and change.target_id:
            self._anew[kind.target_kind, change.target_id] = key
        needs = [*draft.needs, *self._first.get(change.position, [])]
        return replace(draft, key=key, refs=refs, target_ref=target_ref, needs=needs, undoes=change.position)


def _taken_back(change_set: ChangeSet) -> dict[int, str]:
    """Which changes of a set are not undone once more, by position, and why it is to be told, if it is.

    An earlier undo has them, or may have them.

    What an earlier undo did counts no more when that was itself undone.
    """
    found: dict[int, str] = {}
    for earlier in change_set.undone_by.filter(state__in=_BEGUN):
        again = _taken_back(earlier)
        rows = earlier.changes.exclude(undoes=None).exclude(state__in=[State.FAILED, State.BLOCKED])
        for position, undoes, state in rows.values_list("position", "undoes", "state"):
            if undoes is not None and (code := again.get(position)) != _DONE_BEFORE:
                found[undoes] = code or _BY.get(state, "undo_open")
    return found


def undone_by(set_ids: Iterable[int]) -> dict[int, list[int]]:
    """The undos of each set that were confirmed, have not failed altogether, and are not undone themselves."""
    undos: dict[int, list[int]] = {}
    wanted = of = list(set_ids)
    while of:
        begun = ChangeSet.objects.filter(undoes__in=of, state__in=_BEGUN).order_by("id")
        begun = begun.exclude(state=SetState.FINISHED, done=0, unknown=0)
        of = []
        for undone, undo in begun.values_list("undoes", "pk"):
            if undone is not None:
                undos.setdefault(undone, []).append(undo)
                of.append(undo)

    def standing(set_id: int) -> list[int]:
        return [undo for undo in undos.get(set_id, ()) if not standing(undo)]

    return {set_id: standing(set_id) for set_id in wanted}


def can_take_back(change_set: ChangeSet, undos: Collection[int]) -> bool:
    """Whether something done is left that can be undone, and none of these undos has, or may have, taken back."""
    if undos:
        return change_set.pk in undone_in_part({change_set.pk: undos})
    return change_set.done > 0 and _undoable([change_set.pk]).exists()


def undone_in_part(undos: Mapping[int, Collection[int]]) -> set[int]:
    """Those of these sets of which their undos (``undone_by``) have left something that can be undone."""
    undone = [set_id for set_id, of_set in undos.items() if of_set]
    if not undone:
        return set()
    of_undos = Change.objects.filter(change_set__in=[undo for of_set in undos.values() for undo in of_set])
    taken = of_undos.exclude(state__in=[State.FAILED, State.BLOCKED])
    taken_of = dict(taken.values_list("change_set__undoes").annotate(Count("undoes", distinct=True)))
    done_of = _undoable(undone).values_list("change_set").annotate(Count("pk"))
    return {set_id for set_id, number in done_of if number > taken_of.get(set_id, 0)}


def _undoable(set_ids: Collection[int]) -> QuerySet[Change]:
    """What was done, of the kinds that know a way back."""
    for_good = [code for code, kind in kinds.registered().items() if not kind.undoable]
    return Change.objects.filter(change_set__in=set_ids, state=State.DONE).exclude(kind__in=for_good)


def is_superseded(change_set: ChangeSet, since: datetime) -> bool:
    """Whether another undo of the same, or the undo of one, has been at work since then.

    What this one is to do may be done by now; only a new plan can tell.
    """
    if change_set.undoes is None:
        return False
    others, of = ChangeSet.objects.none(), [root_of(change_set)]
    while of:
        others = ChangeSet.objects.filter(undoes__in=of).exclude(pk=change_set.pk)
        if others.filter(confirmed_at__isnull=False, queued_at__gte=since).exists():
            return True
        of = list(others.values_list("pk", flat=True))
    return False


def root_of(change_set: ChangeSet) -> int:
    """The set at the beginning of a chain of undoing."""
    while change_set.undoes is not None:
        change_set = change_set.undoes
    return change_set.pk


def _renamed(draft: Draft, local: Mapping[str, str]) -> Draft:
    """With the keys of the whole plan in place of those by which the inverses of one change call each other."""
    return replace(
        draft,
        refs={name: replace(ref, key=local[ref.key]) for name, ref in draft.refs.items()},
        target_ref=draft.target_ref and replace(draft.target_ref, key=local[draft.target_ref.key]),
        needs=[local[key] for key in draft.needs],
    )


def _checked(actor: Actor, drafts: Iterable[Draft | Trouble]) -> Iterator[Draft | Trouble]:
    """Without those that would be refused as things are now."""
    dropped: set[str] = set()
    for some in batched(drafts, _AT_ONCE):
        refused = _refused(actor, some)
        for number, draft in enumerate(some):
            if isinstance(draft, Trouble):
                yield draft
            elif number in refused:
                dropped.add(draft.key)
                yield refused[number]
            elif dropped.isdisjoint(_needed(draft)):
                yield draft
            else:
                dropped.add(draft.key)
                yield Trouble(code="undo_blocked", target_text=draft.target_text)


def _refused(actor: Actor, some: list[Draft | Trouble]) -> dict[int, Trouble]:
    by_kind: dict[str, list[Item]] = {}
    for number, draft in enumerate(some):
        # What waits for others finds another state than the present one: it is compared when its turn has come.
        if isinstance(draft, Draft) and draft.target_ref is None and not draft.refs and not draft.needs:
            by_kind.setdefault(draft.kind, []).append(_item(number, draft))
    troubles = {}
    for code, items in by_kind.items():
        refusals = kinds.kind(code).check(actor, items)
        for item in items:
            if refusal := refusals.get(item.id):
                params = {"target_kind": item.target.kind, "now": refusal.values} if refusal.values else {}
                troubles[item.id] = Trouble(
                    code=f"undo_{refusal.reason}", params=params, target_text=item.target.text
                )
    return troubles


def _needed(draft: Draft) -> set[str]:
    referred = {ref.key for ref in draft.refs.values()} | set(draft.needs)
    return referred | ({draft.target_ref.key} if draft.target_ref else set())


def _item(number: int, draft: Draft) -> Item:
    target = Target(kinds.kind(draft.kind).target_kind, draft.target_id, draft.target_text)
    return Item(number, draft.kind, target, draft.before, draft.after)
