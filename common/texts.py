"""Texts made of translatable texts."""

import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, override, pgettext

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, signs of direction, halves of pairs, breaks


def in_each(text: str | Promise) -> list[str]:
    """A text in each of our languages: people type, and bring in files, whichever they like."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(str(text))
    return said


def labelled(label: str | Promise, text: str | Promise) -> str:
    """A text with what it is about in front."""
    return gettext("%(label)s: %(text)s") % {"label": label, "text": text}


def listed(items: Iterable[str | Promise]) -> str:
    """Several short things in one line."""
    return pgettext("between the items of a list", ", ").join(map(str, items))


def readable_name(name: str) -> str:
    """A file's name without what can't be seen: hidden letters make "gpj.exe" read "exe.jpg"."""
    letters = unicodedata.normalize("NFC", name)
    return "".join(one for one in letters if unicodedata.category(one) not in _UNSEEN).strip() or "file"
