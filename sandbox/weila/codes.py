"""Picture codes and SMS codes: who they were given to, how long they hold, and that they work once."""

from __future__ import annotations

import secrets
import time
from collections import deque
from dataclasses import dataclass

from sandbox.assumptions import Switches

from .errors import SMS_TOO_SOON, WRONG_CAPTCHA, WRONG_SMS_CODE, Refused

SMS_TYPES = ("regist", "reset-password", "bind-phone")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without what a picture makes ambiguous
_KEPT = 1000


@dataclass
class Captcha:
    code: str
    visitor: str
    address: str
    at: float
    used: bool = False


class Captchas:
    """Pictures that were handed out. What ties one to its visitor is assumption A01."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._issued: deque[Captcha] = deque(maxlen=_KEPT)

    def issue(self, visitor: str, address: str) -> Captcha:
        code = "".join(secrets.choice(_LETTERS) for _ in range(4))
        captcha = Captcha(code, visitor, address, time.time())
        for earlier in self._issued:  # a new picture replaces the visitor's last one
            earlier.used = earlier.used or earlier.visitor == visitor
        self._issued.append(captcha)
        return captcha

    def check(self, answer: str, visitor: str, address: str) -> None:
        """Use up the visitor's picture; 44005 unless the answer is right."""
        captcha = self._candidate(answer, visitor, address)
        right = captcha is not None and self._same(captcha.code, answer)
        if captcha is not None and (right or self._switches.get("captcha_use") == "once"):
            captcha.used = True
        if not right:
            raise Refused(WRONG_CAPTCHA)

    def _candidate(self, answer: str, visitor: str, address: str) -> Captcha | None:
        binding = self._switches.get("captcha_binding")
        oldest = time.time() - self._switches.seconds("captcha_seconds")
        for captcha in reversed(self._issued):
            if captcha.used or captcha.at < oldest:
                continue
            if binding == "cookie" and captcha.visitor != visitor:
                continue
            if binding == "address" and captcha.address != address:
                continue
            if binding == "none" and not self._same(captcha.code, answer):
                continue
            return captcha
        return None

    def _same(self, code: str, answer: str) -> bool:
        return code == (answer if self._switches.get("captcha_case") == "exact" else answer.lower())

    def listed(self) -> list[dict[str, object]]:
        return [{"code": one.code, "at": round(one.at, 3)} for one in reversed(self._issued)]


@dataclass
class Message:
    phone: str
    kind: str
    code: str
    at: float
    used: bool = False


class SmsCodes:
    """SMS messages "sent", and the check of their codes per phone and sms_type."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._sent: deque[Message] = deque(maxlen=_KEPT)

    def send(self, phone: str, kind: str) -> None:
        last = self._last(phone, kind)
        if last and time.time() - last.at < self._switches.seconds("sms_resend_seconds"):
            raise Refused(SMS_TOO_SOON)
        self._sent.append(Message(phone, kind, f"{secrets.randbelow(10**6):06}", time.time()))

    def check(self, phone: str, kind: str, code: str) -> Message:
        """The message whose code this is. The caller marks it used once everything else is right."""
        last = self._last(phone, kind)
        if last is None or last.used or last.code != code:
            raise Refused(WRONG_SMS_CODE)
        if time.time() - last.at > self._switches.seconds("sms_seconds"):
            raise Refused(WRONG_SMS_CODE)
        return last

    def _last(self, phone: str, kind: str) -> Message | None:
        return next((one for one in reversed(self._sent) if (one.phone, one.kind) == (phone, kind)), None)

    def messages(self) -> list[Message]:
        return list(self._sent)
