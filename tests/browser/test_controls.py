"""The small controls of every page: menus, theme, language, copying, navigation on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import LISTED_MEMBER, sign_in
from tests.support.sandbox import SandboxControls


def test_menu_closes_when_something_else_is_clicked(signed_in: Page) -> None:
    menu = signed_in.locator(".topbar details.menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    signed_in.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_theme_is_kept_until_it_is_the_systems_again(signed_in: Page) -> None:
    html, switch = signed_in.locator("html"), signed_in.locator("[data-theme-toggle]")
    expect(html).to_have_attribute("data-bs-theme", "light")
    switch.click()
    signed_in.reload()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    switch.click()
    expect(html).to_have_attribute("data-bs-theme", "light")
    signed_in.emulate_media(color_scheme="dark")
    expect(html).to_have_attribute("data-bs-theme", "dark")


def test_language_is_switched_in_place_and_kept(signed_in: Page) -> None:
    signed_in.goto("/members?sort=-phone")
    signed_in.locator("button[name=language]").click()
    expect(signed_in.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(signed_in).to_have_url(re.compile(r"/members\?sort=-phone$"))
    expect(signed_in.locator("h1")).to_have_text(re.compile("成员"))
    signed_in.goto("/departments")
    expect(signed_in.locator("html")).to_have_attribute("lang", "zh-hans")
    signed_in.locator("button[name=language]").click()
    expect(signed_in.locator("h1")).to_have_text("Departments")


def test_browsers_language_is_taken_first(open_context: OpenContext, sandbox: SandboxControls) -> None:
    for locale, lang in (("zh-CN", "zh-hans"), ("en-GB", "en"), ("fr-FR", "zh-hans")):
        page = open_context(locale=locale).new_page()
        page.goto("/sign-in")
        expect(page.locator("html")).to_have_attribute("lang", lang)


def test_number_is_copied(signed_in: Page) -> None:
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    signed_in.goto(f"/members/{LISTED_MEMBER}")
    signed_in.get_by_role("button", name="Copy the number").click()
    expect(signed_in.locator("#announce")).to_have_text("Copied.")
    assert signed_in.evaluate("navigator.clipboard.readText()") == "70011173"


def test_password_can_be_looked_at(page: Page, sandbox: SandboxControls) -> None:
    page.goto("/sign-in")
    page.locator("#id_password").fill("secret")
    page.locator("[data-reveal=id_password]").click()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    page.locator("[data-reveal=id_password]").click()
    expect(page.locator("#id_password")).to_have_attribute("type", "password")


def test_message_can_be_closed(signed_in: Page) -> None:
    signed_in.goto(f"/members/{LISTED_MEMBER}/edit")
    signed_in.get_by_role("button", name="Save").click()
    signed_in.locator("#messages [data-dismiss]").click()
    expect(signed_in.locator("#messages .alert")).to_have_count(0)


def test_navigation_on_a_phone(open_context: OpenContext, sandbox: SandboxControls) -> None:
    page = open_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    sign_in(page)
    expect(page.locator(".sidebar")).to_be_hidden()
    page.locator(".nav-toggle").tap()
    expect(page.locator(".nav-toggle")).to_have_attribute("aria-expanded", "true")
    page.locator(".sidebar").get_by_role("link", name="Departments").tap()
    expect(page).to_have_url(re.compile("/departments$"))
    expect(page.locator(".sidebar")).to_be_hidden()


def test_double_click_sends_once(signed_in: Page, sandbox: SandboxControls) -> None:
    signed_in.goto("/departments/new")
    signed_in.get_by_label("Name").fill("Once")
    sandbox.fault("/v1/corp/web/dept-create", "latency", 0.5, times=1)
    signed_in.get_by_role("button", name="Create").dblclick()
    expect(signed_in).to_have_url(re.compile("/departments$"))
    assert len(sandbox.journal("/v1/corp/web/dept-create")) == 1
