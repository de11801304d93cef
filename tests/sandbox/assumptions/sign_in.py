"""Signing in, and tokens."""

from __future__ import annotations

import hashlib

from tests.sandbox.api import Api, md5
from tests.sandbox.assumptions.checks import Outcome, outcome
from tests.sandbox.flows import ABROAD_PHONE, MANAGER_PHONE, MEMBER_PHONE, PERSONAL_PHONE
from tests.support.sandbox import ORG, PASSWORD, SandboxProcess


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
