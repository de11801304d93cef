"""Keys that act by themselves: what they do, where they keep quiet, and how they are turned off."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import violations
from tests.browser.steps import focused, focused_text

PLACES = {"h": "/", "o": "/org", "d": "/departments", "m": "/members", "a": "/audit"}


@pytest.mark.parametrize("key", PLACES)
def test_g_and_a_letter_go_to_a_page(signed_in: Page, key: str) -> None:
    signed_in.goto("/members" if key != "m" else "/org")
    signed_in.keyboard.press("g")
    signed_in.keyboard.press(key)
    expect(signed_in).to_have_url(re.compile(f"[0-9]{PLACES[key]}$"))


def test_g_and_an_unknown_letter_go_nowhere(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.keyboard.press("g")
    signed_in.keyboard.press("n")  # which alone would create a member
    signed_in.keyboard.press("/")
    assert focused(signed_in) == "id_q"
    expect(signed_in).to_have_url(re.compile("/members$"))


def test_slash_searches_and_n_creates(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.keyboard.press("/")
    assert focused(signed_in) == "id_q"
    expect(signed_in.locator("#id_q")).to_have_value("")
    signed_in.goto("/members")
    signed_in.keyboard.press("n")
    expect(signed_in).to_have_url(re.compile("/members/new$"))


def test_rows_are_walked_through_and_opened(signed_in: Page) -> None:
    signed_in.goto("/members")
    names = signed_in.locator("tbody th a").all_inner_texts()
    for key, row in (("j", 0), ("j", 1), ("k", 0), ("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1)):
        signed_in.keyboard.press(key)
        assert focused_text(signed_in) == names[row]
    address = str(signed_in.locator("tbody th a").nth(1).get_attribute("href"))
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile(f"{address}$"))


def test_arrows_scroll_while_no_row_is_chosen(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.keyboard.press("ArrowDown")
    assert focused_text(signed_in) != signed_in.locator("tbody th a").first.inner_text()


def test_nothing_happens_while_somebody_types(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.locator("#id_q").focus()
    signed_in.keyboard.type("gd/?njk")
    expect(signed_in.locator("#id_q")).to_have_value("gd/?njk")
    signed_in.locator("#id_state").focus()
    signed_in.keyboard.press("n")
    expect(signed_in.locator("#sheet")).to_be_hidden()
    expect(signed_in).to_have_url(re.compile("/members$"))


def test_keys_of_the_browser_stay_the_browsers(signed_in: Page) -> None:
    signed_in.goto("/members")
    for key in ("Control+n", "Alt+n", "Meta+n"):
        signed_in.evaluate(
            """(key) => document.body.dispatchEvent(new KeyboardEvent("keydown", {
                 key: "n", bubbles: true, ctrlKey: key.startsWith("C"), altKey: key.startsWith("A"),
                 metaKey: key.startsWith("M")}))""",
            key,
        )
    expect(signed_in).to_have_url(re.compile("/members$"))


def test_the_sheet_opens_closes_and_gives_the_focus_back(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.keyboard.press("j")
    before = focused_text(signed_in)
    signed_in.keyboard.press("?")
    expect(signed_in.locator("#sheet h2")).to_have_text("Keyboard shortcuts")
    signed_in.keyboard.press("n")  # a dialog is open
    expect(signed_in).to_have_url(re.compile("/members$"))
    for theme in ("light", "dark"):
        signed_in.emulate_media(color_scheme=theme)
        assert not violations(signed_in)
    signed_in.keyboard.press("Escape")
    expect(signed_in.locator("#sheet")).to_be_hidden()
    assert focused_text(signed_in) == before


def test_the_menu_leads_to_the_sheet_as_well(signed_in: Page) -> None:
    signed_in.locator(".topbar details.menu summary").click()
    signed_in.locator("a[data-sheet]").click()
    expect(signed_in.locator("#sheet h2")).to_be_visible()
    signed_in.locator("#sheet [data-close]").click()
    expect(signed_in.locator("#sheet")).to_be_hidden()


def test_they_are_turned_off_and_on_again(signed_in: Page) -> None:
    signed_in.goto("/account")
    switch = signed_in.locator("main [data-shortcuts]")
    switch.uncheck()
    signed_in.goto("/members")
    signed_in.keyboard.press("n")
    signed_in.keyboard.press("?")
    signed_in.keyboard.press("/")
    assert focused(signed_in) != "id_q"
    expect(signed_in).to_have_url(re.compile("/members$"))
    signed_in.keyboard.press("Control+k")  # no single key
    expect(signed_in.locator("#jump")).to_be_visible()

    signed_in.goto("/shortcuts")
    expect(signed_in.locator("main [data-shortcuts]")).not_to_be_checked()
    signed_in.locator("main [data-shortcuts]").check()
    signed_in.goto("/members")
    signed_in.keyboard.press("n")
    expect(signed_in).to_have_url(re.compile("/members/new$"))
