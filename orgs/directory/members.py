"""Members and devices (weila.md, 创建企业成员 to 重置企业成员密码)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.utils import timezone
from msgspec import UNSET

from audit import trail
from audit.trail import Action, Target
from common.actor import Actor
from common.outcome import Outcome
from orgs import mirror, rows, store
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
# How far the upstream's clock may be behind ours when a new member is looked for by the time of joining.
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person to be created. What is None is not sent, and the upstream decides."""

    name: str
    password: Password
    phone: str | None = None
    dept_id: int | None = None
    sex: int | None = None
    avatar: str | None = None
    tts: int | None = None
    loc_share: int | None = None
    job_num: str | None = None  # later editions only


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device to be added by the code that it shows. What is None is not sent."""

    verify_code: str
    name: str
    phone: str | None = None
    dept_id: int | None = None
    sex: int | None = None
    avatar: str | None = None
    tts: int | None = None
    loc_share: int | None = None
    track: int | None = None
    job_num: str | None = None  # later editions only


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


# --- new ones


def create_member(actor: Actor, new: NewMember) -> Written[Member]:
    """Create a person; the value's ``user_num`` is the number to sign in with (weila.md, 创建企业成员)."""
    given = _given(new)
    del given["password"]

    def send() -> Told:
        return weila(actor).member_create(actor.organization, password=new.password, **given)

    return _add(actor, "weila.member-create", given, send, device=False)


def add_device(actor: Actor, new: NewDevice) -> Written[Member]:
    """Add a device by its code (weila.md, 添加企业设备)."""
    given = _given(new)

    def send() -> Told:
        return weila(actor).member_add_device(actor.organization, **given)

    told = {name: value for name, value in given.items() if name != "verify_code"}
    return _add(actor, "weila.member-add-device", told, send, device=True)


def _given(new: NewMember | NewDevice) -> dict[str, Any]:
    # Not asdict: it copies the values, and a password is not copied.
    values = {field.name: getattr(new, field.name) for field in fields(new)}
    return {name: value for name, value in values.items() if value is not None}


def _add(
    actor: Actor, operation: str, given: dict[str, Any], send: Callable[[], Told], *, device: bool
) -> Written[Member]:
    org_num = actor.organization
    sent_at = timezone.now()

    def settle(answer: Told) -> Written[Member]:
        wanted = Told(user_id=answer.user_id, type=int(device), created=int(sent_at.timestamp()), **given)
        row = rows.merged(rows.from_upstream(wanted), answer)
        store.patch(org_num, {row.user_id: row})
        action.done(target=Target(KIND, str(row.user_id), row.name))
        return Written(Outcome.DONE, _shown(org_num, row))

    def look_up() -> Written[Member]:
        """By its marks: a new id, what was sent, and the time. Two that fit are none."""
        directory = mirror.read(weila_to_look(actor), org_num)
        since = int((sent_at - _CLOCKS_DIFFER).timestamp())
        marks = {name: given[name] for name in ("name", "phone", "dept_id") if name in given}
        found = [
            row
            for row in directory.members.values()
            if (row.type == MemberType.DEVICE) is device
            and row.created >= since
            and all(getattr(row, name) == value for name, value in marks.items())
        ]
        known = set(
            Member.objects.filter(organization=org_num, user_id__in=[row.user_id for row in found])
            .values_list("user_id", flat=True)
        )  # fmt: skip
        fresh = [row for row in found if row.user_id not in known]
        if len(fresh) != 1:
            return Written(Outcome.UNKNOWN if fresh or not directory.complete else Outcome.NOT_DONE)
        store.patch(org_num, {fresh[0].user_id: fresh[0]})
        action.done(target=Target(KIND, str(fresh[0].user_id), fresh[0].name))
        return Written(Outcome.DONE, _shown(org_num, fresh[0]))

    with trail.action(actor, operation, Target(KIND, "", given["name"]), after=given) as action:
        return carry_out(action, send, settle, look_up)


# --- those who are there


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
    wanted = Told(user_id=user_id, **changes)

    def settle(answer: Told | None) -> Written[Member]:
        told = answer if answer is not None and answer.user_id == user_id else wanted
        if all(getattr(told, name) in (UNSET, value) for name, value in _comparable(changes).items()):
            return _stored(org_num, rows.merged(rows.merged(row, wanted), told))
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
        done = [_arrived(name, row, value, now) for name, value in changes.items()]
        if all(done):
            return Written(Outcome.DONE, _shown(org_num, now))
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
            lambda: Written(Outcome.UNKNOWN),
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


def _comparable(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Without the picture: the upstream stores it under another address than the one that was sent."""
    return {name: value for name, value in changes.items() if name != "avatar"}


def _arrived(name: str, before: Row, wanted: object, now: Row) -> bool:
    present = getattr(now, name)
    return bool(present != getattr(before, name) if name == "avatar" else present == wanted)


def _end_as_read(action: Action, written: Written[Member]) -> None:
    if written.outcome is Outcome.NOT_DONE:
        action.refused("looked_up")
    elif written.outcome is Outcome.UNKNOWN:
        action.unknown("contradiction")


def _stored(org_num: int, row: Row) -> Written[Member]:
    store.patch(org_num, {row.user_id: row})
    return Written(Outcome.DONE, _shown(org_num, row))


def _shown(org_num: int, row: Row) -> Member:
    """The member as a page shows them, also where the mirror does not have the row yet."""
    return Member(organization_id=org_num, **row._asdict())
