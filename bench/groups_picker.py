"""The picker of a group: how soon it is open, and how much of a page it is."""

from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from bench.chromium import CHROMIUM, FLAGS
from bench.figures import Group, Row, limited, ms, repeated
from bench.product import Product
from tests.support.signing_in import OWNER, PASSWORD

GROUP = 80000528  # of the document's example, two people
PICKER = f"/groups/{GROUP}/members/add"
SAMPLES = 15
SECONDS_A_ROW = 30
LIMIT, NODES_LIMIT = 0.3, 999
QUIET = 300  # milliseconds after the load in which late tasks show up

MEANING = f"""\
In Chromium, with a warm cache: the owner is on a group's page and opens the picker, {SAMPLES} times. *Open* is when
the document has been read, its scripts have run and the last long task (over 50 ms) is over, counted from the start
of the navigation; *a search* is from pressing Enter until its rows stand in the page. *Elements* are all
of the whole page, *nodes* counts its texts and comments too. The vendor's dialog builds 100,000 nodes at 50,000 people
and blocks the tab for 9 to 24 s."""

_WATCH = """
window.endsOfLongTasks = [0];
new PerformanceObserver(list => {
  for (const task of list.getEntries()) endsOfLongTasks.push(task.startTime + task.duration);
}).observe({type: "longtask", buffered: true});
"""
_OPEN = """() => Math.max(
  performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  ...endsOfLongTasks,
)"""
_ELEMENTS = "document.getElementsByTagName('*').length"
_NODES = """() => {
  const walker = document.createTreeWalker(document);
  let count = 1;
  while (walker.nextNode()) count++;
  return count;
}"""
# Seconds from the key press to the swapped rows.
_SEARCH = """(text) => new Promise((done) => {
  const form = document.getElementById("picker-search");
  form.elements.q.value = text;
  document.addEventListener("htmx:afterSettle", () => done((performance.now() - begun) / 1000), {once: true});
  const begun = performance.now();
  form.requestSubmit(form.querySelector("[name=page]"));
})"""


def measure(*products: Product) -> Group:
    rows: list[Row] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, "--no-sandbox", "--disable-gpu", "--disable-sync"]
        )
        try:
            for product in products:
                rows += _rows(browser, product)
        finally:
            browser.close()
    return Group("Picker of a group, 50 and 50,000 people", MEANING, rows)


def _rows(browser: Browser, product: Product) -> list[Row]:
    people = f"{product.members:,} people"
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.add_init_script(_WATCH)
    try:
        page = context.new_page()
        _sign_in(page, product)
        opened = [_open(page, product) for _ in repeated(SAMPLES, seconds=SECONDS_A_ROW)]
        elements, nodes = page.evaluate(_ELEMENTS), page.evaluate(_NODES)
        searched = [page.evaluate(_SEARCH, text) for text in ("王", "138", "李", "对讲机", "1")]
    finally:
        context.close()
    return [
        limited(f"Open, {people}, median", median(opened), LIMIT, unit=" s"),
        limited(f"Elements of the page, {people}", elements, NODES_LIMIT, digits=0, said=f"{nodes} nodes"),
        limited(f"A search, {people}, median", median(searched), LIMIT, unit=" s", said=ms(max(searched))),
    ]


def _sign_in(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/sign-in")
    page.fill("[name=account]", OWNER)
    page.fill("[name=password]", PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    while page.goto(f"{product.url}/groups") and "/org/loading" in page.url:
        page.wait_for_timeout(500)
    page.goto(f"{product.url}{PICKER}")


def _open(page: Page, product: Product) -> float:
    page.goto(f"{product.url}/groups/{GROUP}")
    page.goto(f"{product.url}{PICKER}")
    page.wait_for_timeout(QUIET)
    return float(page.evaluate(_OPEN)) / 1000
