"""Steps that several tests take."""

from __future__ import annotations

from typing import Any

from tests.sandbox.api import Api, md5
from tests.support.sandbox import ORG, SandboxProcess

OWNER_ID, PERSON, DEVICE, DEPT, GROUP = 1253444, 1253446, 1253448, 6, 80000528
MANAGER_PHONE, MEMBER_PHONE, ABROAD_PHONE = "13353236160", "13353236161", "61234567"
NO_ORG_PHONE, PERSONAL_PHONE = "13353236170", "13353236171"


def captcha(api: Api, sandbox: SandboxProcess) -> str:
    """A fresh picture's code."""
    assert api.picture().status_code == 200
    return str(sandbox.captchas()[0]["code"])


def ask_sms(api: Api, sandbox: SandboxProcess, phone: str, sms_type: str) -> dict[str, Any]:
    code = captcha(api, sandbox)
    return api.call(
        "send-sms-verifycode", phone=phone, country_code="86", sms_type=sms_type, verify_code=code
    )


def sms(api: Api, sandbox: SandboxProcess, phone: str, sms_type: str) -> str:
    """The code of an SMS that was sent."""
    assert ask_sms(api, sandbox, phone, sms_type)["errcode"] == 0
    message = next(one for one in sandbox.inbox() if one["kind"] != "device")
    assert (message["phone"], message["kind"]) == (phone, sms_type)
    return str(message["code"])


def waiting_device(sandbox: SandboxProcess) -> str:
    return str(next(one["code"] for one in sandbox.inbox() if one["kind"] == "device"))


def create_member(owner: Api, **fields: object) -> dict[str, Any]:
    return owner.data("member-create", **({"org_num": ORG, "name": "张三", "password": md5("x1")} | fields))
