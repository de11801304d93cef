"""Taking a set back: the inverse of each change that was done, in reverse, compared with what is there now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from audit.trail import Target
from changes import kinds, origins, plan
from changes.items import item_of, needed_by
from changes.kinds import Draft, Item, Ref, Trouble
from changes.models import Change, ChangeSet, State
from changes.origins import NotPlannable, Origin, Planned
from common.actor import Actor

ORIGIN = "undo"
_AT_ONCE = 500

T = TypeVar("T")


def start(actor: Actor, change_set: ChangeSet) -> ChangeSet:
    """Plan the undo of a set of the actor's organization."""
    arguments = {"set": change_set.pk, "title": str(origins.title(change_set))}
    return plan.start(actor, ORIGIN, arguments, undoes=change_set)


def register() -> None:
    """Make undoing known as a way to a change set."""
    origins.register(ORIGIN, Origin(_plan, _title))


def _title(arguments: Mapping[str, Any]) -> str:
    return _("Undo of %(number)s: %(title)s") % {"number": arguments["set"], "title": arguments["title"]}


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
        ended = Change.objects.filter(change_set=self._set, state__in=[State.DONE, State.UNKNOWN])
        waiting = ended.order_by("-position").iterator(chunk_size=_AT_ONCE)
        while some := list(islice(waiting, _AT_ONCE)):
            needed = needed_by(self._set, some)
            for change in some:
                if change.state == State.UNKNOWN:
                    yield Trouble(code="undo_unknown", target_text=change.target_text)
                else:
                    yield from self._inverses(change, item_of(self._set, change, needed))

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
        return replace(draft, key=key, refs=refs, target_ref=target_ref, needs=needs)


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
    waiting = iter(drafts)
    while some := list(islice(waiting, _AT_ONCE)):
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
                params = {name: [str(value) for value in pair] for name, pair in refusal.values.items()}
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
