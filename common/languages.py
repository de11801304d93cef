"""What people may type or bring in a file in any language of ours, whichever they have chosen."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override


def in_each(text: str | Promise) -> list[str]:
    """A translatable text in each of our languages."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(str(text))
    return said
