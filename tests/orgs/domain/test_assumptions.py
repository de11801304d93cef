"""Whatever a real upstream turns out to do where no document says: after our own writes the mirror is what it is."""

import pytest

from common.actor import Actor
from common.outcome import Outcome
from orgs import directory, mirror, store
from orgs.directory import NewDevice, NewMember
from orgs.directory.written import weila
from orgs.models import Department, Member
from orgs.rows import DepartmentRow
from orgs.sql import Change
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import Rejected
from upstream.secret import Password

PERSON, DEVICE = 1253446, 1253448

FLIPS: list[dict[str, str]] = [
    {},
    {"address_ver": "not-state"},
    {"address_ver": "never"},
    {"dept_delete": "deletes"},
    {"dept_delete": "refused"},
    {"dept_zero": "listed"},
    {"empty_dept": "no-key"},
    {"later_fields": "on"},
    {"errcode_type": "string"},
    {"member_change_body": "full"},
    {"phones": "unique"},
    {"dept_names": "unique"},
    {"deleted_member": "no-org"},
    {"deleted_device": "gone"},
    {"member_cnt": "lagging"},
]


def agrees(actor: Actor) -> None:
    """The mirror holds what a fresh reading tells."""
    truth = mirror.read(weila(actor), ORG)
    # Who is online is told by the list only.
    changes = [one for one in store.compare(ORG, truth).changes if not _online_only(one)]
    assert changes == []
    present = Department.objects.filter(organization=ORG).values_list(*DepartmentRow._fields)
    names = {row.dept_id: row.name for row in truth.departments.values()}
    assert {dept_id: name for dept_id, name, _ in present} == names


def _online_only(change: Change) -> bool:
    before, after = change.before, change.after
    return before is not None and after is not None and before._replace(online=after.online) == after


@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: "-".join((*flip, *flip.values())) or "defaults")
def test_the_mirror_agrees_after_each_write(
    actor: Actor, sandbox: SandboxProcess, flip: dict[str, str]
) -> None:
    if flip:
        sandbox.assume(**flip)
    mirror.refresh(ORG, actor.session_id)
    dept = directory.create_department(actor, "新部门")
    assert dept.value is not None
    agrees(actor)
    new = NewMember(
        name="新来的", password=Password("long enough"), phone="13977777777", dept_id=dept.value.dept_id
    )
    made = directory.create_member(actor, new)
    assert made.value is not None
    agrees(actor)
    code = next(one["code"] for one in sandbox.inbox() if one["kind"] == "device")
    device = directory.add_device(actor, NewDevice(verify_code=code, name="对讲机", track=60, loc_share=1))
    assert device.value is not None
    agrees(actor)
    try:
        directory.change_member(actor, PERSON, {}, {"name": "新名字", "dept_id": 0, "tts": 1, "sex": 1})
        directory.change_member(actor, DEVICE, {}, {"track": 90})
    except Rejected:
        assert flip == {"member_change_body": "full"}
    agrees(actor)
    directory.set_member_state(actor, PERSON, 0, 1)
    agrees(actor)
    directory.set_member_state(actor, PERSON, 1, 0)
    directory.rename_department(actor, dept.value.dept_id, "新部门", "旧部门")
    agrees(actor)
    try:
        directory.delete_department(actor, dept.value.dept_id)
    except Rejected:
        assert flip == {"dept_delete": "refused"}
    agrees(actor)
    directory.delete_member(actor, DEVICE)
    assert directory.delete_member(actor, device.value.user_id).outcome is Outcome.DONE
    agrees(actor)
    assert not Member.objects.filter(user_id=DEVICE).exists()
