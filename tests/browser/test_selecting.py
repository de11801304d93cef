"""Selecting rows of a table, with a mouse, with keys, on a phone and without a script; and the pages that follow."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.looking import problems, violations
from tests.browser.steps import focused, focused_text, sign_in, tab_to
from tests.support.sandbox import SandboxControls

BULK = re.compile(r"/members/bulk\?selection=")


def boxes(page: Page) -> Locator:
    return page.locator("tbody .bulk-box input")


def ticked(page: Page) -> list[int]:
    """The positions of the ticked rows."""
    return [at for at, box in enumerate(boxes(page).all()) if box.is_checked()]


def test_the_bar_counts_what_is_ticked_and_says_it(signed_in: Page) -> None:
    signed_in.goto("/members")
    bar, head = signed_in.locator(".bulk"), signed_in.get_by_role("checkbox", name="Select this page")
    expect(bar).to_be_hidden()
    boxes(signed_in).nth(2).check()
    expect(bar).to_be_in_viewport()
    expect(bar).to_contain_text("1 selected on this page")
    expect(signed_in.locator("#announce")).to_have_text("1 selected on this page")
    assert head.evaluate("(box) => box.indeterminate")

    head.click()
    expect(bar).to_contain_text("50 selected on this page")
    expect(head).to_be_checked()
    boxes(signed_in).nth(0).uncheck()
    expect(bar).to_contain_text("49 selected on this page")
    expect(head).not_to_be_checked()

    signed_in.get_by_role("button", name="Clear the selection").click()
    expect(bar).to_be_hidden()
    assert ticked(signed_in) == []
    assert focused(signed_in) == "members-table-select"


def test_shift_takes_a_range_either_way(signed_in: Page) -> None:
    signed_in.goto("/members")
    boxes(signed_in).nth(5).click()
    boxes(signed_in).nth(2).click(modifiers=["Shift"])
    assert ticked(signed_in) == [2, 3, 4, 5]
    boxes(signed_in).nth(4).click()
    boxes(signed_in).nth(3).click(modifiers=["Shift"])
    assert ticked(signed_in) == [2, 5]
    expect(signed_in.locator(".bulk")).to_contain_text("2 selected on this page")


def test_another_page_has_its_own_selection_and_the_filter_is_that_of_the_rows(signed_in: Page) -> None:
    signed_in.goto("/members")
    boxes(signed_in).nth(1).check()
    signed_in.get_by_role("link", name="Next").click()
    expect(signed_in).to_have_url(re.compile("page=2"))
    expect(signed_in.locator(".bulk")).to_be_hidden()
    signed_in.locator("#id_state").select_option("1")
    expect(signed_in).to_have_url(re.compile("state=1"))
    shown = boxes(signed_in).count()
    boxes(signed_in).nth(0).check()
    expect(signed_in.locator(".bulk [name=query]")).to_have_value(re.compile("state=1"))
    expect(signed_in.locator(".bulk [name=matching]")).to_have_value(str(shown))


def test_all_that_match_are_restated_and_the_way_back_is_the_list(signed_in: Page) -> None:
    signed_in.goto("/members?type=people&sort=-created")
    boxes(signed_in).nth(0).check()
    signed_in.get_by_role("button", name=re.compile(r"Edit all \d+ that match")).click()
    expect(signed_in).to_have_url(BULK)
    expect(signed_in.locator("main")).to_contain_text("Type: People, no devices")
    signed_in.get_by_role("link", name="Move to a department").click()
    expect(signed_in.locator("h1")).to_have_text("Move to a department")
    signed_in.reload()
    expect(signed_in.locator("h1")).to_have_text("Move to a department")
    signed_in.go_back()
    expect(signed_in.locator("h1")).to_have_text("Edit the selected")
    signed_in.go_back()
    expect(signed_in).to_have_url(re.compile(r"/members\?type=people"))
    assert ticked(signed_in) == []  # the rows may be others by now


def test_the_language_is_switched_on_the_way(signed_in: Page) -> None:
    signed_in.goto("/members")
    boxes(signed_in).nth(0).check()
    signed_in.get_by_role("button", name="Edit the selected…").click()
    signed_in.get_by_role("link", name="Suspend").click()
    signed_in.get_by_role("button", name="简体中文").click()
    expect(signed_in.locator("h1")).to_have_text("暂停")


def test_with_keys(signed_in: Page) -> None:
    signed_in.goto("/members")
    tab_to(signed_in, "Select this page")
    tab_to(signed_in, "Select 222222")
    signed_in.keyboard.press("Space")
    boxes(signed_in).nth(3).focus()
    signed_in.keyboard.press("Shift+Space")
    assert ticked(signed_in) == [0, 1, 2, 3]
    boxes(signed_in).last.focus()
    while focused_text(signed_in) != "Edit the selected…":
        signed_in.keyboard.press("Tab")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(BULK)
    tab_to(signed_in, "Delete")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("h1")).to_have_text("Delete")


def test_on_a_phone(open_context: OpenContext, sandbox: SandboxControls) -> None:
    page = open_context(viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, at="/sign-in?next=/members")
    boxes(page).nth(1).check()
    expect(page.locator(".bulk")).to_be_in_viewport()
    card, box = (page.locator(one).nth(1).bounding_box() for one in ("tbody tr", "tbody .bulk-box"))
    assert card and box
    assert abs(card["x"] + card["width"] - box["x"] - box["width"]) < 2
    assert abs(card["y"] - box["y"]) < 2
    assert box["width"] >= 40
    assert box["height"] >= 40


@pytest.mark.parametrize(("table", "action"), [("/members", "delete"), ("/groups", "copy")])
def test_without_a_script(
    open_context: OpenContext, sandbox: SandboxControls, table: str, action: str
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page)
    page.goto(table)
    expect(page.locator("thead .bulk-box input")).to_be_hidden()
    boxes(page).nth(0).check()
    boxes(page).nth(1).check()
    page.get_by_role("button", name="Edit the selected…").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"2 (members and devices|groups)"))
    page.locator(f"main a[href*='/bulk/{action}?']").click()
    expect(page.get_by_role("button", name="Preview the changes")).to_be_visible()
    page.goto(table)
    page.get_by_role("button", name=re.compile(r"Edit all \d+")).click()
    expect(page.locator("main")).to_contain_text("All")


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_page_breaks_a_rule_of_accessibility(
    open_context: OpenContext, sandbox: SandboxControls, locale: str
) -> None:
    page = open_context(locale=locale).new_page()
    sign_in(page)
    page.goto("/members?state=0")
    page.locator("thead .bulk-box input").check()
    assert problems(page, desk="light", phone="dark") == []
    page.locator(".bulk [name=take]").click()
    expect(page).to_have_url(BULK)
    chosen = page.url
    assert problems(page, desk="dark", phone="light") == []
    for code in ("move", "track", "password", "groups-add"):
        page.goto(chosen.replace("/bulk?", f"/bulk/{code}?"))
        assert violations(page) == []
    page.goto("/groups")
    boxes(page).nth(0).check()
    page.locator(".bulk [type=submit]").first.click()
    page.locator("a[href*='/bulk/copy?']").click()
    assert problems(page, desk="light", phone="dark") == []


def test_boxes_are_not_printed(signed_in: Page) -> None:
    signed_in.goto("/members")
    boxes(signed_in).nth(0).check()
    signed_in.emulate_media(media="print")
    for hidden in (".bulk", "thead .bulk-box", "tbody .bulk-box"):
        expect(signed_in.locator(hidden).first).to_be_hidden()
