"""Changing what is there: members and devices (weila.md, 修改企业成员信息 to 重置企业成员密码)."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from changes.kinds import DONE, LOOK_UP, NOT_DONE, Draft, Item, Ref, Refusal, Result, Trouble, unknown
from common.actor import Actor
from common.outcome import Outcome
from orgs import mirror, passwords, store
from orgs.directory import replies
from orgs.kinds import belongings
from orgs.kinds.base import WeilaKind, asked, conflict, declared, ids, never_told, reading, sending, writing
from orgs.kinds.departments import gone_departments
from orgs.models import MemberState, MemberType
from orgs.rows import Row
from orgs.store import Directory
from upstream.secret import Password
from upstream.weila.types import Member as Told

CREATE, ADD_DEVICE = "orgs.member.create", "orgs.device.add"
CHANGE = "orgs.member.change"
SUSPEND, ENABLE = "orgs.member.suspend", "orgs.member.enable"
DELETE, PASSWORD = "orgs.member.delete", "orgs.member.password"

# What a new member is created with, as far as it is known of somebody who was deleted.
_CREATED_WITH = ("name", "phone", "dept_id", "sex", "avatar", "tts", "loc_share", "job_num")
_PASSING = ("user_id", "online", "created")  # what a deletion does not record


def recorded(row: Row) -> dict[str, Any]:
    """Everything that a deletion records of somebody, so that it can be undone."""
    return {name: value for name, value in row._asdict().items() if name not in _PASSING}


class MemberKind(WeilaKind):
    """A change of somebody who is in the organization."""

    target_kind = "member"
    protects: ClassVar[bool] = False  # whether it spares the owner and the actor

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        present = store.present(actor.organization, ids(items))
        gone = gone_departments(actor.organization, items)
        refusals = {}
        for item in items:
            row = present.get(int(item.target.id))
            refusal = Refusal("not_here") if row is None else self._refusal(actor, item, row, gone)
            if refusal is not None:
                refusals[item.id] = refusal
        return refusals

    def _refusal(self, actor: Actor, item: Item, row: Row, gone: set[int]) -> Refusal | None:
        if reason := protected(actor, row) if self.protects else "":
            return Refusal(reason)
        if item.after.get("dept_id") in gone:
            return Refusal("department_gone")
        return conflict(item, row._asdict())

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        items = [item for call in lost for item in call]
        with reading():
            directory = mirror.read(asked(actor), actor.organization)
        wanted = ids(items)
        results = {item.id: self._found(item, directory) for item in items}
        known = {user_id: directory.members.get(user_id) for user_id in wanted}
        if not directory.complete:
            known = {user_id: row for user_id, row in known.items() if row is not None}
        store.patch(actor.organization, known)
        return results

    @abstractmethod
    def _found(self, item: Item, directory: Directory) -> Result:
        """What became of one whose answer was lost."""


def protected(actor: Actor, row: Row) -> str:
    """Why somebody can't be suspended or deleted; empty when they can."""
    if row.type == MemberType.OWNER:
        return "owner"
    return "self" if row.user_id == actor.user_id else ""


class _SetsValues(MemberKind):
    """Sets fields; sending it again ends in the same state."""

    inverse: ClassVar[str] = ""  # the kind that sets them back, where that is another one

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        answered = [(items[0], answer) for items, answer in answers]
        present = store.present(actor.organization, ids([item for item, _answer in answered]))
        rows: dict[int, Row | None] = {}
        results = {}
        for item, answer in answered:
            row = present.get(int(item.target.id))
            now = replies.changed(row, item.after, _told(answer)) if row is not None else None
            if now is not None:
                rows[now.user_id] = now
            results[item.id] = LOOK_UP if row is not None and now is None else _done(item, now)
        store.patch(actor.organization, rows)
        return results

    def _found(self, item: Item, directory: Directory) -> Result:
        row = directory.members.get(int(item.target.id))
        if row is None:
            return NOT_DONE if directory.complete else unknown()
        arrived = (
            replies.arrived(name, item.before.get(name, ""), value, getattr(row, name))
            for name, value in item.after.items()
        )
        # What is there in part is sent again: that ends in the same state.
        return _done(item, row) if all(arrived) else NOT_DONE

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        left = dict(item.after) | {name: value for name, value in item.result.items() if name in item.after}
        back = {name: item.before.get(name) for name in left}
        # None was never told and can't be sent; an empty picture is no picture that could be set.
        lost = [name for name, value in back.items() if value is None or (name == "avatar" and not value)]
        troubles = [never_told(item, lost)] if lost else []
        kept = [name for name in left if name not in lost]
        if not kept:
            return troubles
        draft = Draft(
            kind=self.inverse or self.code,
            target_id=item.target.id,
            target_text=item.target.text,
            before={name: left[name] for name in kept},
            after={name: back[name] for name in kept},
            said={name: (words[1], words[0]) for name, words in item.said.items() if name in kept},
        )
        return [draft, *troubles]


