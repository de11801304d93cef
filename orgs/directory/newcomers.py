"""New members and devices (weila.md, 创建企业成员, 添加企业设备)."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from django.utils import timezone

from audit import trail
from audit.trail import Target
from common.actor import Actor
from common.outcome import Outcome
from orgs import mirror, store
from orgs.directory import replies
from orgs.directory.members import KIND, shown
from orgs.directory.written import Written, carry_out, weila, weila_to_look
from orgs.models import Member
from upstream.secret import Password
from upstream.weila.types import Member as Told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Newcomer:
    """What is None is not sent, and the upstream decides."""

    name: str
    phone: str | None = None
    dept_id: int | None = None
    sex: int | None = None
    avatar: str | None = None
    tts: int | None = None
    loc_share: int | None = None
    job_num: str | None = None  # later editions only


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember(_Newcomer):
    """A person to be created."""

    password: Password


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice(_Newcomer):
    """A device to be added by the code that it shows."""

    verify_code: str
    track: int | None = None


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


def _given(new: _Newcomer) -> dict[str, Any]:
    # Not asdict: it copies the values, and a password is not copied.
    values = {field.name: getattr(new, field.name) for field in fields(new)}
    return {name: value for name, value in values.items() if value is not None}


def _add(
    actor: Actor, operation: str, given: dict[str, Any], send: Callable[[], Told], *, device: bool
) -> Written[Member]:
    org_num = actor.organization
    sent_at = timezone.now()

    def settle(answer: Told) -> Written[Member]:
        row = replies.created(given, answer, device=device, sent_at=sent_at)
        store.patch(org_num, {row.user_id: row})
        action.done(target=Target(KIND, str(row.user_id), row.name))
        return Written(Outcome.DONE, shown(org_num, row))

    def look_up() -> Written[Member]:
        """By its marks: a new id, what was sent, and the time. Two that fit are none."""
        directory = mirror.read(weila_to_look(actor), org_num)
        found = replies.newcomers(directory.members.values(), given, device=device, sent_at=sent_at)
        known = set(
            Member.objects.filter(organization=org_num, user_id__in=[row.user_id for row in found])
            .values_list("user_id", flat=True)
        )  # fmt: skip
        fresh = [row for row in found if row.user_id not in known]
        if len(fresh) != 1:
            return Written(Outcome.UNKNOWN if fresh or not directory.complete else Outcome.NOT_DONE)
        store.patch(org_num, {fresh[0].user_id: fresh[0]})
        action.done(target=Target(KIND, str(fresh[0].user_id), fresh[0].name))
        return Written(Outcome.DONE, shown(org_num, fresh[0]))

    with trail.action(actor, operation, Target(KIND, "", given["name"]), after=given) as action:
        return carry_out(action, send, settle, look_up)
