"""Text is text: markup is shown and not run, and the longest name breaks no page."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.looking import sticking_out
from tests.browser.steps import LISTED_MEMBER
from tests.support.sandbox import SandboxControls

MARKUP = "<img src=x onerror=alert(1)>"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk微喇"  # 55 characters without a break
ADDRESSES = (
    "/members",
    "/members/{member}",
    "/members/{member}/edit",
    "/members/{member}/state",
    "/members/{member}/password",
    "/members/{member}/delete",
    "/audit",
    "/",
)


@pytest.fixture
def alerts(signed_in: Page) -> list[str]:
    """What any script that should not run has said."""
    said: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    signed_in.on("dialog", on_dialog)
    return said


def test_markup_is_shown_as_text(signed_in: Page, alerts: list[str]) -> None:
    signed_in.goto("/members?q=onerror")
    link = signed_in.locator("tbody th a")
    expect(link).to_have_text(MARKUP)
    link.click()
    expect(signed_in.locator("h1")).to_have_text(MARKUP)
    member = signed_in.url.rsplit("/", 1)[1]
    signed_in.goto(f"/members/{member}/state")
    signed_in.locator("main form button[type=submit]").last.click()
    expect(signed_in.locator("#messages")).to_contain_text(MARKUP)
    for address in ADDRESSES:
        signed_in.goto(address.format(member=member))
        assert signed_in.locator("main img").count() == 0
        expect(signed_in.locator("main")).to_contain_text(MARKUP)
    assert alerts == []


def test_markup_in_an_address_and_in_a_filter(signed_in: Page, alerts: list[str]) -> None:
    signed_in.goto(f'/members?q={MARKUP}x&sort="><script>alert(1)</script>&cols=<b>&dept=<i>&page=<u>')
    expect(signed_in.locator("#id_q")).to_have_value(f"{MARKUP}x")
    assert signed_in.locator("main img, main script, main b").count() == 0
    signed_in.locator("button[name=language]").click()
    signed_in.locator("button[name=language]").click()
    assert alerts == []


@pytest.mark.parametrize("width", [1440, 390])
def test_longest_name_fits(signed_in: Page, sandbox: SandboxControls, width: int) -> None:
    sandbox.control("POST", f"weila/members/{LISTED_MEMBER}", {"name": LONG})
    signed_in.goto(f"/members/{LISTED_MEMBER}/state")
    signed_in.locator("main form button[type=submit]").last.click()
    expect(signed_in.locator("#messages")).to_contain_text(LONG)
    signed_in.set_viewport_size({"width": width, "height": 844})
    for address in ADDRESSES:
        signed_in.goto(address.format(member=LISTED_MEMBER))
        assert sticking_out(signed_in) == [], address
