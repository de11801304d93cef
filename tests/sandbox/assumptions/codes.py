"""Picture and SMS codes."""

from __future__ import annotations

from tests.sandbox.api import Api, md5
from tests.sandbox.assumptions.checks import NEW, Outcome, outcome
from tests.sandbox.flows import ask_sms, captcha, sms
from tests.support.sandbox import SandboxProcess


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
