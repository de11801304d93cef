"""The table region: what htmx swaps, what the address says, where the focus is, and the way back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import focused
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls


def test_back_after_filtering_is_the_whole_page(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.locator("#id_state").select_option("1")
    expect(signed_in).to_have_url(re.compile("state=1"))
    suspended = signed_in.locator("tbody tr").count()
    signed_in.locator("tbody th a").first.click()
    expect(signed_in).to_have_url(re.compile(r"/members/\d+$"))

    signed_in.go_back()
    expect(signed_in).to_have_url(re.compile("state=1"))
    expect(signed_in.locator(".sidebar")).to_be_visible()
    expect(signed_in.locator("tbody tr")).to_have_count(suspended)
    expect(signed_in.locator("#id_state")).to_have_value("1")
    signed_in.go_back()
    expect(signed_in).to_have_url(re.compile(r"/members$"))
    expect(signed_in.locator(".sidebar")).to_be_visible()
    expect(signed_in.locator("tbody tr")).to_have_count(50)
    expect(signed_in.locator("#id_state")).to_have_value("")
    signed_in.go_forward()
    expect(signed_in.locator(".sidebar")).to_be_visible()
    expect(signed_in.locator("tbody tr")).to_have_count(suspended)


def test_sorting_keeps_the_focus_and_says_its_order(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.get_by_role("link", name="Phone").click()
    expect(signed_in).to_have_url(re.compile("sort=phone"))
    expect(signed_in.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Phone"))
    assert focused(signed_in) == "members-table-sort-phone"
    signed_in.get_by_role("link", name="Phone").click()
    expect(signed_in.locator("th[aria-sort=descending]")).to_have_text(re.compile("Phone"))

    signed_in.get_by_role("link", name="Next").click()
    expect(signed_in).to_have_url(re.compile("page=2"))
    assert "sort=-phone" in signed_in.url


def test_search_is_announced_and_keeps_the_address_short(signed_in: Page) -> None:
    signed_in.goto("/members?page=2")
    search = signed_in.get_by_label("Search")
    search.fill("18611111111")
    search.press("Enter")
    expect(signed_in).to_have_url(re.compile(r"/members\?.*q=18611111111"))
    found = signed_in.locator("tbody tr").count()

    assert 1 < found < 50
    expect(signed_in.locator("#announce")).to_have_text(f"{found} members and devices")
    assert focused(signed_in) == "id_q"
    assert "page=" not in signed_in.url and "dept=" not in signed_in.url
    signed_in.get_by_role("link", name="Show all").click()
    expect(signed_in).to_have_url(re.compile(r"/members$"))


def test_no_match_offers_a_way_out(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.get_by_label("Search").fill("nobody-has-this-name")
    signed_in.get_by_label("Search").press("Enter")
    expect(signed_in.locator(".state-no-match")).to_be_visible()
    signed_in.locator(".state-no-match a").click()
    expect(signed_in.locator("tbody tr")).to_have_count(50)


def test_columns_are_chosen_and_remembered_until_the_default_is_wanted(signed_in: Page) -> None:
    signed_in.goto("/members?state=0")
    signed_in.locator("summary", has_text="Columns").click()
    signed_in.get_by_role("checkbox", name="Phone").uncheck()
    signed_in.locator("input[name=cols][value=track]").check()
    signed_in.get_by_role("button", name="Show these columns").click()

    expect(signed_in.locator("thead th", has_text="Location reports")).to_be_visible()
    expect(signed_in.locator("thead th", has_text="Phone")).to_have_count(0)
    assert "state=0" in signed_in.url
    signed_in.goto("/members")
    expect(signed_in.locator("thead th", has_text="Location reports")).to_be_visible()

    signed_in.locator("summary", has_text="Columns").click()
    signed_in.get_by_role("button", name="Default columns").click()
    expect(signed_in.locator("thead th", has_text="Phone")).to_be_visible()
    expect(signed_in.locator("thead th", has_text="Location reports")).to_have_count(0)


def test_a_view_is_saved_opened_and_deleted(signed_in: Page) -> None:
    signed_in.goto("/members")
    signed_in.locator("#id_state").select_option("1")
    expect(signed_in).to_have_url(re.compile("state=1"))
    signed_in.locator("summary", has_text="Saved views").click()
    signed_in.get_by_label("Save filter, order and columns as").fill("Who is suspended")
    signed_in.get_by_role("button", name="Save", exact=True).click()
    expect(signed_in.locator("#messages")).to_contain_text("Who is suspended")

    signed_in.goto("/members")
    signed_in.locator("summary", has_text="Saved views").click()
    signed_in.get_by_role("link", name="Who is suspended", exact=True).click()
    expect(signed_in).to_have_url(re.compile("state=1"))
    expect(signed_in.locator("#id_state")).to_have_value("1")

    signed_in.locator("summary", has_text="Saved views").click()
    signed_in.get_by_role("link", name="Rename or delete “Who is suspended”").click()
    signed_in.get_by_role("button", name="Delete this view").click()
    expect(signed_in).to_have_url(re.compile("/members.*state=1"))
    signed_in.locator("summary", has_text="Saved views").click()
    expect(signed_in.get_by_role("link", name="Who is suspended", exact=True)).to_have_count(0)


def test_lost_connection_is_said_and_can_be_tried_again(signed_in: Page, watch: Watch) -> None:
    watch.expect_silence()
    signed_in.goto("/members")
    signed_in.context.set_offline(True)
    signed_in.get_by_role("link", name="Next").click()
    expect(signed_in.locator("#members-table > .problem")).to_be_visible()
    expect(signed_in.locator("tbody tr")).to_have_count(50)
    signed_in.context.set_offline(False)
    signed_in.locator("#members-table [data-retry]").click()

    expect(signed_in.locator(".problem")).to_have_count(0)
    expect(signed_in.locator(".pagination [aria-current=page]")).to_have_text("2")


def test_last_click_counts(signed_in: Page, sandbox: SandboxControls, watch: Watch) -> None:
    """Two clicks in a row: what is shown belongs to the address, whichever answer comes first."""
    watch.expect_silence()
    signed_in.goto("/members")
    sandbox.fault("/v1/corp/web/org-my-org", "latency", 1, times=1)
    signed_in.get_by_role("link", name="Phone").click()
    signed_in.get_by_role("link", name="State").click()

    expect(signed_in).to_have_url(re.compile("sort=state"))
    expect(signed_in.locator("th[aria-sort]")).to_have_text(re.compile("State"))
