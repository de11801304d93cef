"""What a browser with an empty cache loads, and how soon a person can use the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from bench.figures import Group, Row, limited, repeated
from bench.product import Product
from tests.support.sandbox import ORG
from tests.support.signing_in import OWNER, PASSWORD

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
SAMPLES, SLOW_SAMPLES = 9, 3
SECONDS_A_ROW = 30
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
FIRST_LIMIT, NEXT_LIMIT = 180.0, 25.0  # kB
QUARTER = 0.25
SAME = 1.3  # times: what "as with 50" may mean on a machine that does other things as well
QUIET = 400  # milliseconds after the load in which late tasks show up

# The vendor's own console, measured in the same way: (kB, requests, seconds, seconds on the slow line).
VENDOR = {"/sign-in": (1130, 17, 1.12, 6.5), "/members": (1090, 27, 1.79, 7.4)}
VENDOR_50000 = (27_600, 4.1)

MEANING = f"""\
Chromium with an empty cache for each sample, over the product as `make run` serves it, with 50 and with 50,000
people in turn. kB are 1,000 bytes on the wire, headers included. *Interactive* is the latest of: the first content
is painted, the document is read and its scripts have run (the end of `DOMContentLoaded`), the last long task (over
50 ms) is over; counted from the start of the navigation, the median of {SAMPLES} samples, {SLOW_SAMPLES} on the slow
line (1.6 Mbit/s with 150 ms of latency). *Next pages* are opened with what the first one has left in the cache.

The vendor's own console needs for its sign-in page 1.13 MB in 17 requests, interactive after 1.12 s, on the slow
line 6.5 s; for its members page 1.09 MB in 27 requests, 1.79 s and 7.4 s; with 50,000 people 27.6 MB and 4.1 s.
The limit of a time is a quarter of that. With 50,000 people our pages have to weigh and take what they do with 50:
at most {SAME} times is taken for that."""

_WATCH = """
window.endsOfLongTasks = [];
new PerformanceObserver(list => {
  for (const task of list.getEntries()) endsOfLongTasks.push(task.startTime + task.duration);
}).observe({type: "longtask", buffered: true});
"""
_INTERACTIVE = """() => Math.max(
  performance.getEntriesByName("first-contentful-paint")[0].startTime,
  performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  ...endsOfLongTasks,
)"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One page, loaded: kB and requests on the wire, seconds until it is interactive."""

    kb: float
    requests: int
    seconds: float


