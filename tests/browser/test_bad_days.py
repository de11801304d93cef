"""Weila is down, slow, or has a large directory to send: what the person sees meanwhile, and how it ends."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.looking import problems
from tests.browser.steps import LISTED_MEMBER
from tests.browser.watching import Watch
from tests.support.product import Product
from tests.support.signing_in import OWNER, PASSWORD

NOTICED_WITHIN = 15  # seconds: both of the console's processes try again, and the version check has to be due
LIST, ORG = "/v1/corp/web/get-address-list", "/v1/corp/web/org-my-org"


@pytest.fixture
def page(open_context: OpenContext, fresh_product: Product) -> Iterator[Page]:
    """In a browser that visits the other product; its faults end with the test."""
    yield open_context(base_url=fresh_product.url).new_page()
    fresh_product.sandbox.clear_faults()


def enter(page: Page) -> None:
    page.goto("/sign-in?next=/members")
    page.locator("[name=account]").fill(OWNER)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def test_nobody_answers_before_anything_was_read(page: Page, fresh_product: Product, watch: Watch) -> None:
    watch.expect(504)
    fresh_product.sandbox.fault(ORG, "latency", 5)
    enter(page)
    expect(page.locator(".error-page")).to_contain_text("did not answer in time")
    expect(page.locator(".error-page .request-id code")).to_have_text(re.compile("^[0-9a-f]{32}$"))
    assert problems(page, desk="light", phone="dark") == []
    fresh_product.sandbox.clear_faults()
    fresh_product.sandbox.reset(60)
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(re.compile("/sign-in"))  # the reset has ended the session


def test_large_directory_is_read_with_progress(page: Page, fresh_product: Product) -> None:
    fresh_product.sandbox.reset(5000)
    fresh_product.sandbox.fault(LIST, "latency", 6, times=1)
    enter(page)
    expect(page).to_have_url(re.compile("/org/loading"))
    expect(page.locator("#loading-progress progress")).to_be_visible()
    expect(page.locator("#loading-progress")).to_contain_text("Waiting for Weila")
    assert problems(page, desk="light", phone="dark") == []

    expect(page.locator("h1")).not_to_have_text("Reading the directory", timeout=30_000)
    page.goto("/members")
    expect(page.locator(".table-summary")).to_have_text("5000 members and devices")


def test_reading_goes_on_while_nobody_answers(page: Page, fresh_product: Product, watch: Watch) -> None:
    watch.expect(504)
    fresh_product.sandbox.reset(60)
    enter(page)
    expect(page.locator("#members-table tbody tr")).to_have_count(50)
    fresh_product.sandbox.fault(ORG, "latency", 5)
    page.get_by_role("link", name="Phone").click()
    expect(page).to_have_url(re.compile("sort=phone"))
    expect(page.locator("#members-table tbody tr")).to_have_count(50)
    expect(page.locator("#as-of .alert-warning")).to_contain_text("cannot be reached")
    page.reload()
    expect(page.locator("#as-of .alert-warning")).to_contain_text("cannot be reached")
    assert problems(page, desk="dark", phone="light") == []

    page.goto(f"/members/{LISTED_MEMBER}/edit")
    page.get_by_label("Name").fill("Not now")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-page")).to_contain_text("Nothing was changed")
    assert fresh_product.sandbox.journal("/v1/corp/web/member-change") == []
    page.goto("/members")
    expect(page.locator("#as-of .alert-warning")).to_be_visible()
    fresh_product.sandbox.clear_faults()
    for _ in range(NOTICED_WITHIN):
        with page.expect_response(re.compile(r"/members\?")):
            page.get_by_role("link", name="Phone").click()
        page.wait_for_timeout(1000)
        if page.locator("#as-of .alert-warning").count() == 0:
            break
    expect(page.locator("#as-of .alert-warning")).to_have_count(0)
    page.goto(f"/members/{LISTED_MEMBER}/edit")
    expect(page.get_by_label("Name")).to_have_value("Not now")
