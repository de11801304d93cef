"""What comes out of the printer: content on white paper, and what it is a list of."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.looking import sticking_out
from tests.browser.steps import LISTED_MEMBER, sign_in
from tests.support.sandbox import SandboxControls

A4 = {"width": 703, "height": 1000}  # what the margins leave of it, in pixels
_LUMINANCE = """(one) => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = getComputedStyle(one).color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}"""


@pytest.fixture
def paper(open_context: OpenContext, sandbox: SandboxControls) -> Page:
    """The owner's pages as they are printed; on the screen they are dark."""
    page = open_context(color_scheme="dark", viewport=A4).new_page()
    sign_in(page)
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize(
    "address", ["/", "/members?state=0", f"/members/{LISTED_MEMBER}", "/departments", "/audit", "/org"]
)
def test_nothing_of_the_screen_is_printed(paper: Page, address: str) -> None:
    paper.goto(address)
    for control in paper.locator(".topbar, .sidebar, .btn, .pagination, .menu, .filters, dialog").all():
        expect(control).to_be_hidden()
    expect(paper.locator(".print-head")).to_contain_text("微喇测试")
    expect(paper.locator(".print-head")).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d"))
    assert sticking_out(paper) == []


@pytest.mark.parametrize(("address", "text"), [("/members", "tbody td"), (f"/members/{LISTED_MEMBER}", "dd")])
def test_it_is_dark_on_white_though_the_screen_is_dark(paper: Page, address: str, text: str) -> None:
    paper.goto(address)
    assert paper.locator("html").get_attribute("data-bs-theme") == "dark"
    for one in ("h1", text):
        assert paper.locator(one).first.evaluate(_LUMINANCE) < 0.3
    background = "(one) => getComputedStyle(one).backgroundColor"
    assert paper.locator("body").evaluate(background) == "rgb(255, 255, 255)"


def test_a_table_says_what_its_filter_lets_through_and_repeats_its_head(paper: Page) -> None:
    paper.goto("/members?state=0&q=138&type=0")
    expect(paper.locator(".table-said")).to_have_text("Search: 138 · Type: Member · State: Enabled")
    expect(paper.locator(".table-summary")).to_be_visible()
    expect(paper.locator("tbody tr").first).to_have_css("display", "table-row")
    expect(paper.locator("thead")).to_have_css("display", "table-header-group")
    paper.emulate_media(media="screen")
    expect(paper.locator(".table-said")).to_be_hidden()


def test_of_a_slip_only_the_slip_is_printed(paper: Page) -> None:
    paper.emulate_media(media="screen")
    paper.goto(f"/members/{LISTED_MEMBER}/password")
    paper.locator("main form button[type=submit]").last.click()
    expect(paper.locator("#slip-password")).to_be_visible()
    paper.emulate_media(media="print")
    expect(paper.locator("#slip-password")).to_be_visible()
    for other in ("h1", ".print-head", ".alert", ".print-slip .btn"):
        expect(paper.locator(other).first).to_be_hidden()
