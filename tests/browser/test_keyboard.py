"""Everything without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import LISTED_MEMBER, focused, tab_to
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls


def test_skip_link_and_navigation(signed_in: Page) -> None:
    signed_in.goto("/")
    signed_in.keyboard.press("Tab")
    expect(signed_in.locator(".skip-link")).to_be_focused()
    expect(signed_in.locator(".skip-link")).to_be_in_viewport()
    signed_in.keyboard.press("Enter")
    assert focused(signed_in) == "main"

    signed_in.goto("/")
    tab_to(signed_in, "Departments")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("/departments$"))
    expect(signed_in.locator(".sidebar [aria-current=page]")).to_have_text("Departments")


def test_table(signed_in: Page) -> None:
    signed_in.goto("/members")
    tab_to(signed_in, "State")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("sort=state"))
    assert focused(signed_in) == "members-table-sort-state"

    signed_in.locator("#main").focus()
    signed_in.keyboard.press("Tab")
    while focused(signed_in) != "id_q":
        signed_in.keyboard.press("Tab")
    signed_in.keyboard.type("对讲机")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("q="))
    expect(signed_in.locator("tbody tr").first).to_contain_text("对讲机")
    assert focused(signed_in) == "id_q"


def test_form_and_its_first_invalid_field(signed_in: Page, watch: Watch) -> None:
    watch.expect(422)
    signed_in.goto("/departments/new")
    tab_to(signed_in, "Create")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("#id_name")).to_be_focused()
    expect(signed_in.locator("#id_name")).to_have_attribute("aria-invalid", "true")
    described = signed_in.locator("#id_name").get_attribute("aria-describedby") or ""
    assert "id_name_error" in described.split()

    signed_in.keyboard.type("Night watch")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("/departments$"))
    expect(signed_in.locator("#messages")).to_contain_text("Night watch")


def test_several_invalid_fields_are_summed_up(signed_in: Page, watch: Watch) -> None:
    watch.expect(422)
    signed_in.goto("/members/new")
    signed_in.locator("#id_phone").fill("12")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("[data-error-summary]")).to_be_focused()
    signed_in.keyboard.press("Tab")
    signed_in.keyboard.press("Enter")
    assert focused(signed_in) == "id_name"


def test_confirming_by_typing(signed_in: Page, sandbox: SandboxControls) -> None:
    signed_in.goto(f"/members/{LISTED_MEMBER}/delete")
    button = signed_in.get_by_role("button", name="Delete the member")
    expect(button).to_be_disabled()
    tab_to(signed_in, signed_in.locator("#id_confirm").evaluate("(one) => one.ariaLabel ?? ''"))
    signed_in.locator("#id_confirm").focus()
    signed_in.keyboard.type("22222")
    expect(button).to_be_disabled()
    signed_in.keyboard.press("Enter")
    assert sandbox.journal("/v1/corp/web/member-delete") == []
    signed_in.keyboard.type("2")
    expect(button).to_be_enabled()
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("/members$"))
    assert len(sandbox.journal("/v1/corp/web/member-delete")) == 1


def test_menu(signed_in: Page) -> None:
    signed_in.goto("/")
    summary = signed_in.locator(".topbar .menu > summary")
    summary.focus()
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator(".topbar details.menu")).to_have_attribute("open", "")
    signed_in.keyboard.press("Tab")
    expect(signed_in.get_by_role("link", name="My account")).to_be_focused()
    signed_in.keyboard.press("Escape")
    expect(signed_in.locator(".topbar details.menu")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/members", "/departments", "/members/new", "/audit"])
def test_what_has_the_focus_is_seen(signed_in: Page, address: str) -> None:
    """Nothing that Tab reaches is hidden, and nothing takes the focus without showing it."""
    signed_in.goto(address)
    for _ in range(25):
        signed_in.keyboard.press("Tab")
        unseen = signed_in.evaluate(
            """() => {
              const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
              if (one === document.body) return "";
              const shown = style.outlineStyle !== "none" || style.boxShadow !== "none";
              return box.width > 1 && box.height > 1 && shown ? "" : one.outerHTML.slice(0, 200);
            }"""
        )
        assert not unseen
