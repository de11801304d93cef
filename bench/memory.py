"""How much memory the console takes while something is under way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bench.product import Product

EVERY = 0.002  # seconds between two looks


@contextmanager
def grown_memory(product: Product) -> Iterator[list[float]]:
    """Megabytes by which each process of the console grows inside, at its largest; filled in at the end."""
    processes = product.processes("console.wsgi")
    before = [one.memory_info().rss for one in processes]
    highest = list(before)
    grown: list[float] = []
    enough = threading.Event()

    def look() -> None:
        while not enough.wait(EVERY):
            for number, one in enumerate(processes):
                highest[number] = max(highest[number], one.memory_info().rss)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield grown
    finally:
        enough.set()
        looking.join()
        grown += [(most - first) / 1_000_000 for most, first in zip(highest, before, strict=True)]
