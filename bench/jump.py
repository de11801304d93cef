"""The jump box at 1,000 and at 100,000 members."""

from collections.abc import Mapping
from urllib.parse import quote

from bench.figures import Group, Row, limited, ms, p50, p95, repeated
from bench.members_page import hits
from bench.product import Product
from bench.visitor import Visitor
from tests.support.sandbox import ORG

SAMPLES = 60
SECONDS_A_ROW = 10
LIMIT = 50.0  # milliseconds
MEANING = f"""\
The owner, signed in, types into the jump box: its region is asked for over HTTP as htmx does, {SAMPLES} times each,
at 1,000 and at 100,000 members in turn; the median of the whole answer counts, the 95th percentile is told. What is
typed: nothing (the box has just been opened), the first character of the most frequent surname, the beginning of
phones, digits that most people have somewhere, somebody's whole Weila number, the name of a page, and what
nobody is called. *Upstream calls*: what the upstream's journal has afterwards but for the version check."""


def measure(small: Visitor, large: Visitor) -> Group:
    rows: list[Row] = []
    for visitor in (small, large):
        visitor.product.sandbox.clear_journal()
    for what in _typed(small.product):
        rows += _rows(what, {visitor: _typed(visitor.product)[what] for visitor in (small, large)})
    rows += [_calls_row(visitor.product) for visitor in (small, large)]
    return Group("Jump box, 1,000 and 100,000 members", MEANING, rows)


def _typed(product: Product) -> dict[str, str]:
    ((number,),) = product.ask(
        "SELECT user_num FROM orgs_member WHERE organization_id = ? ORDER BY user_id DESC LIMIT 1", ORG
    )
    return {
        "Nothing typed": "",
        "A surname": "王",
        "The beginning of phones": "138",
        "A digit": "1",
        "A digit that no phone begins with": "4",
        "A whole number": number,
        "A page": "新建成员",
        "Nobody": "zzzz",
    }


def _rows(what: str, typed: Mapping[Visitor, str]) -> list[Row]:
    taken: dict[Visitor, list[float]] = {visitor: [] for visitor in typed}
    for number in repeated(SAMPLES, seconds=SECONDS_A_ROW):
        for visitor in typed if number % 2 else reversed(list(typed)):
            path = f"/jump?q={quote(typed[visitor])}"
            taken[visitor].append(visitor.fragment(path, "jump-results").seconds)
    return [_row(what, visitor.product, typed[visitor], seconds) for visitor, seconds in taken.items()]


def _row(what: str, product: Product, text: str, seconds: list[float]) -> Row:
    found = f", {hits(product, text):,} hits" if text else ""
    name = f"{what}{found}, {product.members:,} members, p50"
    return limited(name, p50(seconds) * 1000, LIMIT, unit=" ms", digits=1, said=f"p95 {ms(p95(seconds))}")


def _calls_row(product: Product) -> Row:
    names = {str(entry["path"]).rsplit("/", 1)[-1] for entry in product.sandbox.journal()} - {"org-my-org"}
    what = f"Upstream calls but the version check, {product.members:,} members"
    return Row(what, ", ".join(sorted(names)) or "none", "none", not names)
