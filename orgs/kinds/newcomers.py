"""New members and devices (weila.md, 创建企业成员, 添加企业设备)."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db.models import Q
from django.utils import timezone

from audit.trail import Target
from changes.kinds import LOOK_UP, Draft, Item, Refusal, Result, Trouble, unknown
from common.actor import Actor
from common.outcome import Outcome
from orgs import mirror, passwords, store
from orgs.directory import replies
from orgs.kinds.base import WeilaKind, asked, declared, given, reading, sending, writing
from orgs.kinds.departments import gone_departments
from orgs.kinds.matching import Candidates, created_since, find_made
from orgs.kinds.members import ADD_DEVICE, CREATE, DELETE
from orgs.models import Member, MemberType
from orgs.rows import Row
from upstream.secret import Password
from upstream.weila.types import Member as Told

# What an undo compares: the fields that the upstream is known to keep as they were sent.
_COMPARED = ("name", "phone", "dept_id", "sex", "tts", "loc_share")


class _Newcomer(WeilaKind):
    """Somebody who is not there yet. What ``after`` leaves out the upstream decides."""

    target_kind = "member"
    references: ClassVar[Mapping[str, str]] = {"dept_id": "department"}
    device: ClassVar[bool]

    def marks(self, actor: Actor, draft: Draft) -> str:
        # Without the department, which may not be known yet: rather one after the other than two at once.
        after = draft.after
        return f"{actor.organization}:new:{self.device:d}:{after.get('phone') or ''}:{after.get('name')}"

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        gone = gone_departments(actor.organization, items)
        refusals = self._created_since(actor, items) | {
            item.id: Refusal("department_gone") for item in items if item.after.get("dept_id") in gone
        }
        return refusals | {
            item.id: Refusal("no_code") for item in items if self.needs_secret and not item.secret
        }

    def _created_since(self, actor: Actor, items: Sequence[Item]) -> dict[int, Refusal]:
        """Whoever has a phone is known by it alone; the others by name, among their own kind."""
        everybody = Member.objects.filter(organization=actor.organization)
        is_device = Q(type=MemberType.DEVICE)
        # Not "is empty": SQLite would look at everybody without a phone, in place of those of these names.
        without = everybody.filter(is_device if self.device else ~is_device).exclude(phone__gt="")
        refusals: dict[int, Refusal] = {}
        for mark, copies in (("phone", everybody), ("name", without)):
            some = [item for item in items if bool(item.after.get("phone")) is (mark == "phone")]
            refusals |= created_since(
                self.code, some, "member_created_since", copies=copies, key="user_id", mark=mark
            )
        return refusals

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        rows: dict[int, Row | None] = {}
        results: dict[int, Result] = {}
        for (item,), answer in answers:
            if not isinstance(answer, Told):
                results[item.id] = LOOK_UP
                continue
            sent_at = item.attempted_at or timezone.now()
            row = replies.created(given(item), answer, device=self.device, sent_at=sent_at)
            rows[row.user_id] = row
            results[item.id] = _made(item, row)
        store.patch(actor.organization, rows)
        return results

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        with reading():
            directory = mirror.read(asked(actor), actor.organization)
        items = [item for call in lost for item in call]
        if not directory.complete:
            return {item.id: unknown() for item in items}
        candidates = self._candidates(items, directory.members)
        rows: dict[int, Row | None] = {}

        def made(item: Item, user_id: int) -> Result:
            row = rows[user_id] = directory.members[user_id]
            return _made(item, row)

        copies = Member.objects.filter(organization=actor.organization)
        results = find_made(actor, self.code, candidates, made, copies=copies, key="user_id")
        store.patch(actor.organization, rows)
        return results

    def _candidates(self, items: Sequence[Item], members: Mapping[int, Row]) -> list[Candidates]:
        by_name: dict[str, list[Row]] = {str(item.after["name"]): [] for item in items}
        for row in members.values():
            if row.name in by_name:
                by_name[row.name].append(row)
        found = []
        for item in items:
            rows = replies.newcomers(
                by_name[item.after["name"]],
                given(item),
                device=self.device,
                sent_at=item.attempted_at or timezone.now(),
            )
            found.append(Candidates(item, [row.user_id for row in rows], len(given(item))))
        return found

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        left = {name: value for name, value in given(item).items() if name in _COMPARED}
        if "avatar" in item.result:
            left["avatar"] = item.result["avatar"]
        left["type"] = MemberType.DEVICE.value if self.device else MemberType.MEMBER.value
        said = {name: (words[1], "") for name, words in item.said.items()}
        return [
            Draft(kind=DELETE, target_id=item.target.id, target_text=item.target.text, before=left, said=said)
        ]


def _made(item: Item, row: Row) -> Result:
    values: dict[str, object] = {"id": row.user_id, "number": row.user_num}
    if item.after.get("avatar"):
        values["avatar"] = row.avatar  # not the address that was sent
    return Result(Outcome.DONE, values, target=Target("member", str(row.user_id), row.name))


class CreateMember(_Newcomer):
    """A person, with a password that is handed over once."""

    code = CREATE
    operation, recovery = declared("member_create")
    makes_secret = True
    device = False

    def new_secret(self) -> str:
        return passwords.generate().reveal()

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            return sending(actor, items).member_create(
                actor.organization, password=Password(item.secret), **given(item)
            )


class AddDevice(_Newcomer):
    """A device, by the code that it shows: the secret of the draft, forgotten when the change is through."""

    code = ADD_DEVICE
    operation, recovery = declared("member_add_device")
    needs_secret = True
    device = True

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            return sending(actor, items).member_add_device(actor.organization, item.secret, **given(item))
