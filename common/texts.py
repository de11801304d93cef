"""Texts made of translatable texts."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, override


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
