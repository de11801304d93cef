"""Departments (weila.md, 创建部门, 修改部门, 删除部门)."""

from collections.abc import Mapping, Sequence

from audit.trail import Target
from changes.kinds import DONE, LOOK_UP, NOT_DONE, Draft, Item, Refusal, Result, Trouble, unknown
from common.actor import Actor
from common.outcome import Outcome
from orgs import rows, store
from orgs.kinds.base import WeilaKind, asked, conflict, declared, ids, reading, sending, writing
from orgs.kinds.matching import Candidates, created_since, find_made
from orgs.models import Department, Member
from orgs.rows import DepartmentRow
from upstream.weila.types import Dept, DeptList

CREATE, RENAME, DELETE = "orgs.department.create", "orgs.department.rename", "orgs.department.delete"


def gone_departments(org_num: int, items: Sequence[Item]) -> set[int]:
    """Departments that changes of members name and that are no more."""
    named = {item.after["dept_id"] for item in items if item.after.get("dept_id")}
    return named - _known(org_num, named).keys() if named else set()


def _known(org_num: int, numbers: set[int]) -> dict[int, DepartmentRow]:
    found = Department.objects.filter(organization=org_num, dept_id__in=numbers)
    return {row.dept_id: row for row in map(DepartmentRow._make, found.values_list(*DepartmentRow._fields))}


class _DepartmentKind(WeilaKind):
    target_kind = "department"

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        present = _known(actor.organization, set(ids(items)))
        refusals = {}
        for item in items:
            row = present.get(int(item.target.id))
            refusal = Refusal("not_here") if row is None else conflict(item, {"name": row.name})
            if refusal is not None:
                refusals[item.id] = refusal
        return refusals

    def _read(self, actor: Actor) -> DeptList:
        with reading():
            return asked(actor).dept_getall(actor.organization)


class CreateDepartment(_DepartmentKind):
    """``after`` has its name, which need not be the only one."""

    code = CREATE
    operation, recovery = declared("dept_create")

    def marks(self, actor: Actor, draft: Draft) -> str:
        return f"{actor.organization}:new-department:{draft.after['name']}"

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        copies = Department.objects.filter(organization=actor.organization)
        return created_since(
            CREATE, items, "department_created_since", copies=copies, key="dept_id", mark="name"
        )

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            return sending(actor, items).dept_create(actor.organization, item.after["name"])

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        return {
            items[0].id: _made(actor, items[0], answer) if isinstance(answer, Dept) else LOOK_UP
            for items, answer in answers
        }

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        listed = self._read(actor)
        items = [item for call in lost for item in call]
        if listed.skipped:
            return {item.id: unknown() for item in items}
        by_id = {dept.id: dept for dept in listed.depts if dept.id}
        candidates = [
            Candidates(item, [one.id for one in by_id.values() if one.name == item.after["name"]])
            for item in items
        ]

        def made(item: Item, dept_id: int) -> Result:
            return _made(actor, item, by_id[dept_id])

        copies = Department.objects.filter(organization=actor.organization)
        return find_made(actor, self.code, candidates, made, copies=copies, key="dept_id")

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        before = {"name": item.after["name"]}
        return [Draft(kind=DELETE, target_id=item.target.id, target_text=item.target.text, before=before)]


def _made(actor: Actor, item: Item, dept: Dept) -> Result:
    # The document's own answer names another department than the request; what was asked for is true.
    row = rows.department(dept)._replace(name=item.after["name"])
    store.patch_department(actor.organization, row.dept_id, row)
    return Result(Outcome.DONE, {"id": row.dept_id}, target=Target("department", str(row.dept_id), row.name))


class RenameDepartment(_DepartmentKind):
    """``before`` and ``after`` have the name."""

    code = RENAME
    operation, recovery = declared("dept_change")

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            return sending(actor, items).dept_change(
                actor.organization, int(item.target.id), item.after["name"]
            )

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        items = [item for some, _answer in answers for item in some]
        present = _known(actor.organization, set(ids(items)))
        for item in items:
            if row := present.get(int(item.target.id)):
                renamed = row._replace(name=item.after["name"])
                store.patch_department(actor.organization, row.dept_id, renamed)
        return {item.id: DONE for item in items}

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        listed = {dept.id: dept for dept in self._read(actor).depts}
        results = {}
        for item in (item for call in lost for item in call):
            dept = listed.get(int(item.target.id))
            if dept is not None:
                store.patch_department(actor.organization, dept.id, rows.department(dept))
            results[item.id] = DONE if dept and dept.name == item.after["name"] else NOT_DONE
        return results

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        return [
            Draft(
                kind=RENAME,
                target_id=item.target.id,
                target_text=item.after["name"],
                before={"name": item.after["name"]},
                after={"name": item.before["name"]},
            )
        ]


class DeleteDepartment(_DepartmentKind):
    """Only while nobody is inside: what would become of them no document says."""

    code = DELETE
    operation, recovery = declared("dept_delete")
    destructive = True

    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        inside = Member.objects.filter(organization=actor.organization, dept_id__in=ids(items))
        full = set(inside.values_list("dept_id", flat=True).distinct())
        refusals = {item.id: Refusal("not_empty") for item in items if int(item.target.id) in full}
        return refusals | dict(super().check(actor, items))

    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        (item,) = items
        with writing():
            sending(actor, items).dept_delete(actor.organization, int(item.target.id))
        return None

    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        items = [item for some, _answer in answers for item in some]
        for number in ids(items):
            store.patch_department(actor.organization, number, None)
        return {item.id: DONE for item in items}

    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        listed = self._read(actor)
        left = {dept.id for dept in listed.depts}
        results = {}
        for item in (item for call in lost for item in call):
            if int(item.target.id) in left:
                results[item.id] = NOT_DONE
            elif listed.skipped:
                results[item.id] = unknown()
            else:
                store.patch_department(actor.organization, int(item.target.id), None)
                results[item.id] = DONE
        return results

    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        name = item.before.get("name", item.target.text)
        return [Draft(kind=CREATE, target_text=name, after={"name": name})]
