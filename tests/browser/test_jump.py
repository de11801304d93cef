"""The jump box, without a mouse."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.looking import Theme, violations
from tests.browser.steps import focused, sign_in
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls

CHOSEN = "#jump-results [aria-selected=true]"


def open_box(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#jump")).to_be_visible()
    expect(page.locator(CHOSEN)).to_have_count(1)


def test_a_member_is_three_keys_away(signed_in: Page) -> None:
    signed_in.goto("/departments")
    open_box(signed_in)
    signed_in.keyboard.type("70011173")
    expect(signed_in.locator(CHOSEN)).to_contain_text("222222")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("/members/1253446$"))


def test_enter_before_the_answer_waits_for_it(signed_in: Page, sandbox: SandboxControls) -> None:
    signed_in.goto("/departments")
    open_box(signed_in)
    sandbox.fault("/v1/corp/web/org-my-org", "latency", 0.7, times=1)
    signed_in.keyboard.type("70011173")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("/members/1253446$"))


def test_arrows_walk_round_and_the_field_says_where(signed_in: Page) -> None:
    signed_in.goto("/members")
    open_box(signed_in)
    field = signed_in.locator("#jump-input")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert focused(signed_in) == "jump-input"
    for key, at in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 0), ("ArrowUp", 7)):
        signed_in.keyboard.press(key)
        expect(field).to_have_attribute("aria-activedescendant", f"hit-{at}")
        expect(signed_in.locator(CHOSEN)).to_have_id(f"hit-{at}")
    signed_in.keyboard.press("ArrowDown")
    expect(signed_in.locator(CHOSEN)).to_have_id("hit-0")
    assert focused(signed_in) == "jump-input"


def test_escape_closes_it_and_the_focus_is_where_it_was(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.locator("#id_q").focus()
    open_box(signed_in)
    signed_in.keyboard.press("Escape")
    expect(signed_in.locator("#jump")).to_be_hidden()
    assert focused(signed_in) == "id_q"


def test_nothing_found_is_said_and_enter_goes_nowhere(signed_in: Page) -> None:
    signed_in.goto("/members")
    open_box(signed_in)
    signed_in.keyboard.type("nobody-is-called-so")
    expect(signed_in.locator(".jump-none")).to_be_visible()
    expect(signed_in.locator("#jump-status")).to_have_text("0 results")
    expect(signed_in.locator("#jump-input")).to_have_attribute("aria-expanded", "false")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("/members$"))


def test_a_lost_connection_is_said_and_can_be_tried_again(signed_in: Page, watch: Watch) -> None:
    watch.expect_silence()
    signed_in.goto("/members")
    open_box(signed_in)
    signed_in.context.set_offline(True)
    signed_in.keyboard.type("70011173")
    expect(signed_in.locator("#jump-results > .problem")).to_be_visible()
    signed_in.context.set_offline(False)
    signed_in.locator("#jump-results [data-retry]").click()
    expect(signed_in.locator(CHOSEN)).to_contain_text("222222")


def test_the_button_opens_it_on_a_phone(open_context: OpenContext, sandbox: SandboxControls) -> None:
    page = open_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    sign_in(page)
    page.locator("[data-jump]").tap()
    page.locator("#jump-input").fill("70011173")
    page.locator("#jump-results a", has_text="70011173").first.tap()
    expect(page).to_have_url(re.compile("/members/1253446$"))


def test_without_a_script_it_is_a_page(open_context: OpenContext, sandbox: SandboxControls) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page)
    page.locator("a[href='/jump']").click()
    page.locator("#jump-input").fill("70011173")
    page.locator("#jump-input").press("Enter")
    page.locator("#jump-results a").first.click()
    expect(page).to_have_url(re.compile("/members/1253446$"))


def test_an_open_box_is_accessible_in_both_themes(signed_in: Page) -> None:
    signed_in.goto("/members")
    open_box(signed_in)
    themes: tuple[Theme, Theme] = ("light", "dark")
    for text in ("", "7001", "nobody-is-called-so"):
        signed_in.locator("#jump-input").fill(text)
        expect(signed_in.locator("#jump-results")).to_have_attribute("data-query", text)
        for theme in themes:
            signed_in.emulate_media(color_scheme=theme)
            assert not violations(signed_in)
