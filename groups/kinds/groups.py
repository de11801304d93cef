"""The groups themselves (weila.md, 创建群组, 修改群组, 删除群组)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from audit.trail import Target
from changes.kinds import DONE, LOOK_UP, NOT_DONE, Draft, Item, Ref, Refusal, Result, Trouble, unknown
from common.actor import Actor
from common.outcome import Outcome
from groups import store
from groups.kinds.base import GroupKind, groups
from groups.models import Group, Membership
from groups.rows import told
from orgs.directory.replies import CLOCKS_DIFFER, arrived
from orgs.kinds.base import asked, declared, given, never_told, reading, sending, writing
from orgs.kinds.matching import Candidates, created_since, find_made
from orgs.models import Member
from upstream.reading import known
from upstream.weila.types import Group as Told
from upstream.weila.types import GroupList

CREATE, CHANGE, DELETE = "groups.group.create", "groups.group.change", "groups.group.delete"
ADD = "groups.membership.add"


def recorded(group: Group, members: Sequence[tuple[int, str]]) -> dict[str, Any]:
    """Everything that a deletion records of a group and of who is inside, so that it can be undone."""
    values = {"name": group.name, "burst_mode": group.burst_mode, "avatar": group.avatar}
    return values | {"members": [list(member) for member in members]}


def _listed(actor: Actor) -> GroupList:
    with reading():
        return asked(actor).group_getall(actor.organization)


class CreateGroup(GroupKind):
    """``after`` has the name, which need not be the only one, and perhaps burst mode and picture."""

    code = CREATE
    operation, recovery = declared("group_create")

    def marks(self, actor: Actor, draft: Draft) -> str:
        return f"{actor.organization}:new-group:{draft.after['name']}"

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        copies = Group.objects.filter(organization=actor.organization)
        return created_since(CREATE, items, "group_created_since", copies=copies, key="group_id", mark="name")

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            return sending(actor, items).group_create(actor.organization, **given(item))

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        return {
            items[0].id: _made(actor, items[0], answer) if isinstance(answer, Told) else LOOK_UP
            for items, answer in answers
        }

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        listed = _listed(actor)
        items = [item for call in lost for item in call]
        if listed.skipped:
            return {item.id: unknown() for item in items}
        by_id = {group.id: group for group in listed.groups}
        candidates = [Candidates(item, _alike(item, listed)) for item in items]

        def made(item: Item, group_id: int) -> Result:
            return _made(actor, item, by_id[group_id])

        copies = Group.objects.filter(organization=actor.organization)
        return find_made(actor, self.code, candidates, made, copies=copies, key="group_id")

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        before = given(item) | {name: item.result[name] for name in ("avatar",) if name in item.result}
        return [Draft(kind=DELETE, target_id=item.target.id, target_text=item.target.text, before=before)]


def _alike(item: Item, listed: GroupList) -> list[int]:
    """Groups of this name that are not older than the request."""
    since = int(((item.attempted_at or timezone.now()) - CLOCKS_DIFFER).timestamp())
    named = (one for one in listed.groups if one.name == item.after["name"])
    return [one.id for one in named if known(one.created, since) >= since]


def _made(actor: Actor, item: Item, answer: Told) -> Result:
    row = store.put(actor.organization, answer.id, given(item) | told(answer))
    values: dict[str, object] = {"id": row.group_id}
    if item.after.get("avatar"):
        values["avatar"] = row.avatar  # not the address that was sent
    return Result(Outcome.DONE, values, target=Target("group", str(row.group_id), row.name))


class ChangeGroup(GroupKind):
    """Name, burst mode and picture; only what differs."""

    code = CHANGE
    operation, recovery = declared("group_change")

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            return sending(actor, items).group_change(actor.organization, int(item.target.id), **item.after)

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        results = {}
        for (item,), answer in answers:
            # The document's own answer is a mixture of two groups; only what it says of this one is taken.
            ours = isinstance(answer, Told) and answer.id == int(item.target.id)
            said = told(answer) if isinstance(answer, Told) and ours else {}
            if any(said.get(name, value) != value for name, value in item.after.items() if name != "avatar"):
                results[item.id] = LOOK_UP
            else:
                results[item.id] = _changed(actor, item, dict(item.after) | said)
        return results

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        listed = _listed(actor)
        by_id = {group.id: group for group in listed.groups}
        results = {}
        for item in (item for call in lost for item in call):
            now = by_id.get(int(item.target.id))
            if now is None:
                results[item.id] = unknown() if listed.skipped else self._gone(actor, item)
            elif all(
                arrived(name, item.before.get(name, ""), value, getattr(now, name))
                for name, value in item.after.items()
            ):
                results[item.id] = _changed(actor, item, told(now))
            else:
                store.put(actor.organization, now.id, told(now))
                results[item.id] = NOT_DONE
        return results

    def _gone(self, actor: Actor, item: Item) -> Result:
        store.remove(actor.organization, int(item.target.id))
        return NOT_DONE

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        left = dict(item.after) | {name: value for name, value in item.result.items() if name in item.after}
        kept = [name for name in left if item.before.get(name) not in (None, "")]
        undo: list[Draft | Trouble] = []
        if kept:
            undo.append(
                Draft(
                    kind=CHANGE,
                    target_id=item.target.id,
                    target_text=item.target.text,
                    before={name: left[name] for name in kept},
                    after={name: item.before[name] for name in kept},
                )
            )
        if lost := [name for name in left if name not in kept]:
            undo.append(never_told(item, lost))
        return undo


def _changed(actor: Actor, item: Item, values: Mapping[str, Any]) -> Result:
    row = store.put(actor.organization, int(item.target.id), values)
    return Result(Outcome.DONE, {"avatar": row.avatar}) if "avatar" in item.after else DONE


class DeleteGroup(GroupKind):
    """With everybody inside. ``before`` has what it takes to create it anew (``recorded``)."""

    code = DELETE
    operation, recovery = declared("group_delete")
    destructive = True

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        refusals = dict(super().check(actor, items))
        present = {number: one for number, one in groups(actor, items).items() if not one.members_due}
        inside: dict[int, set[int]] = {number: set() for number in present}
        # Whoever is in no directory is not recorded either: nothing could bring them back.
        here = Member.objects.filter(organization=actor.organization).values("user_id")
        rows = Membership.objects.filter(group__in=present.values(), user_id__in=here)
        for group_id, user_id in rows.values_list("group__group_id", "user_id"):
            inside[group_id].add(user_id)
        for item in items:
            now = inside.get(int(item.target.id))
            expected = {user_id for user_id, _name in item.before.get("members", ())}
            if item.id not in refusals and now is not None and "members" in item.before and now != expected:
                refusals[item.id] = Refusal("conflict", {"members": (len(expected), len(now))})
        return refusals

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            sending(actor, items).group_delete(int(item.target.id))
        return None

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        items = [item for some, _answer in answers for item in some]
        for item in items:
            store.remove(actor.organization, int(item.target.id))
        return {item.id: DONE for item in items}

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        listed = _listed(actor)
        left = {group.id for group in listed.groups}
        results = {}
        for item in (item for call in lost for item in call):
            if int(item.target.id) in left:
                results[item.id] = NOT_DONE
            elif listed.skipped:
                results[item.id] = unknown()
            else:
                store.remove(actor.organization, int(item.target.id))
                results[item.id] = DONE
        return results

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        was, group = item.before, Ref("group")
        values = {
            name: was[name] for name in ("name", "burst_mode", "avatar") if was.get(name) not in (None, "")
        }
        values.setdefault("name", item.target.text)
        return [
            Draft(kind=CREATE, key=group.key, target_text=values["name"], after=values, note="new_group"),
            *(
                Draft(
                    kind=ADD,
                    target_ref=group,
                    target_text=values["name"],
                    after={"user_id": user_id},
                    said={"user_id": ("", name)},
                )
                for user_id, name in was.get("members", ())
            ),
        ]
