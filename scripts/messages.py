"""Collect the texts of the interface for translation, and compile the translated ones.

`--check` changes nothing and fails when a text is not collected, not translated, or not compiled.
The compiled file is committed, so that running the console needs no gettext.
"""

import os
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
IGNORED = [".venv", ".data", "tests", "bench", "sandbox", "static", "scripts"]


def main() -> int:
    if "--check" in sys.argv:
        return check()
    collect(CATALOG)
    catalog = polib.pofile(str(CATALOG))
    catalog.save_as_mofile(str(CATALOG.with_suffix(".mo")))
    missing, fuzzy = len(catalog.untranslated_entries()), len(catalog.fuzzy_entries())
    print(f"{len(catalog)} texts, {missing} untranslated, {fuzzy} fuzzy")
    return 0


def check() -> int:
    kept = CATALOG.read_bytes()
    try:
        collect(CATALOG)
        fresh = polib.pofile(str(CATALOG))
    finally:
        CATALOG.write_bytes(kept)
    present = polib.pofile(kept.decode())
    problems = [
        f"not collected: {e.msgid!r}"
        for e in fresh
        if present.find(e.msgid, msgctxt=e.msgctxt or False) is None
    ]
    problems += [f"no longer used: {e.msgid!r}" for e in present if e.obsolete]
    problems += [f"not translated: {e.msgid!r}" for e in present.untranslated_entries()]
    problems += [f"fuzzy: {e.msgid!r}" for e in present.fuzzy_entries()]
    compiled = polib.mofile(str(CATALOG.with_suffix(".mo")))
    if {(e.msgid, e.msgstr) for e in compiled} != {(e.msgid, e.msgstr) for e in present if e.translated()}:
        problems.append("the compiled catalog is not up to date: make messages")
    print("\n".join(problems) or "translations: complete")
    return bool(problems)


def collect(catalog: Path) -> None:
    """Run Django's makemessages on our own files."""
    catalog.parent.mkdir(parents=True, exist_ok=True)
    ignored = [argument for name in IGNORED for argument in ("--ignore", name)]
    command = [
        sys.executable,
        "manage.py",
        "makemessages",
        "--locale",
        "zh_Hans",
        "--no-location",
        "--no-wrap",
    ]
    subprocess.run(
        [*command, "--no-obsolete", *ignored, "--verbosity", "0"], cwd=ROOT, check=True, env=environment()
    )


def environment() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}


if __name__ == "__main__":
    raise SystemExit(main())
