"""From the sign-in page to the first change, as a newcomer does it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import LISTED_MEMBER, fill_in_sign_in, focused
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls


def test_sign_in_to_first_edit(page: Page, sandbox: SandboxControls) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2F$"))
    fill_in_sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("微喇测试")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Members").click()
    page.get_by_label("Search").fill("70011173")
    page.get_by_label("Search").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody th a").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name").fill("王小明")
    page.get_by_role("button", name="Save").click()

    expect(page).to_have_url(re.compile(f"/members/{LISTED_MEMBER}$"))
    expect(page.locator("h1")).to_have_text("王小明")
    expect(page.locator("#messages .alert-success")).to_contain_text("王小明")
    expect(page.locator("#member-history tbody tr").first).to_contain_text("王小明")
    assert len(sandbox.journal("/v1/corp/web/member-change")) == 1


def test_wrong_password_is_said_at_its_field(page: Page, sandbox: SandboxControls, watch: Watch) -> None:
    watch.expect(422)
    page.goto("/sign-in")
    page.get_by_label("Phone or Weila number").fill("13353236154")
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in").click()

    expect(page.locator("#id_password_error")).to_be_visible()
    assert focused(page) == "id_password"
    assert page.get_by_label("Password", exact=True).input_value() == ""
    expect(page.get_by_label("Phone or Weila number")).to_have_value("13353236154")


def test_eight_digits_are_asked_about(page: Page, sandbox: SandboxControls, watch: Watch) -> None:
    watch.expect(422)
    page.goto("/sign-in")
    page.get_by_label("Phone or Weila number").fill("61234567")
    page.get_by_label("Password", exact=True).fill("123456")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("A phone number").check()
    page.get_by_label("Password", exact=True).fill("123456")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("微喇测试")
