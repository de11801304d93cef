"""The first load of a large organization, and what others notice of it."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.figures import Group, Row, limited, ms, p50, p95
from bench.product import Product, Products
from bench.visitor import Visitor
from tests.support.sandbox import ORG, ROOT
from tests.support.signing_in import OTHER_OWNER

MEMBERS = 100_000
ROUNDS = 3
IDLE_SIGN_INS = 15
PAUSE = 0.2  # seconds between two sign-ins: somebody signs in now and then, and is no load of its own
LOADS_WITHIN = 60  # seconds after which the load is given up, and counts as having taken that long
LIMIT, LOCK_LIMIT, SIGN_IN_LIMIT = 5.0, 200.0, 1.3

MEANING = f"""\
A console that has never seen the organization reads {MEMBERS:,} members, {ROUNDS} times from an empty database.

- *Stored after the upstream's last byte*: the slowest of the rounds, from the moment when the upstream began to
  send the list (its last byte is a little later, so this is on the safe side) until the directory can be read.
- *Longest write lock*: nobody else could write to one of the two database files for so long. Seen from outside, by
  a process that tries both every two milliseconds. What everybody's sign-in, session and trail are in is the
  console's file; the rows are written to the mirror's, for which others wait only to change a directory.
- *Sign-in of others*: the owner of another organization signs in again and again, from sending the form to the
  first page, before the load and while the rows are being written; all rounds together. "Not slowed" is taken as
  at most {SIGN_IN_LIMIT} times at the median."""


@dataclass(slots=True)
class _Round:
    """``seconds`` from the answer to the directory; sign-ins as (Unix seconds of their begin, seconds)."""

    seconds: float
    longest_locks: Sequence[float]  # of the console's file and of the mirror's, in seconds
    idle: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)


def measure(products: Products) -> Group:
    rounds: list[_Round] = []
    for _ in range(ROUNDS):
        (product,) = products.start(MEMBERS)
        rounds.append(_round(product))
        products.stop(product)
    idle = [seconds for one in rounds for seconds in one.idle]
    meanwhile = [seconds for one in rounds for seconds in one.meanwhile]
    every = ", ".join(f"{one.seconds:.1f}" for one in rounds)
    slowest = max(one.seconds for one in rounds)
    console, mirror = (max(seconds) for seconds in zip(*(one.longest_locks for one in rounds), strict=True))
    ratio = p50(meanwhile) / p50(idle)
    tail = f"idle {ms(p95(idle))}, meanwhile {ms(p95(meanwhile))}"
    rows = [
        limited("Stored after the upstream's last byte", slowest, LIMIT, unit=" s", digits=1, said=every),
        limited(
            "Longest write lock",
            max(console, mirror) * 1000,
            LOCK_LIMIT,
            unit=" ms",
            digits=0,
            said=f"of the console's file {ms(console)}, of the mirror's {ms(mirror)}",
        ),
        limited(
            "Sign-in of others meanwhile, p50, times idle",
            ratio,
            SIGN_IN_LIMIT,
            said=f"idle {ms(p50(idle))}, meanwhile {ms(p50(meanwhile))}, {len(meanwhile)} sign-ins",
        ),
        Row("Sign-in of others meanwhile, p95, times idle", f"{p95(meanwhile) / p95(idle):.2f} ({tail})"),
    ]
    return Group("First load of 100,000 members", MEANING, rows)


def _round(product: Product) -> _Round:
    for _ in range(3):
        _sign_in(product)  # warms both of the console's processes up
    idle = [_sign_in_after_pause(product) for _ in range(IDLE_SIGN_INS)]
    probe = subprocess.Popen(
        [sys.executable, "-m", "bench.lock_probe", *map(str, product.databases)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with _SigningIn(product) as others:
            asked_at = time.time()
            owner = Visitor(product)
            owner.sign_in()
            owner.get("/members")  # which asks for the load
            loaded_at = _wait_until_loaded(product)
    finally:
        held = json.loads(probe.communicate()[0] or "[[], []]")
    answered_at = _answered_at(product, asked_at)
    return _Round(
        seconds=loaded_at - answered_at,
        longest_locks=[
            max((seconds for begun, seconds in one if answered_at <= begun <= loaded_at), default=0.0)
            for one in held
        ],
        idle=idle,
        meanwhile=[seconds for begun, seconds in others.taken if answered_at <= begun <= loaded_at],
    )


def _sign_in(product: Product) -> float:
    visitor = Visitor(product)
    try:
        return visitor.sign_in(OTHER_OWNER)
    finally:
        visitor.close()


def _sign_in_after_pause(product: Product) -> float:
    time.sleep(PAUSE)
    return _sign_in(product)


class _SigningIn:
    """Somebody else who signs in again and again, in a thread."""

    def __init__(self, product: Product) -> None:
        self.taken: list[tuple[float, float]] = []
        self._product = product
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._enough.is_set():
            time.sleep(PAUSE)
            begun = time.time()
            self.taken.append((begun, _sign_in(self._product)))

    def __enter__(self) -> "_SigningIn":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()


def _wait_until_loaded(product: Product) -> float:
    until = time.monotonic() + LOADS_WITHIN
    while not product.ask("SELECT 1 FROM orgs_organization WHERE num = ? AND mirrored_at NOT NULL", ORG):
        if time.monotonic() > until:
            break
        time.sleep(0.02)
    return time.time()


def _answered_at(product: Product, asked_at: float) -> float:
    """When the upstream had the list ready to be sent, in Unix seconds."""
    (listed,) = [
        one for one in product.sandbox.journal("/v1/corp/web/get-address-list") if one["at"] >= asked_at
    ]
    return float(listed["at"] + listed["ms"] / 1000)
