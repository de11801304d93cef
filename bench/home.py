"""The home page at 1,000 and at 100,000 members."""

from bench.figures import Group, Row, limited
from bench.members_page import queries_of, ratio_row
from bench.visitor import Visitor

SAMPLES = 40
LIMIT, QUERY_LIMIT = 1.3, 12

MEANING = f"""\
The owner, signed in, opens the page over HTTP, {SAMPLES} times at 1,000 and at 100,000 members in turn; the ratio is
the median at 100,000 by the median at 1,000. *Queries* as for the members page."""


def measure(small: Visitor, large: Visitor) -> Group:
    for visitor in (small, large):
        visitor.page("/")
    return Group(
        "Home, 1,000 and 100,000 members",
        MEANING,
        [ratio_row("Home", small, large, ("/", "/"), SAMPLES, LIMIT), _queries(large)],
    )


def _queries(visitor: Visitor) -> Row:
    counts = queries_of(visitor, ["/"])
    said = f"{min(counts)} right after a version check"
    return limited("Queries, version check due", max(counts), QUERY_LIMIT, digits=0, said=said)
