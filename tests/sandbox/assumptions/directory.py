"""The directory."""

from __future__ import annotations

from itertools import chain

from tests.sandbox.api import Api, md5
from tests.sandbox.assumptions.checks import NEW, Outcome, outcome
from tests.sandbox.flows import (
    DEPT,
    DEVICE,
    GROUP,
    MANAGER_PHONE,
    MEMBER_PHONE,
    OWNER_ID,
    PERSON,
    create_member,
    waiting_device,
)
from tests.support.sandbox import ORG, SandboxProcess


@outcome(
    "address_ver",
    every_change=[True, True, True],
    not_state=[False, True, True],
    not_edits=[False, False, True],
    never=[False, False, False],
)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    before = api.org()["address_ver"]
    moved = []
    api.data("member-change-state", org_num=ORG, member_id=PERSON, state=1)
    moved.append(api.org()["address_ver"] != before)
    api.data("member-change", org_num=ORG, member_id=PERSON, sex=1)
    moved.append(api.org()["address_ver"] != before)
    create_member(api)
    moved.append(api.org()["address_ver"] != before)
    return moved


@outcome("dept_delete", to_root=[0, 0], refused=[45009, DEPT], deletes=[0, None])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    errcode = api.errcode("dept-delete", org_num=ORG, dept_id=DEPT)
    row = api.rows().get(PERSON)
    return [errcode, row and row["dept_id"]]


@outcome("dept_zero", hidden=False, listed=True)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return any(dept["id"] == 0 for dept in api.data("dept-getall", org_num=ORG)["depts"])


@outcome("empty_dept", empty_list=[], no_key="nothing")
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.data("get-address-list", org_num=ORG)["address_list"]["depts"][-1].get("members", "nothing")


@outcome("dept_names", may_repeat=[0, 0, 0], unique=[45010, 45010, 0])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return [
        api.errcode("dept-create", org_num=ORG, name="研发部2"),
        api.errcode("group-create", org_num=ORG, name="测试群3"),
        api.errcode("dept-change", org_num=ORG, dept_id=DEPT, name="研发部2"),
    ]


@outcome("phones", may_repeat=[0, 0], unique=[44008, 0])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    body = {"org_num": ORG, "name": "x", "password": md5("x")}
    return [api.errcode("member-create", phone="18611111111", **body), api.errcode("member-create", **body)]


@outcome("name_limit", **{"64": [0, 40002], "20": [40002, 40002], "none": [0, 0]})
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return [api.errcode("dept-create", org_num=ORG, name="长" * size) for size in (64, 65)]


@outcome("member_change_body", partial=0, full=40001)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("member-change", org_num=ORG, member_id=PERSON, name="x")


@outcome("track_on_people", stored=[60, 60], ignored=[0, 60])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    for member_id in (PERSON, DEVICE):
        api.data("member-change", org_num=ORG, member_id=member_id, track=60)
    rows = api.rows()
    return [rows[PERSON]["track"], rows[DEVICE]["track"]]


@outcome("owner_protected", yes=[45007, 45007], no=[0, 0])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in(MANAGER_PHONE)
    suspended = api.errcode("member-change-state", org_num=ORG, member_id=OWNER_ID, state=1)
    return [suspended, api.errcode("member-delete", org_num=ORG, member_id=OWNER_ID)]


@outcome("deleted_member", account_gone="105", no_org=0)
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    user_id = api.sign_in(MEMBER_PHONE)["data"]["user"]["id"]
    sandbox.control("DELETE", f"weila/members/{user_id}")
    return api.sign_in(MEMBER_PHONE)["errcode"]


@outcome("deleted_device", waits_again=True, gone=False)
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    api.sign_in()
    api.data("member-delete", org_num=ORG, member_id=DEVICE)
    body = {"org_num": ORG, "name": "x", "verify_code": waiting_device(sandbox)}
    return api.data("member-add-device", **body)["user_id"] == DEVICE


@outcome("device_password", refused=45011, allowed=0)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("member-reset-password", org_num=ORG, member_id=DEVICE, password=md5("x"))


@outcome("member_phone_sign_in", no="105", if_free=0)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    create_member(api, phone=NEW)
    return api.sign_in(NEW, "x1")["errcode"]


@outcome("later_fields", off=set(), on={"job_num", "online", "user_count", "creator", "dept_name"})
def _(api: Api, _: SandboxProcess) -> Outcome:
    login = api.sign_in()["data"]
    dept = api.data("dept-getall", org_num=ORG)["depts"][0]
    member = api.data("group-member-getall", group_id=GROUP)["members"][0]
    changed = api.data("member-change", org_num=ORG, member_id=PERSON, sex=0)
    replies = (login["user"], login["org"], api.rows()[PERSON], dept, member, changed)
    return {"job_num", "online", "user_count", "creator", "dept_name"} & set(chain(*replies))