def _told(answer: object) -> Told | None:
    return answer if isinstance(answer, Told) else None


def _done(item: Item, row: Row | None) -> Result:
    """With the address under which the picture is now, which is not the one that was sent."""
    if row is None or "avatar" not in item.after:
        return DONE
    return Result(Outcome.DONE, {"avatar": row.avatar})


class ChangeMember(_SetsValues):
    """Only the fields that differ, in one call."""

    code = CHANGE
    operation, recovery = declared("member_change")
    references: ClassVar[Mapping[str, str]] = {"dept_id": "department"}

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            return sending(actor, items).member_change(actor.organization, int(item.target.id), **item.after)


class _SetsState(_SetsValues):
    """``before`` and ``after`` have the state."""

    operation, recovery = declared("member_change_state")

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            return sending(actor, items).member_change_state(
                actor.organization, int(item.target.id), item.after["state"]
            )


class SuspendMember(_SetsState):
    """Never the owner or oneself."""

    code, inverse = SUSPEND, ENABLE
    destructive = True
    protects = True


class EnableMember(_SetsState):
    """Whoever was suspended."""

    code, inverse = ENABLE, SUSPEND


class DeleteMember(MemberKind):
    """``before`` has everything that it takes to create the person anew (``recorded``, ``belongings.of``)."""

    code = DELETE
    operation, recovery = declared("member_delete")
    destructive = True
    protects = True

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            sending(actor, items).member_delete(actor.organization, int(item.target.id))
        return None

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        items = [item for some, _answer in answers for item in some]
        store.patch(actor.organization, dict.fromkeys(ids(items)))
        return {item.id: DONE for item in items}

    def _found(self, item: Item, directory: Directory) -> Result:
        if int(item.target.id) in directory.members:
            return NOT_DONE
        return DONE if directory.complete else unknown()

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        was = item.before
        if was.get("type") == MemberType.DEVICE:
            return [Trouble(code="device_code", target_text=item.target.text)]
        person = Ref("person")
        undo: list[Draft | Trouble] = [
            Draft(
                kind=CREATE,
                key=person.key,
                target_text=item.target.text,
                after={name: was[name] for name in _CREATED_WITH if was.get(name) not in (None, "")},
                said={
                    name: (words[1], words[0]) for name, words in item.said.items() if name in _CREATED_WITH
                },
                note="new_number",
            )
        ]
        if was.get("state") == MemberState.SUSPENDED:
            undo.append(
                Draft(
                    kind=SUSPEND,
                    target_ref=person,
                    target_text=item.target.text,
                    before={"state": MemberState.ENABLED.value},
                    after={"state": MemberState.SUSPENDED.value},
                )
            )
        if was.get("type", MemberType.MEMBER) != MemberType.MEMBER:
            undo.append(Trouble(code="role_not_restored", target_text=item.target.text))
        return undo + belongings.back(actor, item, person)


class ResetPassword(MemberKind):
    """Another password, which is handed over once. Nothing shows whether it arrived."""

    code = PASSWORD
    operation, recovery = declared("member_reset_password")
    no_look_up = "password_unsure"
    makes_secret = True
    destructive = True
    undoable = False

    def new_secret(self) -> str:
        return passwords.generate().reveal()

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            sending(actor, items).member_reset_password(
                actor.organization, int(item.target.id), Password(item.secret)
            )
        return None

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        items = [item for some, _answer in answers for item in some]
        present = store.present(actor.organization, ids(items))
        numbers = {user_id: row.user_num for user_id, row in present.items()}
        return {
            item.id: Result(Outcome.DONE, {"number": numbers.get(int(item.target.id), "")}) for item in items
        }

    def _found(self, item: Item, directory: Directory) -> Result:
        return unknown()

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        return [Trouble(code="password_undo", target_text=item.target.text)]
