"""Somebody at the console, over plain HTTP: signs in, opens pages, sends forms, and takes the time."""

import time
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import requests

from bench.product import Product
from tests.support.signing_in import BROWSER, OWNER, PASSWORD

_LOADS_WITHIN = 60  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """``seconds``: from the request until the whole answer was there."""

    status: int
    text: str
    location: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken piece by piece: seconds until its first byte and until its last, and its lines."""

    first: float
    seconds: float
    lines: int


class Visitor:
    """One browser, as far as cookies and a kept connection make one."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers.update({"User-Agent": BROWSER, "Accept-Language": "en", "Accept-Encoding": "gzip"})

    def get(self, path: str) -> Answer:
        return self._timed("GET", path)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        return self._timed("POST", path, form)

    def fragment(self, path: str, region: str) -> Answer:
        """A region that htmx asks for; it has to be there."""
        answer = self._timed("GET", path, headers={"HX-Request": "true", "HX-Target": region})
        if answer.status != 200:
            raise RuntimeError(f"{region} of {path} answered {answer.status} {answer.location}")
        return answer

    def send(self, path: str, body: object, content_type: str) -> Answer:
        """A body that is read piece by piece."""
        return self._timed("POST", path, body, {"Content-Type": content_type})

    def page(self, path: str) -> Answer:
        """A page that has to be there."""
        answer = self.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status} {answer.location}")
        return answer

    def take(self, path: str) -> Taken:
        """A file, of which nothing is kept."""
        begun = time.perf_counter()
        first, lines = 0.0, 0
        with self._http.get(f"{self.product.url}{path}", stream=True, timeout=60) as answer:
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")
            for piece in answer.iter_content(None):
                first = first or time.perf_counter() - begun
                lines += piece.count(b"\n")
        return Taken(first, time.perf_counter() - begun, lines)

    def sign_in(self, account: str = OWNER) -> float:
        """Sign in and see the first page; the seconds from sending the form on."""
        form = form_of(self.page("/sign-in").text, "password")
        answer = self.post("/sign-in", form | {"account": account, "password": PASSWORD})
        if answer.status != 302:
            raise RuntimeError(f"{account} could not sign in: {answer.status}")
        first = self.get(answer.location)
        return answer.seconds + first.seconds

    def wait_until_loaded(self) -> None:
        """Until the directory is there, asking as the waiting page does."""
        until = time.monotonic() + _LOADS_WITHIN
        while self.get("/members").status != 200:
            if time.monotonic() > until:
                raise RuntimeError(f"The directory was not read within {_LOADS_WITHIN} s")
            time.sleep(0.5)

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self._http.cookies.items())

    def close(self) -> None:
        self._http.close()

    def _timed(
        self, method: str, path: str, data: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        begun = time.perf_counter()
        answer = self._http.request(
            method, f"{self.product.url}{path}", data=data, headers=headers, allow_redirects=False, timeout=60
        )
        seconds = time.perf_counter() - begun
        return Answer(answer.status_code, answer.text, answer.headers.get("Location", ""), seconds)


def owner_of(product: Product) -> Visitor:
    """The owner, signed in, with the directory read."""
    visitor = Visitor(product)
    visitor.sign_in()
    visitor.wait_until_loaded()
    return visitor


def form_of(page: str, field: str) -> dict[str, str]:
    """What a browser would send with the form that has ``field``, as it stands."""
    reader = _Forms()
    reader.feed(page)
    return next(form for form in reader.forms if field in form)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select = name
        elif tag == "option" and self.forms and "selected" in given:
            self.forms[-1][self._select] = given.get("value", "")
        elif tag == "input" and self.forms and name:
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if chosen:
                self.forms[-1][name] = given.get("value", "")
