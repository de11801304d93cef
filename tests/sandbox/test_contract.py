"""Every operation answers with the keys, the order and the types of the document's example."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from sandbox.weila.operations import ALL, BY_PATH
from tests.sandbox.api import Api, md5
from tests.support.sandbox import PASSWORD, SandboxProcess

ORG, DEPT, PERSON, GROUP = 100073, 6, 1253446, 80000528
Call = Callable[[Api, SandboxProcess], dict[str, Any]]
OPEN = {"send-sms-verifycode", "regist", "login-by-phone", "login-by-name", "reset-password"}


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (110, 80)).save(file, "PNG")
    return file.getvalue()


def sms_code(api: Api, sandbox: SandboxProcess, phone: str, sms_type: str) -> str:
    api.picture()
    answer = api.call(
        "send-sms-verifycode",
        phone=phone,
        country_code="86",
        sms_type=sms_type,
        verify_code=sandbox.captchas()[0]["code"],
    )
    assert answer == {"errcode": 0, "errmsg": "请求成功"}
    return str(sandbox.inbox()[0]["code"])


def send_sms(api: Api, sandbox: SandboxProcess) -> dict[str, Any]:
    api.picture()
    code = sandbox.captchas()[0]["code"]
    return api.call(
        "send-sms-verifycode", phone="18675500568", country_code="86", sms_type="regist", verify_code=code
    )


def regist(api: Api, sandbox: SandboxProcess) -> dict[str, Any]:
    code = sms_code(api, sandbox, "18675500568", "regist")
    return api.call("regist", phone="18675500568", verify_code=code, password=md5(PASSWORD))


def reset_password(api: Api, sandbox: SandboxProcess) -> dict[str, Any]:
    code = sms_code(api, sandbox, "16675441248", "reset-password")
    return api.call(
        "reset-password", phone="16675441248", country_code="86", verify_code=code, password=md5("n")
    )


def bind_phone(api: Api, sandbox: SandboxProcess) -> dict[str, Any]:
    code = sms_code(api, sandbox, "13353236155", "bind-phone")
    return api.call("user-bind-phone", phone="13353236155", password=md5(PASSWORD), verify_code=code)


def org_create(api: Api, _: SandboxProcess) -> dict[str, Any]:
    api.sign_in("13353236170")
    return api.call("org-create", name="微喇测试", avatar="")


def add_device(api: Api, sandbox: SandboxProcess) -> dict[str, Any]:
    code = next(one["code"] for one in sandbox.inbox() if one["kind"] == "device")
    device = {"name": "222222", "dept_id": DEPT, "sex": 0, "phone": "", "tts": 0, "loc_share": 0, "track": 1}
    return api.call("member-add-device", org_num=ORG, verify_code=code, avatar="http://x/y.png", **device)


def address_list(api: Api, _: SandboxProcess) -> dict[str, Any]:
    """Without empty departments, which the example doesn't have."""
    for dept in api.data("get-address-list", org_num=ORG)["address_list"]["depts"]:
        if not dept["members"]:
            api.data("dept-delete", org_num=ORG, dept_id=dept["id"])
    return api.call("get-address-list", org_num=ORG)


def plain(operation: str, **body: object) -> Call:
    return lambda api, _: api.call(operation, **body)


def upload(operation: str) -> Call:
    return lambda api, _: api.upload(operation, "1.png", png())


PERSON_BODY: dict[str, object] = {
    "org_num": ORG,
    "name": "33333",
    "dept_id": DEPT,
    "sex": 1,
    "avatar": "http://favicon.weila.hk/default/session.png",
    "phone": "1862222222",
    "tts": 0,
    "loc_share": 0,
}
CALLS: dict[str, Call] = {
    "avatar-upload": upload("avatar-upload"),
    "file-upload": upload("file-upload"),
    "send-sms-verifycode": send_sms,
    "regist": regist,
    "login-by-phone": plain("login-by-phone", phone="13353236154", password=md5(PASSWORD)),
    "login-by-name": plain("login-by-name", user_name="70010885", password=md5(PASSWORD)),
    "refresh": lambda api, _: api.refresh(),
    "reset-password": reset_password,
    "org-create": org_create,
    "org-change": plain("org-change", org_num=ORG, name="222222", avatar="http://x/y.png"),
    "org-my-org": plain("org-my-org"),
    "user-selfinfo": plain("user-selfinfo"),
    "user-change-password": plain("user-change-password", old_password=md5(PASSWORD), new_password=md5("n")),
    "user-bind-phone": bind_phone,
    "get-address-list": address_list,
    "dept-create": plain("dept-create", org_num=ORG, name="研发部2"),
    "dept-change": plain("dept-change", org_num=ORG, dept_id=DEPT, name="研发部12"),
    "dept-delete": plain("dept-delete", org_num=ORG, dept_id=DEPT),
    "dept-getall": plain("dept-getall", org_num=ORG),
    "member-create": plain("member-create", password=md5("n"), **PERSON_BODY),
    "member-add-device": add_device,
    "member-change": plain("member-change", member_id=PERSON, track=0, **PERSON_BODY),
    "member-change-state": plain("member-change-state", org_num=ORG, member_id=PERSON, state=1),
    "member-delete": plain("member-delete", org_num=ORG, member_id=PERSON),
    "member-reset-password": plain("member-reset-password", org_num=ORG, member_id=PERSON, password=md5("n")),
    "group-create": plain("group-create", org_num=ORG, name="测试群3", avatar="http://x/y.png", burst_mode=0),
    "group-change": plain(
        "group-change", org_num=ORG, group_id=GROUP, name="测试群3", avatar="http://x/y.png", burst_mode=0
    ),
    "group-delete": plain("group-delete", group_id=GROUP),
    "group-getall": plain("group-getall", org_num=str(ORG)),
    "group-member-add": plain("group-member-add", group_id=GROUP, member_ids=[1253444]),
    "group-member-change": plain(
        "group-member-change", group_id=GROUP, member_id=PERSON, prority=1, tts=1, loc_share=1
    ),
    "group-member-delete": plain("group-member-delete", group_id=GROUP, member_ids=[PERSON]),
    "group-member-getall": plain("group-member-getall", group_id=GROUP),
}


