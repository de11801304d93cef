"""Codes, sign-up, sign-in, refresh, reset-password (weila.md, 登录、注册、验证码)."""

from __future__ import annotations

from . import pictures, wire
from .call import Call, Data, Raw
from .codes import SMS_TYPES
from .errors import (
    BAD_REQUEST,
    NOT_CORP_USER,
    PHONE_TAKEN,
    PHONE_UNKNOWN,
    SUSPENDED,
    UNKNOWN_ACCOUNT,
    WRONG_PASSWORD,
    Refused,
    role_refused,
)
from .model import PERSON, Account
from .model import SUSPENDED as STATE_SUSPENDED
from .tokens import EXPIRES_IN, Session


def get_verifycode_image(call: Call) -> Data:
    width, height = (_pixels(call.query.get(name, "")) for name in ("width", "height"))
    captcha = call.world.captchas.issue(call.visitor, call.address)
    return Raw(pictures.captcha(captcha.code, width, height), "image/png")


def _pixels(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 6:
        raise Refused(BAD_REQUEST, f"{BAD_REQUEST.text}: width, height")
    return int(value)


def send_sms_verifycode(call: Call) -> Data:
    phone = call.body.needed_phone()
    call.body.text("country_code", 6)
    kind = call.body.text("sms_type")
    if kind not in SMS_TYPES:
        raise Refused(BAD_REQUEST, f"{BAD_REQUEST.text}: sms_type")
    call.world.captchas.check(call.body.text("verify_code"), call.visitor, call.address)
    if call.world.switches.get("sms_phone_check") == "at-sms":
        _check_phone(call, phone, kind)
    call.world.sms.send(phone, kind)
    return None


def _check_phone(call: Call, phone: str, kind: str) -> None:
    known = phone in call.world.by_phone
    if kind == "reset-password" and not known:
        raise Refused(PHONE_UNKNOWN)
    if kind != "reset-password" and known:
        raise Refused(PHONE_TAKEN)


def regist(call: Call) -> Data:
    phone, password = call.body.needed_phone(), call.body.md5("password")
    message = call.world.sms.check(phone, "regist", call.body.text("verify_code"))
    _check_phone(call, phone, "regist")
    message.used = True
    world = call.world
    world.counters.regist_num += 1
    num = world.counters.regist_num
    account = Account(world.new_row(PERSON, str(num), name=f"微喇{num}"), bind_phone=phone)
    account.row.phone = phone
    world.set_password(world.add_account(account), password)
    return {"user_name": account.row.user_num, "country_code": "0", "password": account.credential}


def login_by_phone(call: Call) -> Data:
    phone = call.body.needed_phone()
    account = call.world.by_phone.get(phone)
    if account is None and _merged(call):
        account = call.world.by_num.get(phone)
    return _login(call, account)


def login_by_name(call: Call) -> Data:
    num = call.body.text("user_name")
    account = call.world.by_num.get(num)
    if account is None and _merged(call):
        account = call.world.by_phone.get(num)
    return _login(call, account)


def _merged(call: Call) -> bool:
    return call.world.switches.get("eight_digit_sign_in") == "merged"


def _login(call: Call, account: Account | None) -> Data:
    password, switches = call.body.text("password"), call.world.switches
    if account is None and switches.get("unknown_account") == "own-code":
        raise Refused(UNKNOWN_ACCOUNT)
    if account is None or account.password is None or password not in (account.password, account.credential):
        raise Refused(WRONG_PASSWORD)
    if account.personal and switches.get("personal_account") == "at-sign-in":
        raise Refused(NOT_CORP_USER)
    if account.row.state == STATE_SUSPENDED and switches.get("suspended_sign_in") == "refused":
        raise Refused(SUSPENDED)
    org = call.world.org_of(account)
    if org and account.row.type == PERSON and switches.get("member_sign_in") == "refused":
        raise role_refused(switches.get("role_code"))
    reply: dict[str, object] = {
        "user": wire.user(account, call.world.later),
        "account": {
            "user_name": account.row.user_num,
            "country_code": "0",
            "password": account.credential,
        },
    }
    if org:
        owner = call.world.accounts.get(org.owner_id)
        reply["org"] = wire.login_org(org, owner, switches, call.world.later)
    elif switches.get("no_org_login") == "null":
        reply["org"] = None
    return reply | _tokens(call.world.tokens.open(account.row.user_id))


def _tokens(session: Session) -> dict[str, object]:
    return {
        "access_token": session.access,
        "expires_in": EXPIRES_IN,
        "refresh_token": session.refresh,
    }


def refresh(call: Call) -> Data:
    access = call.query.get("access-token", "")
    return _tokens(call.world.tokens.refresh(access, call.body.text("refresh_token")))


def reset_password(call: Call) -> Data:
    phone, password = call.body.needed_phone(), call.body.md5("password")
    call.body.text("country_code", 6)
    message = call.world.sms.check(phone, "reset-password", call.body.text("verify_code"))
    _check_phone(call, phone, "reset-password")
    message.used = True
    account = call.world.by_phone[phone]
    call.world.set_password(account, password)
    if call.world.switches.get("password_change_ends") != "none":
        call.world.tokens.end(account.row.user_id)
    return None
