"""What a cell's text is: cleaned of what nobody sees, and harmless to the spreadsheet that opens it."""

import re

# What a cell says whose formula was never calculated: that there is one, and nothing that anybody means by a text.
UNCALCULATED = "=?"
# Around a text these are no part of it: contacts copied on Windows stand between marks of direction.
_UNSEEN = "\ufeff\u200b\u2060\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_AROUND = _UNSEEN + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
# Words stand on both sides of these; other control characters are noise.
_BREAKS = "\t\n\v\f\r\x85\u2028\u2029"
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0))) | {ord(one): " " for one in _BREAKS}

# What a spreadsheet takes for a formula when it opens a text file. Chinese ones know the full-width signs, too.
_FORMULA = re.compile(r"\A'*[=+\-@＝＋－＠]")
_NEUTRAL = re.compile(r"\A'+[=+\-@＝＋－＠]")

_EXPONENT = re.compile(r"\A[0-9](\.[0-9]+)?[eE]\+?[0-9]+\Z")
_EXACT_DIGITS = 15  # a spreadsheet's number has no more; what follows became zeros


def clean(text: str) -> str:
    """Without the white space around it, full-width and unseen included, and without control characters.

    Breaks between lines and tabs become spaces.
    """
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    return text.strip(_AROUND)


def neutral(text: str) -> str:
    """For a text file: an apostrophe in front of what would be calculated. ``plain`` takes it away again."""
    return f"'{text}" if _FORMULA.match(text) else text


def escaped(text: str) -> str:
    """For a workbook, where texts are never calculated: only what ``plain`` would change is changed."""
    return f"'{text}" if _NEUTRAL.match(text) else text


def plain(text: str) -> str:
    """What ``neutral`` or ``escaped`` was given."""
    return text[1:] if _NEUTRAL.match(text) else text


def looks_rounded(text: str) -> bool:
    """Whether this was a long number of which a spreadsheet lost the last digits: 1.38E+10, 110101199001011000."""
    too_long = len(text) > _EXACT_DIGITS and text.isdecimal() and not text[_EXACT_DIGITS:].strip("0")
    return too_long or bool(_EXPONENT.match(text))
