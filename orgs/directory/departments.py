"""Departments (weila.md, 创建部门, 修改部门, 删除部门): one level, and names may repeat."""

from collections import Counter

from audit import trail
from audit.trail import Target
from common.actor import Actor
from common.outcome import Outcome
from orgs import listing, mirror, rows, store
from orgs.directory.written import NotHere, Written, carry_out, compare, deny, weila, weila_to_look
from orgs.listing import DepartmentCount
from orgs.models import Department, Member
from orgs.rows import DepartmentRow
from upstream.errors import UpstreamError
from upstream.weila.types import Dept

KIND = "department"


def department(actor: Actor, dept_id: int, *, operation: str = "department.open") -> DepartmentCount:
    """One department of the actor's organization, with its counts.

    Raises:
        NotHere: there is none with this number; recorded under ``operation``.
    """
    row = (
        Department.objects.filter(organization=actor.organization, dept_id=dept_id).exclude(dept_id=0).first()
    )
    if row is None:
        deny(actor, operation, Target(KIND, str(dept_id), ""), "not_here")
        raise NotHere
    return listing.counted(row)


def create_department(actor: Actor, name: str) -> Written[DepartmentRow]:
    """Create a department; the upstream allows a name twice (weila.md, 创建部门)."""
    org_num = actor.organization
    known = set(Department.objects.filter(organization=org_num).values_list("dept_id", flat=True))

    def settle(answer: Dept) -> Written[DepartmentRow]:
        row = rows.department(answer)
        # The document's own answer names another department than the request; what was asked for is true.
        row = row._replace(name=name)
        store.patch_department(org_num, row.dept_id, row)
        action.done(target=Target(KIND, str(row.dept_id), name))
        return Written(Outcome.DONE, row)

    def look_up() -> Written[DepartmentRow]:
        found = [
            dept
            for dept in weila_to_look(actor).dept_getall(org_num).depts
            if dept.name == name and dept.id not in known
        ]
        if len(found) == 1:
            return settle(found[0])
        return Written(Outcome.UNKNOWN if found else Outcome.NOT_DONE)

    with trail.action(actor, "weila.dept-create", Target(KIND, "", name), after={"name": name}) as action:
        return carry_out(action, lambda: weila(actor).dept_create(org_num, name), settle, look_up)


def rename_department(actor: Actor, dept_id: int, before: str, name: str) -> Written[DepartmentRow]:
    """Rename a department (weila.md, 修改部门).

    Raises:
        NotHere, Conflict: nothing was sent.
    """
    org_num, operation = actor.organization, "weila.dept-change"
    present = department(actor, dept_id, operation=operation)
    compare({"name": before}, {"name": present.name})
    renamed = DepartmentRow(dept_id, name, present.user_count)

    def settle(_answer: object) -> Written[DepartmentRow]:
        store.patch_department(org_num, dept_id, renamed)
        return Written(Outcome.DONE, renamed)

    def look_up() -> Written[DepartmentRow]:
        depts = weila_to_look(actor).dept_getall(org_num).depts
        names = {dept.id: dept.name for dept in depts}
        return settle(None) if names.get(dept_id) == name else Written(Outcome.NOT_DONE)

    target = Target(KIND, str(dept_id), before)
    with trail.action(actor, operation, target, before={"name": before}, after={"name": name}) as action:
        return carry_out(action, lambda: weila(actor).dept_change(org_num, dept_id, name), settle, look_up)


def delete_department(actor: Actor, dept_id: int) -> Written[dict[int | None, int]]:
    """Delete a department (weila.md, 删除部门), and see what became of the people and devices inside.

    Returns:
        How many of those who were inside are in which department now; None stands for: no longer in the
        organization. No value when that could not be read.

    Raises:
        NotHere: nothing was sent.
    """
    org_num, operation = actor.organization, "weila.dept-delete"
    present = department(actor, dept_id, operation=operation)
    inside = list(
        Member.objects.filter(organization=org_num, dept_id=dept_id).values_list("user_id", flat=True)
    )

    def settle(_answer: object) -> Written[dict[int | None, int]]:
        store.patch_department(org_num, dept_id, None)
        action.done()
        return Written(Outcome.DONE, _where(actor, inside))

    def look_up() -> Written[dict[int | None, int]]:
        left = weila_to_look(actor).dept_getall(org_num)
        if dept_id in {dept.id for dept in left.depts} or left.skipped:
            return Written(Outcome.UNKNOWN if left.skipped else Outcome.NOT_DONE)
        return settle(None)

    target = Target(KIND, str(dept_id), present.name)
    with trail.action(actor, operation, target, before={"name": present.name}) as action:
        return carry_out(action, lambda: weila(actor).dept_delete(org_num, dept_id), settle, look_up)


def _where(actor: Actor, user_ids: list[int]) -> dict[int | None, int] | None:
    """Read the directory and say where these members are; the mirror learns it too."""
    if not user_ids:
        return {}
    try:
        directory = mirror.read(weila_to_look(actor), actor.organization)
    except UpstreamError:
        return None  # the next fetch brings the mirror up to date
    if not directory.complete and not directory.members.keys() >= set(user_ids):
        return None
    now = {user_id: directory.members.get(user_id) for user_id in user_ids}
    store.patch(actor.organization, now)
    return dict(Counter(None if row is None else row.dept_id for row in now.values()))
