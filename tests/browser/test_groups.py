"""The picker of a group: ticks that outlive searches, the focus, keys alone, and without a script."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import LISTED_GROUP, LISTED_MEMBER, focused, sign_in, tab_to
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls

PICKER = f"/groups/{LISTED_GROUP}/members/add"
ADDING = "/v1/corp/web/group-member-add"


def search(page: Page, number: str) -> None:
    page.locator("#id_q").fill(number)
    page.locator("#id_q").press("Enter")
    expect(page.locator(".picker-rows li")).to_have_count(1)
    expect(page.locator(".picker-rows li")).to_contain_text(number)


def test_ticks_outlive_searches_and_all_are_added_at_once(
    signed_in: Page, sandbox: SandboxControls, watch: Watch
) -> None:
    watch.expect_silence()
    signed_in.goto(PICKER)
    add = signed_in.locator("#picker-chosen .btn-primary")
    expect(add).to_be_disabled()
    search(signed_in, "70016001")
    signed_in.locator(".picker-rows input").check()
    expect(add).to_have_text(re.compile("Add 1 to the group"))
    search(signed_in, "70016002")
    signed_in.locator(".picker-rows input").check()
    expect(add).to_have_text(re.compile("Add 2 to the group"))
    signed_in.get_by_role("button", name="Do not add 陈建国").click()
    expect(add).to_have_text(re.compile("Add 1 to the group"))
    expect(signed_in.locator(".picker-rows input")).to_be_checked()
    signed_in.reload()
    expect(add).to_have_text(re.compile("Add 1 to the group"))
    add.click()
    expect(signed_in).to_have_url(re.compile(f"/groups/{LISTED_GROUP}$"))
    expect(signed_in.locator("#messages")).to_contain_text("Added to “测试群3”: 林晓燕.")
    assert len(sandbox.journal(ADDING)) == 1


def test_by_keyboard_alone(signed_in: Page) -> None:
    signed_in.goto(PICKER)
    while focused(signed_in) != "id_q":
        signed_in.keyboard.press("Tab")
    signed_in.keyboard.type("70016002")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator(".picker-rows li")).to_have_count(1)
    assert focused(signed_in) == "id_q"
    while not focused(signed_in).startswith("pick-"):
        signed_in.keyboard.press("Tab")
    signed_in.keyboard.press("Space")
    expect(signed_in.locator("#announce")).to_have_text("Add 1 to the group")
    assert focused(signed_in).startswith("pick-")
    tab_to(signed_in, "Add 1 to the group")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("#messages")).to_contain_text("林晓燕")


def test_all_shown_and_the_next_page(signed_in: Page) -> None:
    signed_in.goto(PICKER)
    signed_in.locator("#picker-all").click()
    expect(signed_in.locator(".picker-rows :checked")).to_have_count(48)
    signed_in.locator("#picker-next").click()
    expect(signed_in.locator(".picker-rows li")).to_have_count(10)
    expect(signed_in.locator("#picker-chosen .btn-primary")).to_have_text(re.compile("Add 48"))


def test_without_a_script(open_context: OpenContext, sandbox: SandboxControls) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page)
    page.goto(PICKER)
    page.locator("#id_q").fill("70016001")
    page.get_by_role("button", name="Search").click()
    page.locator(".picker-rows input").check()
    page.locator("#id_q").fill("70016002")
    page.get_by_role("button", name="Search").click()
    page.locator(".picker-rows input").check()
    page.get_by_role("button", name="Take over the ticks").click()
    page.get_by_role("button", name="Add 2 to the group").click()
    expect(page.locator("#messages")).to_contain_text("Added to “测试群3”: 陈建国, 林晓燕.")
    page.goto(f"/members/{LISTED_MEMBER}")
    page.get_by_role("link", name="Show the groups").click()
    page.get_by_role("link", name="测试群3", exact=True).click()
    page.locator("[name=m]").first.check()
    page.get_by_role("button", name="Remove the selected from the group").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Removed from “测试群3”")


def test_select_all_and_remove_by_keyboard(signed_in: Page) -> None:
    signed_in.goto(f"/groups/{LISTED_GROUP}")
    tab_to(signed_in, "Select all shown")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("[name=m]:checked")).to_have_count(2)
    tab_to(signed_in, "Remove the selected from the group")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("h1")).to_have_text("Remove from the group")
    tab_to(signed_in, "Remove")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("#group-members")).to_contain_text("Nobody is in this group")


def test_the_members_page_shows_the_groups(signed_in: Page) -> None:
    signed_in.goto(f"/groups/{LISTED_GROUP}")
    signed_in.goto(f"/members/{LISTED_MEMBER}")
    expect(
        signed_in.locator("#member-groups").get_by_role("link", name="测试群3", exact=True)
    ).to_be_visible()


def test_the_group_is_deleted_elsewhere_while_its_page_is_open(
    signed_in: Page, watch: Watch, open_context: OpenContext
) -> None:
    watch.expect(404)
    signed_in.goto(f"/groups/{LISTED_GROUP}")
    other = open_context().new_page()
    sign_in(other, "13353236160")
    other.goto(f"/groups/{LISTED_GROUP}/delete")
    other.locator("#id_confirm").fill("测试群3")
    other.get_by_role("button", name="Delete the group").click()
    expect(other).to_have_url(re.compile("/groups$"))
    signed_in.get_by_role("link", name="State").click()
    problem = signed_in.locator("#group-members .problem")
    expect(problem).to_contain_text("There is no group with this number")
    problem.get_by_role("link", name="All groups").click()
    expect(signed_in).to_have_url(re.compile("/groups$"))
