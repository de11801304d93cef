"""What the cells of an imported file mean, in any of our languages."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from common import texts
from common.forms import PhoneField
from common.spreadsheets import looks_rounded
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
    "switch": {"是": 1, "否": 0, "yes": 1, "no": 0, "true": 1, "false": 0, "1": 1, "0": 0, "√": 1, "×": 0},
    "sex": {"男性": 0, "女性": 1, "m": 0, "f": 1},
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
_SECONDS = re.compile(r"\A\D*?([0-9]{1,6})\s*\D*\Z")


class Bad(Exception):
    """A cell that can't be used; ``code`` with ``params`` is a problem of ``changes.vocabulary``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def name(text: str) -> str:
    """The name of anything."""
    if len(text) > NAME_LIMIT:
        raise Bad("name_too_long", limit=NAME_LIMIT)
    return text


def phone(text: str) -> str:
    """A phone number without what people put between its digits."""
    if looks_rounded(text):
        raise Bad("rounded")
    try:
        return str(_PHONE.clean(text))
    except ValidationError:
        raise Bad("not_a_phone") from None


def job_number(text: str) -> str:
    if len(text) > JOB_NUMBER_LIMIT:
        raise Bad("too_long", limit=JOB_NUMBER_LIMIT)
    return text


def code(text: str) -> str:
    """The code that a device shows."""
    if len(text) > CODE_LIMIT or not _CODE.match(text):
        raise Bad("not_a_code")
    return text


def password(text: str) -> str:
    """A first password that the file brings."""
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
    known = _words("track").get(normalized(text))
    if known is not None:
        return known
    found = _SECONDS.match(text)
    if found is None or not TRACK_SECONDS_LEAST <= int(found[1]) <= TRACK_SECONDS_MOST:
        raise Bad("not_a_track", least=TRACK_SECONDS_LEAST, most=TRACK_SECONDS_MOST)
    return int(found[1])


@lru_cache(maxsize=4096)  # the same few words in every row
def _chosen(kind: str, text: str) -> int:
    value = _words(kind).get(normalized(text))
    if value is None:
        raise Bad("not_a_choice")
    return value


@cache
def _words(kind: str) -> Mapping[str, int]:
    """The words of all our languages for these values."""
    choices: Mapping[str, Callable[[], Iterable[tuple[Any, Any]]]] = {
        "switch": lambda: ON_OFF,
        "sex": lambda: SEXES,
        "state": lambda: MemberState.choices,
        "type": lambda: MemberType.choices,
        "track": lambda: Track.choices,
    }
    words = {normalized(word): value for word, value in _ALSO[kind].items()}
    for value, label in choices[kind]():
        words |= {normalized(said): int(value) for said in texts.in_each(label)}
    return words
