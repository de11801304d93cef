"""Who is in a group (weila.md, 添加群成员, 删除群成员). All changes of one group travel in one call.

The answers are no list to rely on, so who is inside is read before and after, and each change is told by that.
"""

import logging
from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings

from changes.kinds import DONE, LOOK_UP, NOT_DONE, Draft, Failure, Item, Refusal, Result, Trouble, unknown
from common.actor import Actor
from common.outcome import Outcome
from groups import mirror
from groups.kinds.base import GroupKind, groups
from groups.kinds.groups import ADD
from groups.models import Group, Membership
from groups.store import Members
from orgs.directory.written import weila_to_look
from orgs.kinds.base import declared, reading, sending, writing
from orgs.models import Member
from upstream.errors import Forbidden, Rejected, UpstreamError
from upstream.weila.client import Weila

logger = logging.getLogger(__name__)

REMOVE = "groups.membership.remove"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was inside before a call, and after it; None when that could not be read."""

    before: Members
    after: Members | None


class MembershipKind(GroupKind):
    """A member's place in a group: ``user_id`` in ``after``, the name in ``said``."""

    batch_limit = 200
    references: ClassVar[Mapping[str, str]] = {"user_id": "member"}
    wanted: ClassVar[bool]  # whether they are to be inside

    def patience(self) -> float:
        # Before the request itself goes on its way, those inside are read.
        return super().patience() + float(settings.WEILA["read_deadline"])

    def marks(self, actor: Actor, draft: Draft) -> str:
        user_id = draft.after.get("user_id")
        if not draft.target_id or not user_id:
            return ""
        return f"{actor.organization}:group:{draft.target_id}:{user_id}"

    def batch(self, target_id: str, after: Mapping[str, Any]) -> str:
        return target_id

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        refusals = dict(super().check(actor, items))
        people = {_user(item) for item in items}
        here = Member.objects.filter(organization=actor.organization, user_id__in=people)
        known = set(here.values_list("user_id", flat=True)) | self._known_otherwise(actor, people)
        strangers = {item.id: Refusal("member_not_here") for item in items if _user(item) not in known}
        return strangers | refusals

    def _known_otherwise(self, actor: Actor, people: Collection[int]) -> set[int]:
        return set()

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        group = groups(actor, items).get(int(items[0].target.id))
        if group is None:
            raise Failure(Outcome.NOT_DONE, "not_here", refused=True)
        with writing():
            before = mirror.read_members(weila_to_look(actor), group)
        sent = [_user(item) for item in items if (_user(item) in before.settings) is not self.wanted]
        if not sent:
            return Answer(before, before)
        with writing():
            write = sending(actor, items, later=float(settings.WEILA["read_deadline"]))
            self._write(write, group.group_id, sent)
        try:
            return Answer(before, mirror.read_members(weila_to_look(actor), group))
        except UpstreamError as error:
            logger.warning("Who is in a group could not be read after a change: %s", error)
            return Answer(before, None)

    @abstractmethod
    def _write(self, weila: Weila, group_id: int, user_ids: Sequence[int]) -> None: ...

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        return {
            item.id: self._became(item, answer) if isinstance(answer, Answer) else LOOK_UP
            for items, answer in answers
            for item in items
        }

    def _became(self, item: Item, answer: Answer) -> Result:
        user_id = _user(item)
        if (user_id in answer.before.settings) is self.wanted:
            return Result(Outcome.DONE, {"already": True}, reason=self.reason_already)
        if answer.after is None:
            return LOOK_UP
        if (user_id in answer.after.settings) is self.wanted:
            return unknown("contradiction") if answer.after.skipped and not self.wanted else DONE
        return unknown("contradiction") if answer.after.skipped else _contradicted()

    reason_already: ClassVar[str]

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        items = [item for call in lost for item in call]
        with reading():
            mirror.read_list(weila_to_look(actor), actor.organization)
        present = groups(actor, items)
        inside = {number: self._inside(actor, group) for number, group in present.items()}
        return {item.id: self._found(item, inside) for item in items}

    def _inside(self, actor: Actor, group: Group) -> Members | None:
        """Who is in it now; None when the upstream does not say."""
        try:
            with reading():
                return mirror.read_members(weila_to_look(actor), group)
        except Failure as failure:
            if isinstance(failure.__cause__, Rejected | Forbidden) and not failure.session_over:
                return None
            raise

    def _found(self, item: Item, inside: Mapping[int, Members | None]) -> Result:
        group_id = int(item.target.id)
        if group_id not in inside:
            return NOT_DONE  # which is compared before it is sent again: the group is gone
        members = inside[group_id]
        if members is None:
            return unknown()
        if (_user(item) in members.settings) is not self.wanted:
            return unknown() if members.skipped else NOT_DONE
        return unknown() if members.skipped and not self.wanted else DONE

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        if item.result.get("already"):
            return []  # it was so before
        return [
            Draft(
                kind=REMOVE if self.wanted else ADD,
                target_id=item.target.id,
                target_text=item.target.text,
                after={"user_id": _user(item)},
                said={name: (words[1], words[0]) for name, words in item.said.items()},
            )
        ]


def _user(item: Item) -> int:
    return int(item.after["user_id"])


def _named(item: Item) -> list[list[Any]]:
    """How the trail calls the member: id and name."""
    words = item.said.get("user_id", ("", ""))
    return [[_user(item), words[1] or words[0]]]


def _contradicted() -> Result:
    return Result(Outcome.NOT_DONE, reason="contradiction")


class AddToGroup(MembershipKind):
    code = ADD
    operation, recovery = declared("group_member_add")
    wanted = True
    reason_already = "already_inside"

    def recorded(self, item: Item) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return {}, {"added": _named(item)}

    def _write(self, weila: Weila, group_id: int, user_ids: Sequence[int]) -> None:
        weila.group_member_add(group_id, user_ids)


class RemoveFromGroup(MembershipKind):
    code = REMOVE
    operation, recovery = declared("group_member_delete")
    destructive = True
    wanted = False
    reason_already = "left_before"

    def recorded(self, item: Item) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return {"removed": _named(item)}, {}

    def _known_otherwise(self, actor: Actor, people: Collection[int]) -> set[int]:
        """Whoever is listed in a group of ours may leave it, though no directory knows them."""
        rows = Membership.objects.filter(org_num=actor.organization, user_id__in=people)
        return set(rows.values_list("user_id", flat=True))

    def _write(self, weila: Weila, group_id: int, user_ids: Sequence[int]) -> None:
        weila.group_member_delete(group_id, user_ids)
