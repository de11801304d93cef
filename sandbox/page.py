"""The sandbox's own page for people, at `/`: what is inside, and switches for what it does."""

from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path
from string import Template
from typing import TypeAlias

import falcon

from .faults import Kind
from .guard import local_only
from .malformed import MALFORMATIONS
from .store import SYSTEMS, Store
from .texts import texts
from .weila.seed import DEMO_ACCOUNTS, FEWEST, MOST

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_HTML_LANG = {"en": "en", "zh": "zh-Hans"}
App: TypeAlias = falcon.App[falcon.Request, falcon.Response]


def add_page(app: App, store: Store) -> None:
    app.add_route("/", Page(store))
    for file in STATIC.iterdir():
        if file.suffix in _TYPES:
            app.add_route(f"/page/{file.name}", Asset(file))


def _headers(resp: falcon.Response) -> None:
    resp.set_headers(
        {
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }
    )


class Asset:
    """One file of the page."""

    def __init__(self, file: Path) -> None:
        self._body, self._type = file.read_bytes(), _TYPES[file.suffix]

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        local_only(req)
        _headers(resp)
        resp.content_type, resp.data = self._type, self._body


class Page:
    """The page itself; everything that moves on it is fetched from the controls."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._template = Template((STATIC / "page.html").read_text("utf-8"))

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        local_only(req)
        language = _language(req)
        other = "en" if language == "zh" else "zh"
        words = {name: escape(text) for name, text in texts(language).items()}
        html = self._template.substitute(
            words,
            html_lang=_HTML_LANG[language],
            other_lang=other,
            other_html_lang=_HTML_LANG[other],
            account_rows=_account_rows(language),
            operation_options=_options(sorted(SYSTEMS["weila"])),
            kind_options=_options([kind.value for kind in Kind]),
            malformation_options=_options(list(MALFORMATIONS)),
            fewest=FEWEST,
            most=MOST,
            member_count=self._store.members,
        )
        _headers(resp)
        resp.set_header("Vary", "Accept-Language")
        resp.content_type, resp.text = falcon.MEDIA_HTML, html


def _language(req: falcon.Request) -> str:
    """The link's choice, else the first of the browser's languages that there is."""
    if (asked := req.get_param("lang")) in _HTML_LANG:
        return str(asked)
    for part in (req.get_header("Accept-Language") or "").split(","):
        if (code := part.strip()[:2].lower()) in _HTML_LANG:
            return code
    return "en"


def _options(values: list[str]) -> str:
    return "".join(map(partial("<option>{}</option>".format), map(escape, values)))


def _account_rows(language: str) -> str:
    rows = [(one.phone, one.num, one.who_zh if language == "zh" else one.who_en) for one in DEMO_ACCOUNTS]
    cells = '<tr><td class="mono">{}</td><td class="mono">{}</td><td class="wrap">{}</td></tr>'
    return "".join(cells.format(*map(escape, row)) for row in rows)
