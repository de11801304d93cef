"""A session that ends while a page is open: back to the same page after signing in, with what was typed."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import LISTED_MEMBER, fill_in_sign_in, sign_in
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls
from tests.support.signing_in import MANAGER

EDIT = f"/members/{LISTED_MEMBER}/edit"


def test_fragment_leads_to_sign_in_and_back_to_its_page(
    signed_in: Page, sandbox: SandboxControls, watch: Watch
) -> None:
    watch.expect(401)
    signed_in.goto("/members?state=1&sort=-phone")
    sandbox.expire_tokens(refresh=True)
    signed_in.get_by_role("link", name="Type").click()

    expect(signed_in).to_have_url(re.compile("/sign-in"))
    assert signed_in.locator("#members-table").count() == 0
    fill_in_sign_in(signed_in)
    expect(signed_in).to_have_url(re.compile(r"/members\?state=1&sort=-phone$"))


def test_typed_text_survives_an_ended_session(signed_in: Page, sandbox: SandboxControls) -> None:
    signed_in.goto(EDIT)
    signed_in.get_by_label("Name").fill("欧阳 🎉")
    signed_in.get_by_label("Phone").fill("13800138000")
    sandbox.expire_tokens(refresh=True)
    signed_in.get_by_role("button", name="Save").click()
    expect(signed_in).to_have_url(re.compile("/sign-in"))
    fill_in_sign_in(signed_in)

    expect(signed_in).to_have_url(re.compile(f"{EDIT}$"))
    expect(signed_in.get_by_label("Name")).to_have_value("欧阳 🎉")
    expect(signed_in.get_by_label("Phone")).to_have_value("13800138000")
    expect(signed_in.locator(".form .alert-info")).to_be_visible()
    signed_in.get_by_role("button", name="Save").click()
    expect(signed_in.locator("h1")).to_have_text("欧阳 🎉")
    signed_in.goto(EDIT)
    expect(signed_in.locator(".form .alert-info")).to_have_count(0)


def test_typed_text_survives_a_stale_page(signed_in: Page, watch: Watch) -> None:
    watch.expect(403)
    signed_in.goto("/members/new")
    signed_in.get_by_label("Name").fill("欧阳")
    signed_in.get_by_label("Type one").check()
    signed_in.get_by_label("Password to use").fill("kX9-mmQ2-7pR")
    signed_in.context.clear_cookies(name="csrftoken")
    signed_in.get_by_role("button", name="Create the member").click()
    expect(signed_in.locator("h1")).to_have_text("This page is out of date")
    signed_in.get_by_role("link", name="Open the page again").click()

    expect(signed_in).to_have_url(re.compile("/members/new$"))
    expect(signed_in.get_by_label("Name")).to_have_value("欧阳")
    expect(signed_in.get_by_label("Type one")).to_be_checked()
    expect(signed_in.get_by_label("Password to use")).to_have_value("")


def test_typed_text_is_not_given_to_somebody_else(signed_in: Page, sandbox: SandboxControls) -> None:
    signed_in.goto(EDIT)
    signed_in.get_by_label("Name").fill("Between us")
    sandbox.expire_tokens(refresh=True)
    signed_in.get_by_role("button", name="Save").click()
    fill_in_sign_in(signed_in, MANAGER)

    expect(signed_in).to_have_url(re.compile(f"{EDIT}$"))
    expect(signed_in.get_by_label("Name")).to_have_value("222222")
    assert "Between us" not in signed_in.evaluate("JSON.stringify(sessionStorage)")


def test_sign_out_in_another_tab(signed_in: Page, watch: Watch) -> None:
    watch.expect(401)
    signed_in.goto("/members?state=1")
    other = signed_in.context.new_page()
    other.goto("/")
    sign_out(other)
    signed_in.get_by_role("link", name="Phone").click()

    expect(signed_in).to_have_url(re.compile("/sign-in"))
    expect(signed_in.locator("main")).not_to_contain_text("18611111111")
    fill_in_sign_in(signed_in)
    expect(signed_in).to_have_url(re.compile(r"/members\?state=1$"))


def test_form_after_sign_out_in_another_tab_sends_nothing(signed_in: Page, sandbox: SandboxControls) -> None:
    signed_in.goto(EDIT)
    signed_in.get_by_label("Name").fill("Too late")
    other = signed_in.context.new_page()
    other.goto("/")
    sign_out(other)
    signed_in.get_by_role("button", name="Save").click()

    expect(signed_in).to_have_url(re.compile("/sign-in"))
    assert sandbox.journal("/v1/corp/web/member-change") == []


def test_sign_out_leaves_nothing_in_the_browser(signed_in: Page, sandbox: SandboxControls) -> None:
    signed_in.goto(EDIT)
    signed_in.get_by_label("Name").fill("Between us")
    sandbox.expire_tokens(refresh=True)
    signed_in.get_by_role("button", name="Save").click()
    fill_in_sign_in(signed_in)
    signed_in.goto("/")  # the text waits for its form, which is not opened
    sign_out(signed_in)

    kept = signed_in.evaluate("JSON.stringify([sessionStorage, localStorage])")
    assert "draft:" not in kept and "Between us" not in kept
    signed_in.go_back()
    expect(signed_in).to_have_url(re.compile("/sign-in"))


def test_ending_a_session_from_another_browser(
    signed_in: Page, open_context: OpenContext, watch: Watch
) -> None:
    watch.expect(401)
    elsewhere = open_context().new_page()
    sign_in(elsewhere)
    elsewhere.goto("/members")
    signed_in.goto("/account/sessions")
    signed_in.get_by_role("button", name="End all others").click()
    expect(signed_in.locator("#messages .alert")).to_be_visible()
    elsewhere.get_by_role("link", name="Phone").click()

    expect(elsewhere).to_have_url(re.compile("/sign-in"))
    expect(elsewhere.locator(".alert-info")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator(".topbar .menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
