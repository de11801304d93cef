"""All members as a CSV file, at 100,000: when it starts, and what memory it takes."""

from bench.figures import Group, Row, limited, p50
from bench.memory import EVERY, grown_memory
from bench.visitor import Taken, Visitor

MEMBERS = 100_000
WARM_UPS, SAMPLES = 2, 3
START_LIMIT, MEMORY_LIMIT = 1.0, 16.0  # seconds, MB
PATH = "/members/export?format=csv"

MEANING = f"""\
The owner takes all members as the table shows them, {SAMPLES} times, packed as a browser asks for it. *Starts* is the
slowest first byte of the file's text. *Memory* as for uploads, looked at every {EVERY * 1000:.0f} milliseconds, after
{WARM_UPS} exports: the databases keep what they have read, up to a limit."""


def measure(visitor: Visitor) -> Group:
    for _ in range(WARM_UPS):
        _take(visitor)
    with grown_memory(visitor.product) as grown:
        taken = [_take(visitor) for _ in range(SAMPLES)]
    seconds = p50([one.seconds for one in taken])
    return Group(
        "Export of 100,000 members",
        MEANING,
        [
            limited("Starts after", max(one.first for one in taken), START_LIMIT, unit=" s"),
            limited("Memory of a console process, growth", max(grown), MEMORY_LIMIT, unit=" MB", digits=1),
            Row("All of it, p50", f"{seconds:.1f} s ({MEMBERS / seconds:,.0f} rows a second)"),
        ],
    )


def _take(visitor: Visitor) -> Taken:
    taken = visitor.take(PATH)
    if taken.lines != MEMBERS + 1:
        raise RuntimeError(f"The file has {taken.lines} lines")
    return taken
