"""What the cells of an imported file mean, in any of our languages."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from common import texts
from common.forms import PhoneField
from common.spreadsheets import UNCALCULATED, looks_rounded
from orgs import passwords
from orgs.forms.fields import CODE_LIMIT, NAME_LIMIT, TRACK_SECONDS_LEAST, TRACK_SECONDS_MOST
from orgs.models import MemberState, MemberType, Track
from orgs.search import normalized
from orgs.words import ON_OFF, SEXES

JOB_NUMBER_LIMIT = 40
_PHONE = PhoneField()
_CODE = re.compile(r"\A[0-9A-Za-z]+\Z")
# What people write instead of our own words.
_ALSO: Mapping[str, Mapping[str, int]] = {
    "switch": {
        **dict.fromkeys(("是", "开", "打开", "开启", "开通", "yes", "y", "true", "1", "√"), 1),
        **dict.fromkeys(("否", "关", "关闭", "no", "n", "false", "0", "×"), 0),
    },
    "sex": {"男性": 0, "男士": 0, "先生": 0, "m": 0, "女性": 1, "女士": 1, "f": 1},
    "state": {
        "正常": 0,
        "启用": 0,
        "暂停": 1,
        "停用": 1,
        "禁用": 1,
        "在用": 0,
        "active": 0,
        "disabled": 1,
        "0": 0,
        "1": 1,
    },
    "type": {},
    "track": {},
}
# What a formula says that can't be calculated, in Excel and WPS. Nobody means it.
_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_TOTAL = re.compile(r"\A(合计|总计|小计|共计|total|subtotal|sum)[:：]?\s*[0-9]*\s*(人|名)?\Z", re.IGNORECASE)
# Digits that a program has written as a fraction, or a person with the apostrophe that makes them a text.
_DIGITS = re.compile(r"\A'?(\+?[0-9]+)(?:\.0+)?\Z")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u202a\u202c\u202d"))
# Weila stores mobile numbers of the mainland without the country code that address books put in front.
_MAINLAND = re.compile(r"\A(?:\+|00)?86(1[3-9][0-9]{9})\Z")
_SECONDS = re.compile(r"\A\D*?([0-9]{1,6})\s*\D*\Z")


class Bad(Exception):
    """A cell that can't be used; ``code`` with ``params`` is a problem of ``changes.vocabulary``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def refuse_errors(text: str) -> None:
    """Raise ``Bad`` for what is no value, but a formula that has failed, or was never calculated."""
    if text == UNCALCULATED:
        raise Bad("formula_uncalculated")
    if text.upper() in _ERRORS:
        raise Bad("formula_error")


def digits(text: str) -> str:
    """A number that stands for something, such as a Weila number; any other text stays as it is."""
    found = _DIGITS.match(unicodedata.normalize("NFKC", text).translate(_UNSEEN))
    return found[1] if found else text


def number(text: str) -> str:
    """A Weila number, or that of a department or a group."""
    refuse_errors(text)
    return digits(text)


def name(text: str) -> str:
    """The name of anything."""
    refuse_errors(text)
    if len(text) > NAME_LIMIT:
        raise Bad("name_too_long", limit=NAME_LIMIT)
    return text


def person(text: str) -> str:
    """The name of somebody; not that of the row below a table in which things are counted."""
    if _TOTAL.match(text):
        raise Bad("total")
    return name(text)


def phone(text: str) -> str:
    """A phone number without what people put between its digits, and without the country code of the mainland."""
    refuse_errors(text)
    text = digits(text)
    if looks_rounded(text):
        raise Bad("rounded")
    try:
        return domestic(str(_PHONE.clean(text.translate(_UNSEEN).removeprefix("'"))))
    except ValidationError:
        raise Bad("not_a_phone") from None


def domestic(phone: str) -> str:
    """A mobile number of the mainland as Weila stores it; any other number stays as it is."""
    found = _MAINLAND.match(phone)
    return found[1] if found else phone


def job_number(text: str) -> str:
    refuse_errors(text)
    if len(text) > JOB_NUMBER_LIMIT:
        raise Bad("too_long", limit=JOB_NUMBER_LIMIT)
    return text


def code(text: str) -> str:
    """The code that a device shows."""
    refuse_errors(text)
    if len(text) > CODE_LIMIT or not _CODE.match(text):
        raise Bad("not_a_code")
    return text


def password(text: str) -> str:
    """A first password that the file brings."""
    refuse_errors(text)
    if passwords.problems(text):
        raise Bad("password_too_short", least=passwords.MINIMUM)
    return text


def sex(text: str) -> int:
    return _chosen("sex", text)


def switch(text: str) -> int:
    return _chosen("switch", text)


def state(text: str) -> int:
    return _chosen("state", text)


def member_type(text: str) -> int:
    return _chosen("type", text)


def track(text: str) -> int:
    """A frequency by name, or seconds: "every 30 seconds", "30"."""
    refuse_errors(text)
    known = _words("track").get(normalized(text))
    if known is not None:
        return known
    found = _SECONDS.match(text)
    if found is None or not TRACK_SECONDS_LEAST <= int(found[1]) <= TRACK_SECONDS_MOST:
        raise Bad("not_a_track", least=TRACK_SECONDS_LEAST, most=TRACK_SECONDS_MOST)
    return int(found[1])


@lru_cache(maxsize=4096)  # the same few words in every row
def _chosen(kind: str, text: str) -> int:
    refuse_errors(text)
    value = _words(kind).get(normalized(text))
    if value is None:
        raise Bad("not_one_of", words=" / ".join(_labels(kind)))
    return value


@cache
def _words(kind: str) -> Mapping[str, int]:
    """The words of all our languages for these values."""
    words = {normalized(word): value for word, value in _ALSO[kind].items()}
    return words | {normalized(label): value for label, value in _labels(kind).items()}


@cache
def _labels(kind: str) -> Mapping[str, int]:
    """Our own words for these values, in all our languages."""
    choices: Mapping[str, Callable[[], Iterable[tuple[Any, Any]]]] = {
        "switch": lambda: ON_OFF,
        "sex": lambda: SEXES,
        "state": lambda: MemberState.choices,
        "type": lambda: MemberType.choices,
        "track": lambda: Track.choices,
    }
    return labels(choices[kind]())


def labels(choices: Iterable[tuple[Any, Any]]) -> Mapping[str, int]:
    """The words of these values, first all of one of our languages, then all of the next; with their values."""
    found = [(texts.in_each(label), int(value)) for value, label in choices]
    return {said[language]: value for language in range(len(settings.LANGUAGES)) for said, value in found}
