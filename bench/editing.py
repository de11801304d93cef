"""Editing a member: what the console adds to the upstream's own time."""

from bench.figures import Group, Row, limited, ms, p50, repeated
from bench.product import Product
from bench.visitor import Visitor, form_of
from tests.support.sandbox import ORG

SAMPLES = 25
SECONDS = 30
LIMIT = 2.0

MEANING = f"""\
A member's edit page is opened and sent with another name, {SAMPLES} times in turn at each size. From each POST the time
is taken off that the upstream needed for its calls, as its journal has it (the way there and back stays ours). The
ratio is the median of these by the median of the GETs of the same page."""


def measure(*visitors: Visitor) -> Group:
    taken: list[tuple[list[float], list[float]]] = [([], []) for _ in visitors]
    calls: list[set[str]] = [set() for _ in visitors]
    members = [_member(visitor.product) for visitor in visitors]
    for number in repeated(SAMPLES + 1, seconds=SECONDS):
        for visitor, user_id, (gets, posts), called in zip(visitors, members, taken, calls, strict=True):
            get, post, names = _edit(visitor, f"/members/{user_id}/edit", f"改名{number:03}")
            if number:  # the first one warms up
                gets.append(get)
                posts.append(post)
                called |= names
    rows = [
        _row(visitor.product, gets, posts, called)
        for visitor, (gets, posts), called in zip(visitors, taken, calls, strict=True)
    ]
    return Group("Editing a member", MEANING, rows)


def _row(product: Product, gets: list[float], posts: list[float], called: set[str]) -> Row:
    get, post = p50(gets), p50(posts)
    return limited(
        f"POST without the upstream by GET, p50, {product.members:,} members",
        post / get,
        LIMIT,
        said=f"GET {ms(get)}, POST {ms(post)}; the POST calls {', '.join(sorted(called))}",
    )


def _edit(visitor: Visitor, path: str, name: str) -> tuple[float, float, set[str]]:
    """Seconds of the GET, seconds of the POST without the upstream's, and what the POST called."""
    page = visitor.page(path)
    visitor.product.sandbox.clear_journal()
    answer = visitor.post(path, form_of(page.text, "before") | {"name": name})
    if answer.status != 302:
        raise RuntimeError(f"The edit was answered {answer.status}")
    entries = visitor.product.sandbox.journal()
    upstream = sum(float(entry["ms"]) for entry in entries) / 1000
    return page.seconds, answer.seconds - upstream, {str(one["path"]).rsplit("/", 1)[-1] for one in entries}


def _member(product: Product) -> int:
    ((user_id,),) = product.ask(
        "SELECT user_id FROM orgs_member WHERE organization_id = ? AND type = 0 AND dept_id > 0"
        " ORDER BY user_id DESC LIMIT 1",
        ORG,
    )
    return int(user_id)
