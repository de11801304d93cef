"""The members page at 1,000 and at 100,000 members."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping

from bench.figures import Group, Row, limited, ms, p50, repeated
from bench.product import Product
from bench.visitor import Visitor
from tests.support.sandbox import ORG, ROOT

SAMPLES = 40
SEARCH_SAMPLES = 20
SECONDS_A_ROW = 15
LIMIT, MANY_HITS_LIMIT, QUERY_LIMIT = 1.3, 2.0, 12
CHECKED_EVERY = 5  # seconds, MIRROR_VERSION_CHECK
PER_PAGE, MANY = 50, 1000

MEANING = f"""\
The owner, signed in, opens the page over HTTP, {SAMPLES} times each, at 1,000 and at 100,000 members in turn. Every
page has {PER_PAGE} rows. A ratio is the median at 100,000 by the median at 1,000; the page is whole, as a browser
without JavaScript gets it.

- *Selective search*: digits of phones or numbers with {PER_PAGE} to {MANY:,} hits, others at each size. *A search with
  more than {MANY:,} hits* is compared with the same selective search at 1,000 members.
- *Queries a page*: counted in the console's own code, with the session of the same owner and each of these pages
  twice: when the version check is due, and right after it. What begins and ends a transaction counts as well.
- *Upstream calls*: what the upstream's journal has after all of these pages. Only the version check
  (`org-my-org`) may be there, at most once every {CHECKED_EVERY} seconds for an organization."""

Pages = dict[str, tuple[str, str]]  # what is opened: its path at the small and at the large organization


def measure(small: Visitor, large: Visitor) -> Group:
    narrow_small, narrow_large = _narrow(small.product), _narrow(large.product)
    pages: Pages = {
        "First page": ("/members", "/members"),
        "Last page": ("/members?page=999999", "/members?page=999999"),
        "One filter": ("/members?state=1", "/members?state=1"),
        "Without a phone": ("/members?phone=none", "/members?phone=none"),
        "Shared phones": ("/members?phone=shared&sort=phone", "/members?phone=shared&sort=phone"),
        "Joined in a month": (
            f"/members?joined={_month(small.product)}",
            f"/members?joined={_month(large.product)}",
        ),
        "Selective search": (f"/members?q={narrow_small}", f"/members?q={narrow_large}"),
    }
    searches: Pages = {
        f"Search with {hits(large.product, text):,} hits": (
            pages["Selective search"][0],
            f"/members?q={text}",
        )
        for text in _broad(large.product)
    }
    for page, other in (pages | searches).values():
        small.page(page)
        large.page(other)
    for visitor in (small, large):
        visitor.product.sandbox.clear_journal()
    begun = time.monotonic()
    rows = [ratio_row(what, small, large, paths, SAMPLES, LIMIT) for what, paths in pages.items()]
    rows += [
        ratio_row(what, small, large, paths, SEARCH_SAMPLES, MANY_HITS_LIMIT)
        for what, paths in searches.items()
    ]
    seconds = time.monotonic() - begun
    rows += [_calls_row(visitor.product, seconds) for visitor in (small, large)]
    rows.append(_queries_row(large, [paths[1] for paths in (pages | searches).values()]))
    return Group("Members page, 1,000 and 100,000 members", MEANING, rows)


def ratio_row(
    what: str, small: Visitor, large: Visitor, paths: tuple[str, str], samples: int, limit: float
) -> Row:
    """Open a page of the small and one of the large organization in turn, and compare the medians."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in repeated(samples, seconds=SECONDS_A_ROW):
        turns = [(small, paths[0], taken[0]), (large, paths[1], taken[1])]
        for visitor, path, into in turns if number % 2 else reversed(turns):
            into.append(visitor.page(path).seconds)
    few, many = map(p50, taken)
    return limited(f"{what}, p50, ratio", many / few, limit, said=f"{ms(few)}, {ms(many)}")


# --- what to search for


def _narrow(product: Product) -> str:
    """Digits with at least a page of hits, and as few more as can be found quickly."""
    phones = product.ask(
        "SELECT phone FROM orgs_member WHERE organization_id = ? AND phone != '' ORDER BY user_id LIMIT 40",
        ORG,
    )
    length = 2 if product.members <= 2000 else 4
    found: Mapping[str, int] = {
        text: hits(product, text) for (phone,) in phones for text in [phone[-length:]]
    }
    return min((text for text, many in found.items() if PER_PAGE <= many <= MANY), key=found.__getitem__)


def _month(product: Product) -> str:
    """The month in which the newest one joined; in Shanghai, where the demo's clock is."""
    ((month,),) = product.ask(
        "SELECT strftime('%Y-%m', max(created) + 8 * 3600, 'unixepoch') FROM orgs_member WHERE organization_id = ?",
        ORG,
    )
    return str(month)


def _broad(product: Product) -> list[str]:
    """A surname, the beginning of a phone, and a digit that nearly everybody has somewhere."""
    return [text for text in ("王", "138", "1") if hits(product, text) > MANY]


def hits(product: Product, text: str) -> int:
    ((number,),) = product.ask(
        "SELECT count(*) FROM orgs_member WHERE organization_id = ?1"
        " AND (instr(name, ?2) OR instr(phone, ?2) OR instr(user_num, ?2) OR instr(coalesce(job_num, ''), ?2))",
        ORG,
        text,
    )
    return int(number)


# --- queries and calls


def queries_of(visitor: Visitor, paths: list[str]) -> list[int]:
    """How many queries each of the pages costs: when the version check is due, and right after it."""
    product = visitor.product
    asked = json.dumps({"cookies": visitor.cookies, "paths": paths})
    counted = subprocess.run(
        [sys.executable, "-m", "bench.queries", str(product.data_dir), f"{product.sandbox.url}/weila"],
        cwd=ROOT,
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    counts: list[int] = json.loads(counted.stdout)
    return counts


def _queries_row(visitor: Visitor, paths: list[str]) -> Row:
    counts = queries_of(visitor, paths)
    said = f"{min(counts)} to {max(counts)}"
    return limited("Queries a page, largest", max(counts), QUERY_LIMIT, digits=0, said=said)


def _calls_row(product: Product, seconds: float) -> Row:
    calls = Counter(str(entry["path"]).rsplit("/", 1)[-1] for entry in product.sandbox.journal())
    said = ", ".join(f"{count} {name}" for name, count in sorted(calls.items())) or "none"
    allowed = int(seconds / CHECKED_EVERY) + 1
    return Row(
        f"Upstream calls in {seconds:.0f} s of pages, {product.members:,} members",
        said,
        f"≤ {allowed} org-my-org",
        set(calls) <= {"org-my-org"} and calls["org-my-org"] <= allowed,
    )
