"""The page for people: both languages whole, nothing from elsewhere, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from sandbox.texts import LANGUAGES, TEXTS
from sandbox.weila.seed import DEMO_ACCOUNTS
from tests.support.sandbox import SandboxProcess

STATIC = Path(__file__).parents[2] / "sandbox" / "static"


@pytest.mark.parametrize(
    ("query", "accepted", "lang"),
    [
        ("", "zh-CN,zh;q=0.9", "zh-Hans"),
        ("", "en-US,en;q=0.9", "en"),
        ("", "fr,zh;q=0.5", "zh-Hans"),
        ("", "", "en"),
        ("?lang=zh", "en", "zh-Hans"),
        ("?lang=en", "zh", "en"),
        ("?lang=<b>", "zh", "zh-Hans"),
    ],
)
def test_language(sandbox: SandboxProcess, query: str, accepted: str, lang: str) -> None:
    answer = requests.get(f"{sandbox.url}/{query}", headers={"Accept-Language": accepted}, timeout=10)
    assert f'<html lang="{lang}">' in answer.text
    assert "$" not in answer.text
    assert all(demo.phone in answer.text for demo in DEMO_ACCOUNTS)


def test_strict_policy_and_nothing_inline(sandbox: SandboxProcess) -> None:
    answer = requests.get(sandbox.url, timeout=10)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?! src=\"/)|<style|\sstyle=|\son\w+=", answer.text)
    assert not re.search(r"(?:href|src)=\"(?!/)", answer.text)


@pytest.mark.parametrize("name", ["page.css", "page.js", "icon.svg"])
def test_its_files(sandbox: SandboxProcess, name: str) -> None:
    answer = requests.get(f"{sandbox.url}/page/{name}", timeout=10)
    assert (answer.status_code, answer.content) == (200, (STATIC / name).read_bytes())
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")


def test_a_visit_leaves_no_trace_in_the_journal(sandbox: SandboxProcess) -> None:
    requests.get(sandbox.url, timeout=10)
    assert sandbox.journal() == []


def test_every_text_is_there_in_both_languages_and_used() -> None:
    html = (STATIC / "page.html").read_text("utf-8")
    assert {name for name in TEXTS if f"${name}" not in html} == set()
    assert all(len(both) == len(LANGUAGES) and all(both) for both in TEXTS.values())