class _Site:
    """A product in the browser; its owner is signed in."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self.product = product
        self._browser = browser
        with self._context(None) as context:
            page = context.new_page()
            page.goto(f"{product.url}/sign-in")
            page.fill("[name=account]", OWNER)
            page.fill("[name=password]", PASSWORD)
            page.locator("[name=password]").press("Enter")
            page.wait_for_url(lambda url: "/sign-in" not in url)
            while page.goto(f"{product.url}/members") and "/org/loading" in page.url:
                page.wait_for_timeout(500)
            self._state = context.storage_state()

    def first(self, path: str, *, slow: bool = False) -> Visit:
        """The page with an empty cache."""
        with self._context(None if path == "/sign-in" else self._state) as context:
            return _visit(context.new_page(), self.product.url + path, slow=slow)

    def following(self) -> dict[str, Visit]:
        """Pages after the first one, in the order of a visit."""
        with self._context(self._state) as context:
            page = context.new_page()
            page.goto(f"{self.product.url}/")
            paths = [
                "/members",
                "/members?page=1&sort=-created",
                f"/members/{self._member()}",
                "/departments",
            ]
            return {path: _visit(context.new_page(), self.product.url + path) for path in paths}

    def _member(self) -> int:
        ((user_id,),) = self.product.ask(
            "SELECT max(user_id) FROM orgs_member WHERE organization_id = ?", ORG
        )
        return int(user_id)

    @contextmanager
    def _context(self, state: StorageState | None) -> Iterator[BrowserContext]:
        """A profile of its own, with a cache of its own."""
        size = {"width": 1440, "height": 900}
        context = self._browser.new_context(storage_state=state, locale="zh-CN", viewport=size)  # type: ignore[arg-type]  # a TypedDict
        context.add_init_script(_WATCH)
        try:
            yield context
        finally:
            context.close()


def measure(small: Product, large: Product) -> Group:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, "--no-sandbox", "--disable-gpu", "--disable-sync"]
        )
        try:
            sites = [_Site(browser, product) for product in (small, large)]
            for path in VENDOR:
                for site in sites:
                    site.first(path)  # warms the console up
            rows = _weights(sites)
            for path in VENDOR:
                rows += _times(path, sites)
        finally:
            browser.close()
    return Group("Chromium, cold cache, compressed", MEANING, rows)


def _weights(sites: list[_Site]) -> list[Row]:
    rows: list[Row] = []
    for site in sites:
        people = f"{site.product.members:,} people"
        for path, (kb, requests, *_times) in VENDOR.items():
            visit = site.first(path)
            said = f"{visit.requests} requests; the vendor's {kb:,} kB, {requests} requests"
            rows.append(_kb(f"First page {path}, {people}", visit, FIRST_LIMIT, said))
        visit = site.first("/")
        said = f"{visit.requests} requests, its chart and the library for it among them"
        rows.append(_kb(f"First page /, {people}", visit, FIRST_LIMIT, said))
        rows += [
            _kb(f"Next page {path}, {people}", visit, NEXT_LIMIT, f"{visit.requests} requests")
            for path, visit in site.following().items()
        ]
    few, many = (site.first("/members").kb for site in sites)
    said = f"the vendor's: {VENDOR_50000[0] / VENDOR['/members'][0]:.0f}"
    rows.append(limited("Weight of /members, 50,000 people by 50", many / few, SAME, said=said))
    return rows


def _kb(what: str, visit: Visit, limit: float, said: str) -> Row:
    return limited(what, visit.kb, limit, unit=" kB", digits=1, said=said)


def _times(path: str, sites: list[_Site]) -> list[Row]:
    _, _, plain, slow = VENDOR[path]
    small, large = _interactive(path, sites, SAMPLES, slow=False)
    slow_small, slow_large = _interactive(path, sites, SLOW_SAMPLES, slow=True)
    limit_large = VENDOR_50000[1] if path == "/members" else plain
    return [
        _seconds(f"Interactive {path}, 50 people", small, plain),
        _seconds(f"Interactive {path}, 50,000 people", large, limit_large),
        limited(f"Interactive {path}, 50,000 people by 50", large / small, SAME),
        _seconds(f"Interactive {path}, slow line, 50 people", slow_small, slow),
        _seconds(f"Interactive {path}, slow line, 50,000 people", slow_large, slow),
    ]


def _seconds(what: str, seconds: float, vendor: float) -> Row:
    return limited(what, seconds, round(vendor * QUARTER, 3), unit=" s", said=f"the vendor's {vendor} s")


def _interactive(path: str, sites: list[_Site], samples: int, *, slow: bool) -> list[float]:
    taken: list[list[float]] = [[] for _ in sites]
    for _ in repeated(samples, seconds=SECONDS_A_ROW):
        for site, into in zip(sites, taken, strict=True):
            into.append(site.first(path, slow=slow).seconds)
    return [median(seconds) for seconds in taken]


def _visit(page: Page, url: str, *, slow: bool = False) -> Visit:
    """Load a page, and count what came over the wire for it."""
    sizes: list[float] = []

    def note_redirect(event: dict[str, Any]) -> None:
        if redirect := event.get("redirectResponse"):
            sizes.append(redirect["encodedDataLength"])

    def note_answer(event: dict[str, Any]) -> None:
        if event["encodedDataLength"]:  # what comes from the cache, or stands in the page itself, has none
            sizes.append(event["encodedDataLength"])

    tools = page.context.new_cdp_session(page)
    tools.on("Network.requestWillBeSent", note_redirect)
    tools.on("Network.loadingFinished", note_answer)
    tools.send("Network.enable")
    if slow:
        tools.send("Network.emulateNetworkConditions", SLOW)
    page.goto(url, wait_until="load")
    page.wait_for_timeout(QUIET)
    seconds = page.evaluate(_INTERACTIVE) / 1000
    return Visit(sum(sizes) / 1000, len(sizes), seconds)
