"""What is particular to reaching Weila."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from upstream.config import HttpConfig
from upstream.errors import Codes
from upstream.secret import Secret

# No document lists the codes. 31 is the vendor console's TOKEN_INVALID and 45016 its
# USER_IS_NOT_REGIST_CORP (a personal account). What 32 means is unknown; the vendor's console doesn't retry
# on it, so it is taken for a matter of permission. 105 is 账号或密码错误 in the document's examples.
WEILA_CODES = Codes(
    session_over=frozenset({31}),
    forbidden=frozenset({32, 45016}),
    wrong_password=frozenset({105}),
)
NOT_A_COMPANY_USER = 45016
WRONG_PICTURE_CODE = 44005  # 图片验证码校验失败 (weila.md, 发送短信验证码)


@dataclass(frozen=True, slots=True)
class Signature:
    """The query parameters ``app_id``, ``et`` and ``sign`` that the vendor's console adds.

    The document doesn't mention them and nothing shows that v1 asks for them, so they are sent only where
    they are configured. ``sign`` is MD5(et + key), ``et`` the Unix time in seconds.
    """

    app_id: str
    app_key: Secret = field(repr=False)
    clock: Callable[[], float] = time.time

    def __call__(self) -> Mapping[str, str]:
        et = str(int(self.clock()))
        signed = (et + self.app_key.reveal()).encode()
        sign = hashlib.md5(signed, usedforsecurity=False).hexdigest()
        return {"app_id": self.app_id, "et": et, "sign": sign}


def weila_config(
    base_url: str, *, signature: Signature | None = None, codes: Codes = WEILA_CODES
) -> HttpConfig:
    """The usual configuration; ``dataclasses.replace`` changes its times and limits.

    :param base_url: where the document's ``/v1/…`` begins (the sandbox: ``http://127.0.0.1:9000/weila``).
    """
    if signature is None:
        return HttpConfig(system="weila", base_url=base_url, codes=codes)
    return HttpConfig(system="weila", base_url=base_url, codes=codes, extra_query=signature)
