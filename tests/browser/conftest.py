"""One product for the whole run, as `make run` starts it, and a Chromium that tells all that goes wrong.

No test here touches the database: Playwright runs an event loop, in which Django's ORM refuses to work, and
what a person can't see or do in the browser is tested elsewhere.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.steps import sign_in
from tests.browser.watching import Watch
from tests.support.product import Product
from tests.support.sandbox import SandboxControls

OpenContext = Callable[..., BrowserContext]

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 20_000  # milliseconds; only a busy machine needs more than one second
expect.set_options(timeout=PATIENCE)

# What a test may want otherwise.
USUAL = {"locale": "en-US", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    # Each page asks Weila, so that what a test does in the sandbox shows on the next one; also when the directory could
    # not be read in the test before.
    data_dir = tmp_path_factory.mktemp("product")
    with Product(data_dir, MIRROR_VERSION_CHECK="0", MIRROR_LARGE_INTERVAL="1") as running:
        yield running


@pytest.fixture
def sandbox(product: Product) -> SandboxControls:
    """The sandbox in its first state. Nobody is signed in any more."""
    product.sandbox.reset(60)
    return product.sandbox


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.verify()


@pytest.fixture
def open_context(watch: Watch, new_context: CreateContextCallback, product: Product) -> OpenContext:
    """Opens a further browser, of another person or kind."""

    def open_one(**options: Any) -> BrowserContext:
        context = new_context(**({"base_url": product.url} | USUAL | options))
        context.set_default_timeout(PATIENCE)
        watch.follow(context)
        return context

    return open_one


@pytest.fixture
def context(open_context: OpenContext) -> BrowserContext:
    return open_context()


@pytest.fixture
def signed_in(sandbox: SandboxControls, page: Page) -> Page:
    """A page on which the owner has just signed in."""
    sign_in(page)
    return page


@pytest.fixture(scope="module")
def fresh_product(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of its own that has never seen the directory. Reads of more than 1000 are done in the background."""
    data_dir: Path = tmp_path_factory.mktemp("fresh-product")
    with Product(
        data_dir, static_from=product.data_dir, MIRROR_VERSION_CHECK="0", MIRROR_INLINE_LIMIT="1000"
    ) as running:
        yield running
