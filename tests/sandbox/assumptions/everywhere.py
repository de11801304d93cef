"""What holds for every operation."""

from __future__ import annotations

from tests.sandbox.api import Api
from tests.sandbox.assumptions.checks import Outcome, outcome
from tests.sandbox.flows import MEMBER_PHONE, PERSON
from tests.support.sandbox import ORG, SandboxProcess


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
