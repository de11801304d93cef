"""Write static/css/tabler.css: what the console can use of the vendored style sheet, a third of its weight.

A rule stays when every class that it names is written in our templates, scripts or strings: as a word or, where a
``class="…"`` puts it together, as a pattern (``bg-{{ color }}-lt``). What is written down is never missed; some
rules stay that nobody uses, for words that mean something else.

`--check` changes nothing and fails when the file is not what would be written.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tinycss2  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
LOCK = STATIC / "vendor" / "assets.lock.json"
WRITTEN = STATIC / "css" / "tabler.css"
ROOMS = ["accounts", "audit", "changes", "common", "console", "groups", "media", "orgs", "sheets"]
WITH_RULES = {"media", "supports"}

_CLASSES = re.compile(r'class="([^"]*)"')
_STRING = re.compile(r"""(?<!")"[^"\n]+"(?!")|'[^'\n]+'""")  # of Python: what a class can be in
_WORD = re.compile(r"[A-Za-z][\w-]*")
_HOLE = r"\{\{[^{}]*\}\}|\{[^{}%]*\}"  # of a template, of Python
_TOGETHER = re.compile(rf"[\w-]*-(?:{_HOLE})[\w-]*|(?:{_HOLE})-[\w-]+")


def main() -> int:
    [source] = [STATIC / name for name in json.loads(LOCK.read_text())["written"] if name.endswith(".css")]
    rules = tinycss2.parse_stylesheet(source.read_text(), skip_comments=True, skip_whitespace=True)
    sheet = f"/* Written by `make styles` from {source.relative_to(STATIC)}, MIT license. */\n"
    sheet += "".join(_kept(rules, _written_down()))
    if "--check" in sys.argv:
        if WRITTEN.read_text() == sheet:
            return 0
        print(f"{WRITTEN.relative_to(ROOT)} is not what the pages use now: make styles", file=sys.stderr)
        return 1
    WRITTEN.write_text(sheet)
    print(f"{source.stat().st_size:>9,} {source.relative_to(ROOT)}")
    print(f"{WRITTEN.stat().st_size:>9,} {WRITTEN.relative_to(ROOT)}")
    return 0


def _written_down() -> Callable[[str], bool]:
    """Whether a name occurs in what pages are made of."""
    pages = [
        path.read_text() for path in [*(ROOT / "templates").rglob("*.html"), *(STATIC / "js").glob("*.js")]
    ]
    code = [path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    words = set(_WORD.findall("\n".join([*pages, *(one for text in code for one in _STRING.findall(text))])))
    classes = " ".join(one for text in [*pages, *code] for one in _CLASSES.findall(text))
    patterns = [
        re.compile(r"[\w-]+".join(map(re.escape, re.split(_HOLE, name))))
        for name in set(_TOGETHER.findall(classes))
    ]
    return lambda name: name in words or any(pattern.fullmatch(name) for pattern in patterns)


def _kept(rules: list[Any], written_down: Callable[[str], bool]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if all(map(written_down, _names(one)))]
            if selectors:
                said = ",".join(tinycss2.serialize(one).strip() for one in selectors)
                yield f"{said}{{{tinycss2.serialize(rule.content)}}}\n"
        elif rule.at_keyword in WITH_RULES:
            within = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            inside = "".join(_kept(within, written_down))
            if inside:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{\n{inside}}}\n"
        elif rule.at_keyword != "charset":  # has to be the first line, and is sent with the file anyway
            yield f"{rule.serialize()}\n"


def _selectors(prelude: list[Any]) -> list[list[Any]]:
    selectors: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def _names(selector: list[Any]) -> Iterator[str]:
    """The classes of a selector; those within :not() and its like say nothing about whether it is used."""
    for before, token in zip([None, *selector], selector, strict=False):
        if token.type == "ident" and before == ".":
            yield token.value


if __name__ == "__main__":
    raise SystemExit(main())
