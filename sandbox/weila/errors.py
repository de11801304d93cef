"""Every errcode the simulated Weila answers, in one table with its origin.

DOCUMENT: an example of the document shows it. VENDOR: only the vendor's own clients know it.
ASSUMED: no source names a code for this refusal; the number is the sandbox's own choice, so nothing
may be built on it beyond "refused, with a text".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Origin(Enum):
    DOCUMENT = "document"
    VENDOR = "vendor"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Code:
    number: int
    text: str
    origin: Origin


class Refused(Exception):
    """A business refusal: HTTP 200 with an errcode."""

    def __init__(self, code: Code, text: str = "") -> None:
        super().__init__(code.number)
        self.code = code
        self.text = text or code.text


def _document(number: int, text: str) -> Code:
    return Code(number, text, Origin.DOCUMENT)


def _vendor(number: int, text: str) -> Code:
    return Code(number, text, Origin.VENDOR)


def _assumed(number: int, text: str) -> Code:
    return Code(number, text, Origin.ASSUMED)


WRONG_PASSWORD = _document(105, "账号或密码错误")
WRONG_CAPTCHA = _document(44005, "图片验证码校验失败,请刷新后再试!")

TOKEN_INVALID = _vendor(31, "令牌无效")
FORBIDDEN = _vendor(32, "没有权限")
NOT_CORP_USER = _vendor(45016, "用户不是企业用户")

BAD_SIGNATURE = _assumed(33, "签名错误")
UNKNOWN_ACCOUNT = _assumed(104, "账号不存在")
SUSPENDED = _assumed(106, "账号已停用")
ROLE_REFUSED = _assumed(40003, "角色无权操作")
BAD_REQUEST = _assumed(40001, "请求参数错误")
NAME_TOO_LONG = _assumed(40002, "名称过长")
WRONG_SMS_CODE = _assumed(44006, "短信验证码错误或已失效")
SMS_TOO_SOON = _assumed(44007, "短信发送过于频繁,请稍后再试")
PHONE_TAKEN = _assumed(44008, "手机号已被使用")
PHONE_UNKNOWN = _assumed(44009, "手机号未注册")
ORG_NOT_FOUND = _assumed(45001, "企业不存在")
HAS_ORG = _assumed(45002, "用户已有企业")
NO_ORG = _assumed(45003, "用户没有企业")
DEPT_NOT_FOUND = _assumed(45004, "部门不存在")
MEMBER_NOT_FOUND = _assumed(45005, "成员不存在")
GROUP_NOT_FOUND = _assumed(45006, "群组不存在")
OWNER_PROTECTED = _assumed(45007, "不能停用或删除企业主")
WRONG_DEVICE_CODE = _assumed(45008, "设备验证码错误")
DEPT_NOT_EMPTY = _assumed(45009, "部门下还有成员")
NAME_TAKEN = _assumed(45010, "名称已存在")
DEVICE_HAS_NO_PASSWORD = _assumed(45011, "设备不支持重置密码")
GROUP_FULL = _assumed(45012, "群成员已满")
FILE_MISSING = _assumed(46001, "没有上传文件")
FILE_TOO_LARGE = _assumed(46002, "文件过大")
NOT_AN_IMAGE = _assumed(46003, "文件不是图片")

CODES: tuple[Code, ...] = tuple(value for value in globals().values() if isinstance(value, Code))


def role_refused(role_code: str) -> Refused:
    """The refusal of a role, with the code that assumption A52 chooses."""
    return Refused(FORBIDDEN if role_code == "32" else ROLE_REFUSED)


def wire_errcode(code: Code, errcode_type: str) -> int | str:
    """The errcode as it travels: the document writes 105 as a string and 44005 as a number (A09)."""
    as_string = code is WRONG_PASSWORD if errcode_type == "as-document" else errcode_type == "string"
    return str(code.number) if as_string else code.number
