"""``python -m bench [group …]``: measure, print the table and, when all groups ran, keep it in bench/README.md."""

import signal
import sys
import time
from types import FrameType

from bench import (
    bulk,
    chromium,
    editing,
    export,
    groups_picker,
    home,
    jump,
    members_page,
    mirror_load,
    report,
    upload,
)
from bench.figures import Group
from bench.product import Products
from bench.visitor import owner_of

GROUPS = (
    "mirror",
    "home",
    "members",
    "jump",
    "editing",
    "export",
    "plan",
    "preview",
    "import",
    "upload",
    "chromium",
    "picker",
)
WITHIN = 1500  # seconds for everything


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - set(GROUPS):
        raise SystemExit(f"{', '.join(sorted(unknown))}: no such group; there are {', '.join(GROUPS)}.")
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.signal(signal.SIGTERM, _stopped)
    signal.alarm(WITHIN)
    begun = time.monotonic()
    with Products() as products:
        groups = _measure(products, wanted or list(GROUPS))
    report.print_groups(groups)
    if not wanted:
        report.write(groups, time.monotonic() - begun)
    return 0 if all(row.kept is not False for group in groups for row in group.rows) else 1


def _measure(products: Products, wanted: list[str]) -> list[Group]:
    groups: list[Group] = []
    if "mirror" in wanted:
        groups.append(mirror_load.measure(products))
    if {"home", "members", "jump", "editing", "export", "plan", "preview"} & set(wanted):
        pair = products.start(1000, 100_000)
        small, large = map(owner_of, pair)
        if "home" in wanted:
            groups.append(home.measure(small, large))
        if "members" in wanted:
            groups.append(members_page.measure(small, large))
        if "jump" in wanted:
            groups.append(jump.measure(small, large))
        if "editing" in wanted:
            groups.append(editing.measure(small, large))
        if "export" in wanted:
            groups.append(export.measure(large))
        if {"plan", "preview"} & set(wanted):
            planned, largest = bulk.measure_plan(large)
            groups.append(planned)
            groups.append(bulk.measure_preview(large, largest))
        products.stop(*pair)
    if "import" in wanted:
        (product,) = products.start(1000)
        groups.append(bulk.measure_import(owner_of(product)))
        products.stop(product)
    if "upload" in wanted:
        (product,) = products.start(50)
        groups.append(upload.measure(owner_of(product)))
        products.stop(product)
    if "chromium" in wanted or "picker" in wanted:
        pair = products.start(50, 50_000)
        if "chromium" in wanted:
            groups.append(chromium.measure(*pair))
        if "picker" in wanted:
            groups.append(groups_picker.measure(*pair))
    return groups


def _out_of_time(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"The measurements took longer than {WITHIN} s.")


def _stopped(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
