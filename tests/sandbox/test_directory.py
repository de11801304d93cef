"""The organization, departments, members and devices: rules and what changes with what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import falcon.testing
import pytest
import requests
import time_machine

from sandbox.store import Store
from tests.sandbox.api import Api, md5
from tests.sandbox.flows import (
    DEPT,
    DEVICE,
    MANAGER_PHONE,
    MEMBER_PHONE,
    NO_ORG_PHONE,
    OWNER_ID,
    PERSON,
    create_member,
    waiting_device,
)
from tests.support.sandbox import ORG, OTHER_ORG, SandboxProcess


def depts(api: Api) -> dict[int, str]:
    return {one["id"]: one["name"] for one in api.data("dept-getall", org_num=ORG)["depts"]}


def test_create_an_organization(api: Api) -> None:
    api.sign_in(NO_ORG_PHONE)
    made = api.data("org-create", name="新企业", avatar="")["org"]
    assert (made["name"], made["member_cnt"], made["address_ver"]) == ("新企业", 1, 1)
    assert [row["type"] for row in api.rows(made["num"]).values()] == [255]
    assert api.errcode("org-create", name="再一个") == 45002


def test_change_the_organization(owner: Api) -> None:
    before = owner.org()
    changed = owner.data("org-change", org_num=ORG, name="新名字", avatar="http://x/y.png")["corp"]
    assert changed["name"] == "新名字"
    assert changed["avatar"].startswith(before["avatar"] + "?v=")
    assert owner.org() == changed
    assert owner.errcode("org-change", org_num=ORG) == 40001


def test_departments(owner: Api) -> None:
    made = owner.data("dept-create", org_num=ORG, name="新部门")
    assert depts(owner)[made["id"]] == "新部门"
    owner.data("dept-change", org_num=ORG, dept_id=made["id"], name="改名")
    assert depts(owner)[made["id"]] == "改名"
    owner.data("dept-delete", org_num=ORG, dept_id=made["id"])
    assert made["id"] not in depts(owner)
    assert owner.data("dept-create", org_num=ORG, name="再来")["id"] == made["id"] + 1
    assert owner.errcode("dept-change", org_num=ORG, dept_id=9999, name="x") == 45004
    assert owner.errcode("dept-delete", org_num=ORG, dept_id=0) == 40001


def test_people_of_a_deleted_department_are_in_none(owner: Api) -> None:
    owner.data("dept-delete", org_num=ORG, dept_id=DEPT)
    rows = owner.rows()
    assert (rows[PERSON]["dept_id"], rows[DEVICE]["dept_id"]) == (0, 0)


def test_create_a_member_who_signs_in(owner: Api, sandbox: SandboxProcess) -> None:
    made = create_member(
        owner, dept_id=DEPT, phone="18600000001", avatar="http://favicon.weila.hk/default/session.png"
    )
    assert made["avatar"].endswith("/default/user.png")
    row = owner.rows()[made["user_id"]]
    assert row | {"org_num": ORG} == made
    member = Api(sandbox.weila_url)
    member.take(member.call("login-by-name", user_name=made["user_num"], password=md5("x1")))
    assert member.data("user-selfinfo")["user"]["name"] == "张三"
    assert member.sign_in("18600000001", "x1")["errcode"] == "105"


@pytest.mark.parametrize(
    ("field", "value", "errcode"),
    [
        ("name", "", 40001),
        ("name", "  ", 40001),
        ("name", "长" * 65, 40002),
        ("name", ["x"], 40001),
        ("password", "123456", 40001),
        ("dept_id", 9999, 45004),
        ("dept_id", "x", 40001),
        ("dept_id", True, 40001),
        ("phone", "abc", 40001),
        ("phone", "1" * 21, 40001),
        ("sex", 2, 40001),
        ("tts", "yes", 40001),
        ("loc_share", -1, 40001),
        ("avatar", 5, 40001),
        ("org_num", OTHER_ORG, 45001),
        ("org_num", None, 40001),
    ],
)
def test_what_a_new_member_may_not_be(owner: Api, field: str, value: object, errcode: int) -> None:
    body: dict[str, Any] = {"org_num": ORG, "name": "张三", "password": md5("x1")} | {field: value}
    assert owner.errcode("member-create", **body) == errcode
    assert len(owner.rows()) == 60


def test_change_a_member_with_only_the_changed_fields(owner: Api) -> None:
    before = owner.rows()[PERSON]
    changed = owner.data("member-change", org_num=ORG, member_id=PERSON, track=60, dept_id=0)
    assert changed.keys().isdisjoint({"tts", "loc_share", "track"})
    assert owner.rows()[PERSON] == before | {"track": 60, "dept_id": 0}
    assert owner.errcode("member-change", org_num=ORG, member_id=PERSON) == 40001
    assert owner.errcode("member-change", org_num=ORG, member_id=1253447, name="x") == 45005


def test_a_refused_change_changes_nothing(owner: Api) -> None:
    before = owner.rows()[PERSON]
    assert owner.errcode("member-change", org_num=ORG, member_id=PERSON, name="新", dept_id=9999) == 45004
    assert owner.errcode("member-change", org_num=ORG, member_id=PERSON, name="新", track=-1) == 40001
    assert owner.rows()[PERSON] == before


def test_suspend_and_enable(owner: Api) -> None:
    for state in (1, 0):
        owner.data("member-change-state", org_num=ORG, member_id=PERSON, state=state)
        assert owner.rows()[PERSON]["state"] == state
    assert owner.errcode("member-change-state", org_num=ORG, member_id=PERSON, state=2) == 40001


def test_the_owner_stays(owner: Api) -> None:
    assert owner.errcode("member-change-state", org_num=ORG, member_id=OWNER_ID, state=1) == 45007
    assert owner.errcode("member-delete", org_num=ORG, member_id=OWNER_ID) == 45007


def test_delete_a_member(owner: Api) -> None:
    owner.data("member-delete", org_num=ORG, member_id=PERSON)
    assert PERSON not in owner.rows()
    assert owner.org()["member_cnt"] == 59
    assert owner.errcode("member-delete", org_num=ORG, member_id=PERSON) == 45005
    group = owner.data("group-member-getall", group_id=80000528)["members"]
    assert [one["user_id"] for one in group] == [DEVICE]


def test_add_a_device_by_its_code_and_again_after_deleting(owner: Api, sandbox: SandboxProcess) -> None:
    body = {"org_num": ORG, "name": "前台对讲机", "dept_id": DEPT, "track": 60}
    assert owner.errcode("member-add-device", verify_code="nope", **body) == 45008
    code = waiting_device(sandbox)
    made = owner.data("member-add-device", verify_code=code, **body)
    assert (made["type"], made["track"], made["user_num"][:4]) == (1, 60, "3001")
    assert owner.errcode("member-add-device", verify_code=code, **body) == 45008
    assert len([one for one in sandbox.inbox() if one["kind"] == "device"]) >= 3
    owner.data("member-delete", org_num=ORG, member_id=made["user_id"])
    again = owner.data("member-add-device", verify_code=waiting_device(sandbox), **body)
    assert (again["user_id"], again["user_num"]) == (made["user_id"], made["user_num"])


def test_a_device_has_no_password(owner: Api) -> None:
    body = {"org_num": ORG, "member_id": DEVICE, "password": md5("x")}
    assert owner.errcode("member-reset-password", **body) == 45011


@pytest.mark.parametrize(
    ("phone", "reads", "writes"),
    [
        (MANAGER_PHONE, 0, 0),
        (MEMBER_PHONE, 0, 32),
        ("16675441248", 45001, 45001),
        (NO_ORG_PHONE, 45003, 45003),
    ],
)
def test_who_may(api: Api, phone: str, reads: int, writes: int) -> None:
    api.sign_in(phone)
    assert api.errcode("get-address-list", org_num=ORG) == reads
    assert api.errcode("dept-create", org_num=ORG, name="x") == writes


def test_address_ver_is_the_time_of_the_last_change(inside: falcon.testing.TestClient, store: Store) -> None:
    org = store.weila.orgs[ORG]
    assert org.address_ver == org.group_ver == max(account.row.created for account in org.members.values())
    now = org.address_ver + 100_000

    def write(operation: str, **body: object) -> int:
        answer = inside.simulate_post(
            f"/weila/v1/corp/web/{operation}",
            params={"access-token": token},
            json={"org_num": ORG} | body,
        )
        assert answer.json["errcode"] == 0
        return org.address_ver

    with time_machine.travel(now, tick=False) as clock:
        token = store.weila.tokens.open(OWNER_ID).access
        for operation, body in (
            ("dept-create", {"name": "x"}),
            ("dept-change", {"dept_id": DEPT, "name": "y"}),
            ("member-change", {"member_id": PERSON, "sex": 1}),
            ("member-change-state", {"member_id": PERSON, "state": 1}),
            ("member-create", {"name": "z", "password": md5("z")}),
            ("member-delete", {"member_id": PERSON}),
            ("dept-delete", {"dept_id": DEPT}),
        ):
            clock.shift(10)
            now += 10
            assert write(operation, **body) == now
        clock.shift(10)
        assert write("member-reset-password", member_id=OWNER_ID, password=md5("n")) == now


def test_many_at_once(owner: Api, sandbox: SandboxProcess) -> None:
    def create(number: int) -> int:
        body = {"org_num": ORG, "name": f"部门{number}"}
        answer = requests.post(
            f"{owner.url}/v1/corp/web/dept-create",
            params={"access-token": owner.token},
            json=body,
            timeout=30,
        )
        made: int = answer.json()["data"]["id"]
        return made

    with ThreadPoolExecutor(64) as pool:
        made = set(pool.map(create, range(64)))
    assert len(made) == len(sandbox.journal("/v1/corp/web/dept-create")) == 64
    assert made <= depts(owner).keys()


def test_a_large_company_is_listed_whole(process: SandboxProcess) -> None:
    process.reset(members=100_000)
    api = Api(process.weila_url)
    api.sign_in()
    rows = api.rows()
    assert len(rows) == api.org()["member_cnt"] == 100_000
    create_member(api, dept_id=DEPT)
    assert len(api.rows()) == 100_001
