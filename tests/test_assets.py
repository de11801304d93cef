"""Vendored files are what the lock says, and pages use nothing that is not there or not allowed."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
LOCK = json.loads((STATIC / "vendor" / "assets.lock.json").read_text())
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_every_vendored_file_is_the_locked_one() -> None:
    found = {
        path.relative_to(STATIC).as_posix(): "sha384-"
        + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in [*(STATIC / "vendor").glob("*/*"), STATIC / "icons.svg"]
    }
    assert found == LOCK["written"]


def test_no_vendored_file_asks_for_a_source_map() -> None:
    for path in (STATIC / "vendor").glob("*/*"):
        assert b"sourceMappingURL" not in path.read_bytes(), path


def test_every_package_is_pinned_and_its_license_is_kept() -> None:
    licenses = (STATIC / "vendor" / "LICENSES.txt").read_text()
    for package in LOCK["packages"]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["integrity"].startswith("sha512-")
        assert f"{package['name']} {package['version']}:" in licenses


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="tabler-([\w-]+)"', (STATIC / "icons.svg").read_text()))
    assert drawn == set(LOCK["icons"]["names"])
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""{% icon ["']([\w-]+)["']|icon=["']([\w-]+)["']""", path.read_text())
        for name in name
        if name
    }
    assert used
    assert used <= drawn


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_to_the_content_security_policy(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert not re.search(r"hx-on|hx-vals=.js:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert "<style" not in html
    assert "|safe" not in html


def test_vendored_addresses_in_the_pages_are_the_locked_ones() -> None:
    address = next(name for name in LOCK["written"] if name.endswith("chart.umd.min.js"))
    assert address in (ROOT / "templates/components/charts/columns.html").read_text()


def test_pages_have_every_class_of_the_vendored_sheet_that_they_use() -> None:
    """`make styles` writes anew what pages get of it."""
    [vendored] = (STATIC / "vendor").glob("*/*.css")
    known, written = (
        set(re.findall(r"\.([A-Za-z][\w-]*)", sheet.read_text()))
        for sheet in (vendored, STATIC / "css/tabler.css")
    )
    named = {
        name
        for path in TEMPLATES
        for classes in re.findall(r'class="([^"]*)"', path.read_text())
        for name in re.split(r"\s+|{[{%].*?[%}]}", classes)
    }
    assert len(named & known) > 80
    assert named & known <= written
    colors = ("green", "red", "orange", "yellow", "azure", "blue", "secondary")
    assert {f"bg-{color}-lt" for color in colors} <= written
    for name in ("base.html", "errors/500.html"):
        assert "{% static 'css/tabler.css' %}" in (ROOT / "templates" / name).read_text()


SIGNED_IN_ONLY = ("jump", "shortcuts")
ONE_PAGE = ("charts", "picture", "select", "upload")


def test_scripts_stay_small_and_hold_no_words() -> None:
    scripts = {path: path.read_text() for path in (STATIC / "js").glob("*.js")}
    sizes = {path.stem: len(text.encode()) for path, text in scripts.items()}
    assert sum(size for name, size in sizes.items() if name not in (*SIGNED_IN_ONLY, *ONE_PAGE)) < 12 * 1024
    assert sum(size for name, size in sizes.items() if name not in ONE_PAGE) < 18 * 1024
    assert all(sizes[name] < 6 * 1024 for name in ONE_PAGE)
    for path, text in scripts.items():
        assert not re.search(r"^import\b", text, re.MULTILINE), f"{path}: hashed names hide imports"
        assert not re.search(r"\beval\(|new Function|innerHTML\s*=", text), path