def shape(value: object) -> object:
    """Keys in their order, and types; a list is the shapes that its items have."""
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return ["list", *sorted({repr(shape(inner)) for inner in value})]
    return type(value).__name__


def test_all_operations_of_the_document_are_here(contract: dict[str, Any]) -> None:
    documented = {(one["id"], one["method"], one["path"]) for one in contract["operations"]}
    assert documented == {(f"weila.{one.name}", one.method, one.path) for one in ALL}
    assert len(BY_PATH) == 34


@pytest.mark.parametrize("name", [one.name for one in ALL if one.name != "get-verifycode-image"])
def test_answers_as_the_example_does(
    name: str, api: Api, sandbox: SandboxProcess, contract: dict[str, Any]
) -> None:
    example = next(one for one in contract["operations"] if one["id"] == f"weila.{name}")["response_example"]
    if name not in OPEN:
        api.sign_in()
    answer = CALLS[name](api, sandbox)
    assert answer["errcode"] == 0
    assert answer["errmsg"] == example["errmsg"]
    assert shape(answer) == shape(example)


@pytest.mark.parametrize("name", [one.name for one in ALL if one.name not in OPEN | {"get-verifycode-image"}])
def test_needs_a_token(name: str, api: Api, sandbox: SandboxProcess) -> None:
    for api.token in ("", "sandbox-000000000000000000000000"):
        if name.endswith("-upload"):
            assert api.upload(name, "1.png", png())["errcode"] == 31
        else:
            assert api.errcode(name, refresh_token="sandbox-0") == 31


def test_reads_take_an_empty_body_and_an_empty_object(owner: Api) -> None:
    for body in (b"", b"{}", b"  "):
        answer = owner.http.post(
            f"{owner.url}/v1/corp/web/org-my-org", params={"access-token": owner.token}, data=body, timeout=30
        )
        assert answer.json()["data"]["corp"]["num"] == ORG


def test_numbers_may_be_strings(owner: Api) -> None:
    changed = owner.data("member-change", org_num="100073", member_id=str(PERSON), sex="1", phone=18600000000)
    assert (changed["sex"], changed["phone"]) == (1, "18600000000")


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"org_num": 1} // comment', b"\xff\xfe", b"null", b'"x"'])
def test_a_body_that_is_no_json_object_is_refused(owner: Api, body: bytes) -> None:
    answer = owner.http.post(
        f"{owner.url}/v1/corp/web/dept-getall", params={"access-token": owner.token}, data=body, timeout=30
    )
    assert (answer.status_code, answer.json()["errcode"]) == (200, 40001)


def test_unknown_paths_and_methods(owner: Api, sandbox: SandboxProcess) -> None:
    assert owner.http.post(f"{owner.url}/v1/corp/web/nothing", timeout=30).status_code == 404
    assert owner.http.get(f"{owner.url}/v1/corp/web/org-my-org", timeout=30).status_code == 405
    assert [entry["status"] for entry in sandbox.journal()[-2:]] == [404, 405]


def test_the_first_answer_has_the_documents_people(owner: Api) -> None:
    listed = owner.data("get-address-list", org_num=ORG)["address_list"]
    assert listed["members"][0]["user_id"] == 1253444
    dept = listed["depts"][0]
    assert (dept["id"], dept["name"]) == (DEPT, "研发部2")
    assert [row["user_id"] for row in dept["members"]] == [1253446, 1253448]
    everybody = owner.rows()
    corp = owner.org()
    devices = [row for row in everybody.values() if row["type"] == 1]
    assert (len(everybody), corp["member_cnt"], corp["device_cnt"]) == (60, 60, len(devices))
    assert listed["version"] == corp["address_ver"]
