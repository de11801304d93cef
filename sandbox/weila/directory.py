"""Departments and the address list (weila.md, 通讯录管理)."""

from __future__ import annotations

import msgspec

from . import wire
from .call import Call, Data, Raw
from .errors import BAD_REQUEST, DEPT_NOT_EMPTY, DEPT_NOT_FOUND, NAME_TAKEN, Refused
from .members import remove_member
from .model import OWNER, Dept, Org
from .world import Change


def get_address_list(call: Call) -> Data:
    """Everything at once; the rows come encoded, a piece a department."""
    world, org = call.world, call.org
    text = msgspec.json.encode(wire.OK_TEXT)
    pieces = [
        b'{"errcode":0,"errmsg":' + text + b',"data":{"address_list":{"version":%d' % org.address_ver,
        b',"members":' + world.encoded_members(org, org.depts[0]),
        b',"depts":[',
    ]
    listed = [dept for dept in org.depts.values() if dept.id]
    for index, dept in enumerate(listed):
        head = b'%s{"id":%d,"name":' % (b"," if index else b"", dept.id)
        pieces.append(head + msgspec.json.encode(dept.name))
        if dept.members or world.switches.get("empty_dept") == "empty-list":
            pieces += [b',"members":', world.encoded_members(org, dept)]
        pieces.append(b"}")
    pieces.append(b"]}}}")
    return Raw(b"".join(pieces), "application/json; charset=utf-8")


def dept_getall(call: Call) -> Data:
    world, org = call.world, call.org
    listed = world.switches.get("dept_zero") == "listed"
    depts: list[dict[str, object]] = []
    for dept in sorted(org.depts.values(), key=lambda one: one.id):
        if dept.id or listed:
            count = {"user_count": len(dept.members)} if world.later else {}
            depts.append({"id": dept.id, "name": dept.name or "未分配部门"} | count)
    return {"depts": depts}


def dept_create(call: Call) -> Data:
    org, name = call.org, call.name()
    _check_free(call, org, name, None)
    org.last_dept += 1
    dept = Dept(org.last_dept, name)
    org.depts[dept.id] = dept
    call.world.directory_changed(org, Change.ROWS)
    return {"id": dept.id, "name": dept.name}


def dept_change(call: Call) -> Data:
    org = call.org
    dept, name = _dept(call, org), call.name()
    _check_free(call, org, name, dept)
    dept.name = name
    call.world.directory_changed(org, Change.EDIT)
    return {"id": dept.id, "name": dept.name}


def dept_delete(call: Call) -> Data:
    org = call.org
    dept, world = _dept(call, org), call.world
    how = world.switches.get("dept_delete")
    if dept.members and how == "refused":
        raise Refused(DEPT_NOT_EMPTY)
    for account in list(dept.members.values()):
        if how == "deletes" and account.row.type != OWNER:
            remove_member(world, org, account)
        else:
            world.move(org, account, 0)
    del org.depts[dept.id]
    world.forget(org, dept.id)
    world.directory_changed(org, Change.ROWS)
    return None


def _dept(call: Call, org: Org) -> Dept:
    dept_id = call.body.integer("dept_id")
    if dept_id == 0:
        raise Refused(BAD_REQUEST, f"{BAD_REQUEST.text}: dept_id")
    dept = org.depts.get(dept_id)
    if dept is None:
        raise Refused(DEPT_NOT_FOUND)
    return dept


def _check_free(call: Call, org: Org, name: str, own: Dept | None) -> None:
    taken = any(dept.name == name and dept is not own for dept in org.depts.values())
    if taken and call.world.switches.get("dept_names") == "unique":
        raise Refused(NAME_TAKEN)
