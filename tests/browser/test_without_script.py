"""With scripts off the console still works: links and forms are real ones."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import LISTED_MEMBER, sign_in
from tests.support.sandbox import SandboxControls


@pytest.fixture
def plain(open_context: OpenContext, sandbox: SandboxControls) -> Page:
    page = open_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    sign_in(page)
    return page


def test_filter_sort_and_page(plain: Page) -> None:
    expect(plain.locator(".sidebar")).to_be_visible()
    plain.locator(".sidebar").get_by_role("link", name="Members").click()
    plain.set_viewport_size({"width": 1440, "height": 900})
    plain.get_by_role("link", name="Phone").click()
    expect(plain).to_have_url(re.compile("sort=phone"))
    plain.get_by_role("link", name="Next").click()
    expect(plain).to_have_url(re.compile("page=2"))
    plain.locator("#id_state").select_option("1")
    plain.get_by_role("button", name="Search").click()
    expect(plain).to_have_url(re.compile("state=1"))
    expect(plain.locator("tbody tr").first).to_contain_text("Suspended")


def test_edit(plain: Page) -> None:
    plain.goto(f"/members/{LISTED_MEMBER}/edit")
    plain.get_by_label("Name").fill("Without a script")
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator("h1")).to_have_text("Without a script")


def test_delete_and_sign_out(plain: Page, sandbox: SandboxControls) -> None:
    plain.goto(f"/members/{LISTED_MEMBER}/delete")
    plain.locator("#id_confirm").fill("222222")
    plain.get_by_role("button", name="Delete the member").click()
    expect(plain).to_have_url(re.compile("/members$"))
    assert len(sandbox.journal("/v1/corp/web/member-delete")) == 1
    plain.locator(".topbar .menu > summary").click()
    plain.get_by_role("button", name="Sign out").click()
    expect(plain).to_have_url(re.compile("/sign-in$"))


def test_picture_code_is_there(open_context: OpenContext, sandbox: SandboxControls) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/sign-up")
    image = page.locator("#picture img")
    expect(image).to_be_visible()
    assert page.request.get(image.get_attribute("src") or "").headers["content-type"].startswith("image/")
