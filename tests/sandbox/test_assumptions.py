"""Every assumption, flipped: what each choice changes over HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import chain
from typing import Any

import falcon.testing
import pytest
import time_machine

from sandbox.assumptions import ASSUMPTIONS
from sandbox.reasons_zh import REASONS_ZH
from sandbox.store import Store
from tests.sandbox.api import Api, md5
from tests.sandbox.flows import (
    ABROAD_PHONE,
    DEPT,
    DEVICE,
    GROUP,
    MANAGER_PHONE,
    MEMBER_PHONE,
    NO_ORG_PHONE,
    OWNER_ID,
    PERSON,
    PERSONAL_PHONE,
    ask_sms,
    captcha,
    create_member,
    sms,
    waiting_device,
)
from tests.support.sandbox import ORG, OTHER_ORG, PASSWORD, SandboxProcess

NEW = "18675500568"
Outcome = object
Check = Callable[[Api, SandboxProcess], Outcome]
CHECKS: dict[str, tuple[Check, dict[str, Outcome]]] = {}


def outcome(name: str, **by_choice: Outcome) -> Callable[[Check], Check]:
    """What a check comes to with each choice of an assumption (`-` written as `_`)."""

    def register(check: Check) -> Check:
        choices = next(one.choices for one in ASSUMPTIONS if one.name == name)
        expected = {choice: by_choice[choice.replace("-", "_")] for choice in choices}
        CHECKS[name] = (check, expected)
        return check

    return register


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["user_id"] for row in answer["members"]]


@outcome("captcha_binding", cookie=44005, address=0, none=0)
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    code = captcha(api, sandbox)
    body = {"phone": NEW, "country_code": "86", "sms_type": "regist", "verify_code": code}
    return Api(sandbox.weila_url).errcode("send-sms-verifycode", **body)


@outcome("captcha_case", ignored=0, exact=44005)
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    code = captcha(api, sandbox)
    while code.upper() == code:
        code = captcha(api, sandbox)
    body = {"phone": NEW, "country_code": "86", "sms_type": "regist", "verify_code": code.upper()}
    return api.errcode("send-sms-verifycode", **body)


@outcome("captcha_use", once=44005, until_success=0)
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    code = captcha(api, sandbox)
    body = {"phone": NEW, "country_code": "86", "sms_type": "regist"}
    assert api.errcode("send-sms-verifycode", verify_code="0000", **body) == 44005
    return api.errcode("send-sms-verifycode", verify_code=code, **body)


@outcome("sms_resend_seconds", **{"60": 44007, "0": 0})
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    sms(api, sandbox, NEW, "regist")
    return ask_sms(api, sandbox, NEW, "regist")["errcode"]


@outcome("sms_phone_check", at_submit=[0, 44008], at_sms=[44008, 44009])
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    asked = ask_sms(api, sandbox, "13353236154", "regist")["errcode"]
    if asked:
        return [asked, ask_sms(api, sandbox, NEW, "reset-password")["errcode"]]
    body = {"phone": "13353236154", "verify_code": sandbox.inbox()[0]["code"], "password": md5("x")}
    return [asked, api.errcode("regist", **body)]


@outcome("signature", off=[0, 0], required=[33, 0])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    sign = hashlib.md5(b"1730000000sandbox-key").hexdigest()
    query = {"access-token": api.token, "app_id": "any", "et": "1730000000", "sign": sign}
    answer = api.http.post(f"{api.url}/v1/corp/web/org-my-org", params=query, timeout=10)
    return [api.errcode("org-my-org"), answer.json()["errcode"]]


@outcome("errcode_type", as_document=["105", 31], integer=[105, 31], string=["105", "31"])
def _(api: Api, _: SandboxProcess) -> Outcome:
    return [api.sign_in(password="no")["errcode"], api.errcode("org-my-org")]


@outcome("unknown_account", as_wrong_password="105", own_code=104)
def _(api: Api, _: SandboxProcess) -> Outcome:
    return api.sign_in("19900000000")["errcode"]


@outcome("suspended_sign_in", refused=106, allowed=0)
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    user_id = api.sign_in(MEMBER_PHONE)["data"]["user"]["id"]
    sandbox.control("POST", f"weila/members/{user_id}", {"state": 1})
    return api.sign_in(MEMBER_PHONE)["errcode"]


@outcome("removal_ends_tokens", yes=31, no=0)
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    user_id = api.sign_in(MEMBER_PHONE)["data"]["user"]["id"]
    owner = Api(sandbox.weila_url)
    owner.sign_in()
    owner.data("member-change-state", org_num=ORG, member_id=user_id, state=1)
    return api.errcode("org-my-org")


@outcome("member_sign_in", allowed=[0, 0], refused=[32, 0])
def _(api: Api, _: SandboxProcess) -> Outcome:
    return [api.sign_in(phone)["errcode"] for phone in (MEMBER_PHONE, MANAGER_PHONE)]


@outcome("member_read", allowed=0, refused=32)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in(MEMBER_PHONE)
    return api.errcode("get-address-list", org_num=ORG)


@outcome("member_write", allowed=0, refused=32)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in(MEMBER_PHONE)
    return api.errcode("dept-create", org_num=ORG, name="x")


@outcome("manager_write", allowed=[0, 0], refused=[32, 0])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in(MANAGER_PHONE)
    return [api.errcode("dept-create", org_num=ORG, name="x"), api.errcode("dept-getall", org_num=ORG)]


@outcome("personal_account", at_sign_in=45016, at_call=[0, 45016])
def _(api: Api, _: SandboxProcess) -> Outcome:
    errcode = api.sign_in(PERSONAL_PHONE)["errcode"]
    return errcode or [errcode, api.errcode("org-my-org")]


@outcome("eight_digit_sign_in", apart=["105", "105"], merged=[0, 0])
def _(api: Api, _: SandboxProcess) -> Outcome:
    by_name = api.errcode("login-by-name", user_name=ABROAD_PHONE, password=md5(PASSWORD))
    return [api.sign_in("70016003")["errcode"], by_name]


@outcome("password_change_ends", others=[0, 31], none=[0, 0], all=[31, 31])
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    other = Api(sandbox.weila_url)
    api.sign_in()
    other.sign_in()
    api.data("user-change-password", old_password=md5(PASSWORD), new_password=md5("n"))
    return [api.errcode("org-my-org"), other.errcode("org-my-org")]


@outcome("refresh_old_access", dead=31, alive=0)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    old = api.token
    api.refresh()
    api.token = old
    return api.errcode("org-my-org")


@outcome("refresh_needs_access", matching=31, ignored=0)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    api.token = "sandbox-another"
    return api.refresh()["errcode"]


@outcome("parallel_sessions", allowed=0, latest_only=31)
def _(api: Api, sandbox: SandboxProcess) -> Outcome:
    api.sign_in()
    Api(sandbox.weila_url).sign_in()
    return api.errcode("org-my-org")


@outcome("no_org_reply", null=[0, {"corp": None}], missing=[0, {}], errcode=[45003, None])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in(NO_ORG_PHONE)
    answer = api.call("org-my-org")
    return [answer["errcode"], answer.get("data")]


@outcome("no_org_login", missing="nothing", null=None)
def _(api: Api, _: SandboxProcess) -> Outcome:
    return api.sign_in(NO_ORG_PHONE)["data"].get("org", "nothing")


@outcome("second_org", refused=45002, replaces=0)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    answer = api.call("org-create", name="第二家")
    if answer["errcode"] == 0:
        assert api.org() == answer["data"]["org"]
    return answer["errcode"]


@outcome("member_cnt", everyone=[60, True], people=[54, True], lagging=[60, False])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return [api.org()["member_cnt"], api.org()["device_cnt"] == 6]


@outcome("org_change_body", partial=0, full=40001)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("org-change", org_num=ORG, name="x")


@outcome("foreign_org_code", not_found=45001, forbidden=32)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("get-address-list", org_num=OTHER_ORG)


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


@outcome("group_add_reply", added=[OWNER_ID], all=[PERSON, DEVICE, OWNER_ID])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return ids(api.data("group-member-add", group_id=GROUP, member_ids=[OWNER_ID]))


@outcome("group_delete_reply", before=[PERSON, DEVICE], removed=[PERSON], remaining=[DEVICE])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return ids(api.data("group-member-delete", group_id=GROUP, member_ids=[PERSON]))


@outcome("group_change_reply", changed=[DEVICE], all=[PERSON, DEVICE])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return ids(api.data("group-member-change", group_id=GROUP, member_id=DEVICE, tts=1))


@outcome("group_change_body", partial=0, full=40001)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("group-change", org_num=ORG, group_id=GROUP, burst_mode=2)


@outcome("group_ver", groups_and_members=[True, True], groups=[False, True])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    before = api.org()["group_ver"]
    api.data("group-member-add", group_id=GROUP, member_ids=[OWNER_ID])
    moved = api.org()["group_ver"] != before
    api.data("group-change", org_num=ORG, group_id=GROUP, name="x")
    return [moved, api.org()["group_ver"] != before]


@outcome("priority_range", **{"0_100": 40001, "any": 0})
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("group-member-change", group_id=GROUP, member_id=PERSON, prority=101)


@outcome("delete_leaves_groups", yes=1, no=2)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    api.data("member-delete", org_num=ORG, member_id=PERSON)
    groups = api.data("group-getall", org_num=ORG)["groups"]
    assert ids(api.data("group-member-getall", group_id=GROUP)) == [DEVICE]
    return next(one["user_count"] for one in groups if one["id"] == GROUP)


@outcome("role_code", **{"32": 32, "own_code": 40003})
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in(MEMBER_PHONE)
    return api.errcode("dept-create", org_num=ORG, name="x")


@outcome("avatar_types", images=46003, any=0)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.upload("avatar-upload", "x.txt", b"text")["errcode"]


@outcome("phone_format", digits=[40001, 40001, 0], any=[0, 40001, 0])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    phones = ("010-1234 转 5", "1" * 21, "+85261234567")
    return [api.errcode("member-change", org_num=ORG, member_id=PERSON, phone=one) for one in phones]


CHOICES = [(name, choice) for name, (_, expected) in CHECKS.items() for choice in expected]


@pytest.mark.parametrize(("name", "choice"), CHOICES)
def test_choice(name: str, choice: str, api: Api, sandbox: SandboxProcess) -> None:
    check, expected = CHECKS[name]
    sandbox.assume(**{name: choice})
    assert check(api, sandbox) == expected[choice]


@pytest.mark.parametrize(("name", "choices"), [("captcha_seconds", (300, 60)), ("sms_seconds", (300, 60))])
def test_lifetimes_of_codes(
    name: str, choices: tuple[int, ...], inside: falcon.testing.TestClient, store: Store
) -> None:
    for seconds in choices:
        store.switches.choose({name: str(seconds), "captcha_binding": "none", "sms_resend_seconds": "0"})
        for age, right in ((seconds - 1, True), (seconds + 1, False)):
            with time_machine.travel(1_730_000_000, tick=False) as clock:
                captcha_code = store.weila.captchas.issue("visitor", "127.0.0.1").code
                store.weila.sms.send(NEW, "reset-password")
                sms_code = store.weila.sms.messages()[-1].code
                clock.shift(age)
                if name == "captcha_seconds":
                    body = {"phone": NEW, "country_code": "86", "sms_type": "bind-phone"}
                    operation, body["verify_code"] = "send-sms-verifycode", captcha_code
                else:
                    operation, body = "reset-password", {"phone": NEW, "verify_code": sms_code}
                    body |= {"country_code": "86", "password": md5("x")}
                errcode = inside.simulate_post(f"/weila/v1/corp/web/{operation}", json=body).json["errcode"]
            passed = errcode not in (44005, 44006)
            assert passed is right


@pytest.mark.parametrize("choice", ["2592000", "172800"])
def test_lifetime_of_a_refresh_token(choice: str, inside: falcon.testing.TestClient, store: Store) -> None:
    store.switches.choose({"refresh_seconds": choice})
    for age, errcode in ((int(choice) - 1, 0), (int(choice) + 1, 31)):
        with time_machine.travel(1_730_000_000, tick=False) as clock:
            session = store.weila.tokens.open(OWNER_ID)
            clock.shift(age)
            answer = inside.simulate_post(
                "/weila/v1/sessions/refresh",
                params={"access-token": session.access},
                json={"refresh_token": session.refresh},
            )
        assert answer.json["errcode"] == errcode


def test_no_assumption_is_left_out() -> None:
    apart = {"captcha_seconds", "sms_seconds", "refresh_seconds"}
    assert CHECKS.keys() | apart == {one.name for one in ASSUMPTIONS}
    assert [one.number for one in ASSUMPTIONS] == [f"A{n:02}" for n in range(1, len(ASSUMPTIONS) + 1)]
    assert list(REASONS_ZH) == [one.number for one in ASSUMPTIONS]
    assert all(len(one.choices) >= 2 and one.reason.endswith(".") for one in ASSUMPTIONS)
