"""Codes, sign-up, sign-in, tokens."""

from __future__ import annotations

import io

import falcon.testing
import time_machine
from PIL import Image

from sandbox.store import Store
from tests.sandbox.api import Api, md5
from tests.sandbox.flows import NO_ORG_PHONE, PERSON, PERSONAL_PHONE, ask_sms, captcha, sms
from tests.support.sandbox import ORG, PASSWORD, SandboxProcess

NEW = "18675500568"


def test_picture_is_a_png_of_the_asked_size(api: Api) -> None:
    answer = api.picture(160, 80)
    assert answer.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (160, 80)
    assert Image.open(io.BytesIO(api.picture(999999, 1).content)).size == (600, 20)
    assert api.picture("x").json()["errcode"] == 40001


def test_sign_up_then_in(api: Api, sandbox: SandboxProcess) -> None:
    code = sms(api, sandbox, NEW, "regist")
    made = api.data("regist", phone=NEW, verify_code=code, password=md5("secret"))
    assert made["country_code"] == "0"
    signed_in = api.data("login-by-name", user_name=made["user_name"], password=md5("secret"))
    assert "org" not in signed_in
    assert signed_in["user"]["bind_phone"] == NEW
    assert api.errcode("regist", phone=NEW, verify_code=code, password=md5("again")) == 44006


def test_a_wrong_picture_code_is_44005_and_uses_the_picture_up(api: Api, sandbox: SandboxProcess) -> None:
    right = captcha(api, sandbox)
    body = {"phone": NEW, "country_code": "86", "sms_type": "regist"}
    assert api.errcode("send-sms-verifycode", verify_code="0000", **body) == 44005
    assert api.errcode("send-sms-verifycode", verify_code=right, **body) == 44005


def test_a_picture_belongs_to_its_visitor(api: Api, sandbox: SandboxProcess) -> None:
    code = captcha(api, sandbox)
    body = {"phone": NEW, "country_code": "86", "sms_type": "regist", "verify_code": code}
    assert Api(sandbox.weila_url).errcode("send-sms-verifycode", **body) == 44005
    assert api.errcode("send-sms-verifycode", **body) == 0
    assert api.errcode("send-sms-verifycode", **body) == 44005


def test_sms_codes_belong_to_phone_and_kind_and_wait_between(api: Api, sandbox: SandboxProcess) -> None:
    code = sms(api, sandbox, NEW, "regist")
    assert api.errcode("regist", phone="18600000001", verify_code=code, password=md5("x")) == 44006
    wrong_kind = {"phone": NEW, "country_code": "86", "verify_code": code, "password": md5("x")}
    assert api.errcode("reset-password", **wrong_kind) == 44006
    assert ask_sms(api, sandbox, NEW, "regist")["errcode"] == 44007
    assert ask_sms(api, sandbox, NEW, "bind-phone")["errcode"] == 0
    assert ask_sms(api, sandbox, NEW, "no-such-kind")["errcode"] == 40001


def test_codes_end_with_time(inside: falcon.testing.TestClient, store: Store) -> None:
    corp = "/weila/v1/corp/web/"
    with time_machine.travel(1_730_000_000, tick=False) as clock:
        inside.simulate_get(corp + "get-verifycode-image", params={"width": "150", "height": "50"})
        captcha = store.weila.captchas.listed()[0]["code"]
        clock.shift(301)
        body = {"phone": NEW, "country_code": "86", "sms_type": "regist", "verify_code": captcha}
        store.switches.choose({"captcha_binding": "none"})
        assert inside.simulate_post(corp + "send-sms-verifycode", json=body).json["errcode"] == 44005
        store.weila.sms.send(NEW, "regist")
        code = store.weila.sms.messages()[-1].code
        clock.shift(301)
        late = {"phone": NEW, "verify_code": code, "password": md5("x")}
        assert inside.simulate_post(corp + "regist", json=late).json["errcode"] == 44006


def test_wrong_password_is_the_string_105(api: Api) -> None:
    assert api.sign_in(password="wrong") == {"errcode": "105", "errmsg": "账号或密码错误"}
    assert api.sign_in(phone="19900000000")["errcode"] == "105"


def test_accounts_other_than_corp_people(api: Api) -> None:
    assert api.sign_in(PERSONAL_PHONE)["errcode"] == 45016
    assert "org" not in api.sign_in(NO_ORG_PHONE)["data"]
    assert api.call("org-my-org")["data"] == {"corp": None}
    assert api.errcode("get-address-list", org_num=ORG) == 45003


