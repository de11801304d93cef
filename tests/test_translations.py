"""The catalogs as data: what a translation must not lose, and the house style of the Chinese texts."""

import re
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

CATALOG = polib.pofile(
    str(Path(__file__).resolve().parent.parent / "locale/zh_Hans/LC_MESSAGES/django.po"),
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\}")
TAG = re.compile(r"<[^>]+>")
LINK = re.compile(r'(?:href|target|rel|class)="[^"]*"')
HAN = r"[\u4e00-\u9fff]"


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def shown(text: str) -> str:
    """What of a translation is read: without markup, and with a word where a value will stand."""
    return PLACEHOLDER.sub("…", TAG.sub("", text))


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.msgid[:40])
def test_a_translation_keeps_what_is_filled_in(entry: polib.POEntry) -> None:
    source = entry.msgid_plural or entry.msgid
    for text in texts(entry):
        # In Chinese every number takes the same form, so the number always has to be said.
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(source))
        assert sorted(TAG.findall(text)) == sorted(TAG.findall(source))
        assert LINK.findall(text) == LINK.findall(source)


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.msgid[:40])
def test_chinese_has_its_own_punctuation_and_a_space_before_latin(entry: polib.POEntry) -> None:
    for text in map(shown, texts(entry)):
        assert not re.search(rf"{HAN}[,.:;?!()]|[,:;?!()]{HAN}", text)
        assert not re.search(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}", text)
        assert not re.search(r"\s[，。：；？！]|[，。：；？！]\s", text)


def test_the_framework_speaks_our_chinese() -> None:
    with translation.override("zh-hans"):
        assert gettext("This field is required.") == "请填写此项。"
        assert "字符" in ngettext(
            "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
            8,
        )
        assert "变量" not in gettext("Select a valid choice. %(value)s is not one of the available choices.")
