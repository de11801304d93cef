"""The organization itself (weila.md, 创建企业组织, 修改企业)."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts import roles
from audit import trail
from audit.trail import Target
from common.actor import Actor
from common.outcome import Outcome
from orgs import rows
from orgs.directory.replies import arrived
from orgs.directory.written import NotHere, Written, carry_out, compare, deny, weila, weila_to_look
from orgs.models import Organization
from upstream.weila.types import Org

KIND = "organization"


def create_organization(actor: Actor, name: str, avatar: str = "") -> Written[Organization]:
    """Create the organization of somebody who has none; the session then belongs to it."""

    def settle(answer: Org) -> Written[Organization]:
        head = _noted(answer)
        roles.bind_organization(actor.session_id, answer.num)
        action.done(target=Target(KIND, str(answer.num), head.name))
        return Written(Outcome.DONE, head)

    def look_up() -> Written[Organization]:
        org = weila_to_look(actor).org_my_org()
        return Written(Outcome.NOT_DONE) if org is None else settle(org)

    values = {"name": name, "avatar": avatar}
    with trail.action(actor, "weila.org-create", Target(KIND, "", name), after=values) as action:
        return carry_out(
            action, lambda: weila(actor).org_create(name, avatar=avatar or None), settle, look_up
        )


def change_organization(
    actor: Actor, before: Mapping[str, Any], changes: Mapping[str, Any]
) -> Written[Organization]:
    """Change name or picture address; only what is in ``changes`` is sent.

    Raises:
        Conflict: a value of ``before`` is another one by now; nothing was sent.
    """
    org_num, operation = actor.organization, "weila.org-change"
    head = Organization.objects.defer("facets").filter(num=org_num).first()
    if head is None:
        deny(actor, operation, Target(KIND, str(org_num), ""), "not_here")
        raise NotHere
    present = {name: getattr(head, name) for name in (*before, *changes)}
    compare(before, present)

    def settle(answer: Org | None) -> Written[Organization]:
        if answer is None or answer.num != org_num:
            answer = Org(num=org_num, **changes)
        return Written(Outcome.DONE, _noted(answer))

    def look_up() -> Written[Organization]:
        org = weila_to_look(actor).org_my_org()
        if org is None or org.num != org_num:
            return Written(Outcome.UNKNOWN)
        done = [arrived(name, present[name], wanted, getattr(org, name)) for name, wanted in changes.items()]
        if all(done):
            return settle(org)
        return Written(Outcome.UNKNOWN if any(done) else Outcome.NOT_DONE)

    was = {name: present[name] for name in changes}
    target = Target(KIND, str(org_num), head.name)
    with trail.action(actor, operation, target, before=was, after=changes) as action:
        return carry_out(action, lambda: weila(actor).org_change(org_num, **changes), settle, look_up)


def _noted(org: Org) -> Organization:
    """Store what a reply tells of the organization; what it leaves out stays."""
    defaults = rows.organization(org)
    head, _ = Organization.objects.update_or_create(
        num=org.num, defaults=defaults, create_defaults={**defaults, "used_at": timezone.now()}
    )
    return head