def test_the_second_credential_works_as_it_is(owner: Api) -> None:
    credential = owner.sign_in()["data"]["account"]["password"]
    assert len(credential) == 32
    assert owner.data("login-by-name", user_name="70015325", password=credential)["user"]["id"] == 1253444


def test_every_token_is_easy_to_find(owner: Api) -> None:
    assert owner.token.startswith("sandbox-")
    assert owner.refresh_token.startswith("sandbox-")
    assert len(owner.token) == 32


def test_refresh_rotates_both_tokens(owner: Api) -> None:
    access, refresh = owner.token, owner.refresh_token
    renewed = owner.refresh()["data"]
    assert renewed["expires_in"] == 86400
    assert len({access, refresh, renewed["access_token"], renewed["refresh_token"]}) == 4
    assert owner.errcode("org-my-org") == 0
    owner.token, owner.refresh_token = access, refresh
    assert owner.errcode("org-my-org") == 31
    assert owner.refresh()["errcode"] == 31


def test_tokens_end_after_a_day_and_refresh_still_works(
    inside: falcon.testing.TestClient, store: Store
) -> None:
    with time_machine.travel(1_730_000_000, tick=False) as clock:
        session = store.weila.tokens.open(1253444)
        query = {"access-token": session.access}
        own = "/weila/v1/corp/web/org-my-org"
        clock.shift(86_399)
        assert inside.simulate_post(own, params=query).json["errcode"] == 0
        clock.shift(1)
        assert inside.simulate_post(own, params=query).json["errcode"] == 31
        body = {"refresh_token": session.refresh}
        answer = inside.simulate_post("/weila/v1/sessions/refresh", params=query, json=body).json
        assert answer["errcode"] == 0
        query = {"access-token": answer["data"]["access_token"]}
        assert inside.simulate_post(own, params=query).json["errcode"] == 0


def test_reset_password_with_an_sms_code(api: Api, sandbox: SandboxProcess) -> None:
    api.sign_in("16675441248")
    code = sms(api, sandbox, "16675441248", "reset-password")
    body = {"phone": "16675441248", "country_code": "86", "verify_code": code, "password": md5("new")}
    assert api.call("reset-password", **body) == {"errcode": 0, "errmsg": "请求成功"}
    assert api.errcode("org-my-org") == 31
    assert api.sign_in("16675441248", PASSWORD)["errcode"] == "105"
    assert api.sign_in("16675441248", "new")["errcode"] == 0


def test_change_password_ends_other_sessions(owner: Api, sandbox: SandboxProcess) -> None:
    other = Api(sandbox.weila_url)
    other.sign_in()
    assert owner.errcode("user-change-password", old_password=md5("no"), new_password=md5("n")) == "105"
    assert owner.errcode("user-change-password", old_password=md5(PASSWORD), new_password="short") == 40001
    assert owner.errcode("user-change-password", old_password=md5(PASSWORD), new_password=md5("n")) == 0
    assert (owner.errcode("org-my-org"), other.errcode("org-my-org")) == (0, 31)


def test_bind_phone(owner: Api, sandbox: SandboxProcess) -> None:
    code = sms(owner, sandbox, NEW, "bind-phone")
    body = {"phone": NEW, "verify_code": code}
    assert owner.errcode("user-bind-phone", password=md5("no"), **body) == "105"
    assert owner.errcode("user-bind-phone", password=md5(PASSWORD), **body) == 0
    assert owner.data("user-selfinfo")["user"]["bind_phone"] == NEW
    assert owner.sign_in(NEW)["errcode"] == 0
    assert owner.sign_in()["errcode"] == "105"


def test_a_suspended_member_is_out(owner: Api, sandbox: SandboxProcess) -> None:
    assert owner.errcode("member-reset-password", org_num=ORG, member_id=PERSON, password=md5("m")) == 0
    member = Api(sandbox.weila_url)
    member.take(member.call("login-by-name", user_name="70011173", password=md5("m")))
    assert owner.errcode("member-change-state", org_num=ORG, member_id=PERSON, state=1) == 0
    assert member.errcode("org-my-org") == 31
    assert member.errcode("login-by-name", user_name="70011173", password=md5("m")) == 106
