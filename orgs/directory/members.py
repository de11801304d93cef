"""Members and devices (weila.md, 创建企业成员 to 重置企业成员密码)."""

from collections.abc import Callable, Mapping
from typing import Any

from audit import trail
from audit.trail import Action, Target
from common.actor import Actor
from common.outcome import Outcome
from orgs import mirror, store
from orgs.directory import replies
from orgs.directory.written import (
    NotHere,
    Protected,
    Written,
    carry_out,
    compare,
    deny,
    weila,
    weila_to_look,
)
from orgs.models import Member, MemberState, MemberType
from orgs.rows import Row
from upstream.errors import UpstreamError
from upstream.secret import Password
from upstream.weila.types import Member as Told

KIND = "member"


def member(actor: Actor, user_id: int, *, operation: str = "member.open") -> Member:
    """One member of the actor's organization.

    Raises:
        NotHere: there is none with this id; recorded under ``operation``.
    """
    row = Member.objects.filter(organization=actor.organization, user_id=user_id).first()
    if row is None:
        deny(actor, operation, Target(KIND, str(user_id), ""), "not_here")
        raise NotHere
    return row


def change_member(
    actor: Actor, user_id: int, before: Mapping[str, Any], changes: Mapping[str, Any]
) -> Written[Member]:
    """Change a member or a device; only what is in ``changes`` is sent (weila.md, 修改企业成员信息).

    Raises:
        NotHere: nothing was sent.
        Conflict: a value of ``before`` is another one by now; nothing was sent.
    """
    org_num, operation = actor.organization, "weila.member-change"
    present = member(actor, user_id, operation=operation)
    compare(before, {name: getattr(present, name) for name in before})

    def send() -> Told | None:
        return weila(actor).member_change(org_num, user_id, **changes)

    return _set(actor, operation, present, changes, send)


def set_member_state(actor: Actor, user_id: int, before: int, state: int) -> Written[Member]:
    """Suspend or enable (weila.md, 修改企业成员状态).

    Raises:
        NotHere, Protected: nothing was sent. Neither the owner nor the actor can be suspended.
        Conflict: the state is no longer ``before``; nothing was sent.
    """
    org_num, operation = actor.organization, "weila.member-change-state"
    present = member(actor, user_id, operation=operation)
    if state != MemberState.ENABLED:
        _protect(actor, operation, present)
    compare({"state": before}, {"state": present.state})

    def send() -> Told | None:
        return weila(actor).member_change_state(org_num, user_id, state)

    return _set(actor, operation, present, {"state": int(state)}, send)


def _set(
    actor: Actor,
    operation: str,
    present: Member,
    changes: Mapping[str, Any],
    send: Callable[[], Told | None],
) -> Written[Member]:
    org_num, user_id = actor.organization, present.user_id
    row = store.row_of(present)

    def settle(answer: Told | None) -> Written[Member]:
        if (now := replies.changed(row, changes, answer)) is not None:
            return _stored(org_num, now)
        # The document's own answer to a suspension says the opposite of the request: read what is true.
        try:
            written = look_up()
        except UpstreamError:
            written = Written(Outcome.UNKNOWN)
        _end_as_read(action, written)
        return written

    def look_up() -> Written[Member]:
        directory = mirror.read(weila_to_look(actor), org_num)
        now = directory.members.get(user_id)
        if now is None:
            return Written(Outcome.UNKNOWN)
        store.patch(org_num, {user_id: now})
        done = [
            replies.arrived(name, getattr(row, name), value, getattr(now, name))
            for name, value in changes.items()
        ]
        if all(done):
            return Written(Outcome.DONE, shown(org_num, now))
        return Written(Outcome.UNKNOWN if any(done) else Outcome.NOT_DONE)

    was = {name: getattr(row, name) for name in changes}
    target = Target(KIND, str(user_id), present.name)
    with trail.action(actor, operation, target, before=was, after=changes) as action:
        return carry_out(action, send, settle, look_up)


def reset_member_password(actor: Actor, user_id: int, password: Password) -> Written[None]:
    """Give a member another password (weila.md, 重置企业成员密码).

    Nothing can be looked up afterwards, so a lost answer stays unknown.

    Raises:
        NotHere: nothing was sent.
    """
    operation = "weila.member-reset-password"
    present = member(actor, user_id, operation=operation)
    with trail.action(actor, operation, Target(KIND, str(user_id), present.name)) as action:
        return carry_out(
            action,
            lambda: weila(actor).member_reset_password(actor.organization, user_id, password),
            lambda _answer: Written(Outcome.DONE),
            lambda: Written(Outcome.UNKNOWN, unknown="password_unsure"),
        )


def delete_member(actor: Actor, user_id: int) -> Written[None]:
    """Take a member or a device out of the organization (weila.md, 删除企业成员).

    Raises:
        NotHere, Protected: nothing was sent. Neither the owner nor the actor can be deleted.
    """
    org_num, operation = actor.organization, "weila.member-delete"
    present = member(actor, user_id, operation=operation)
    _protect(actor, operation, present)

    def settle(_answer: object) -> Written[None]:
        store.patch(org_num, {user_id: None})
        return Written(Outcome.DONE)

    def look_up() -> Written[None]:
        directory = mirror.read(weila_to_look(actor), org_num)
        if user_id in directory.members:
            return Written(Outcome.NOT_DONE)
        return settle(None) if directory.complete else Written(Outcome.UNKNOWN)

    was = {"name": present.name, "phone": present.phone, "dept_id": present.dept_id}
    target = Target(KIND, str(user_id), present.name)
    with trail.action(actor, operation, target, before=was) as action:
        return carry_out(action, lambda: weila(actor).member_delete(org_num, user_id), settle, look_up)


def _protect(actor: Actor, operation: str, present: Member) -> None:
    reason = "owner" if present.type == MemberType.OWNER else ""
    if not reason and present.user_id == actor.user_id:
        reason = "self"
    if reason:
        deny(actor, operation, Target(KIND, str(present.user_id), present.name), reason)
        raise Protected(reason)


def _end_as_read(action: Action, written: Written[Member]) -> None:
    if written.outcome is Outcome.NOT_DONE:
        action.refused("looked_up")
    elif written.outcome is Outcome.UNKNOWN:
        action.unknown("contradiction")


def _stored(org_num: int, row: Row) -> Written[Member]:
    store.patch(org_num, {row.user_id: row})
    return Written(Outcome.DONE, shown(org_num, row))


def shown(org_num: int, row: Row) -> Member:
    """The member as a page shows them, also where the mirror does not have the row yet."""
    return Member(organization_id=org_num, **row._asdict())
