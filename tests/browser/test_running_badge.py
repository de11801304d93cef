"""The badge that every page asks for: it takes its place, and its failures are nobody's business."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.watching import Watch

_RUNS = (
    '<span id="changes-running" class="badge nav-badge" hx-get="/changes/running" hx-trigger="every 1s"'
    ' hx-swap="outerHTML" data-aside>54 %</span>'
)


def test_it_appears_beside_the_name_of_the_room_and_goes(signed_in: Page) -> None:
    answers = [_RUNS, '<span id="changes-running" data-aside></span>']
    aside = {"X-Fragment": "aside"}
    signed_in.route(
        "**/changes/running",
        lambda route: route.fulfill(body=answers.pop(0), content_type="text/html", headers=aside),
    )
    signed_in.goto("/members")
    badge = signed_in.locator("#changes-running")
    expect(badge).to_have_text("54 %")
    expect(signed_in.locator("nav.sidebar a", has_text="Bulk changes")).to_contain_text("54 %")
    expect(badge).to_have_text("")
    assert answers == []  # and it does not ask again


@pytest.mark.parametrize(
    "fail",
    [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=503, body="<p>Broken</p>", headers={"X-Fragment": "error"}),
        lambda route: route.fulfill(status=500, body="<p>Broken</p>"),
    ],
    ids=["nobody answers", "an error of ours", "something broke"],
)
def test_its_failure_is_shown_nowhere(signed_in: Page, watch: Watch, fail: Callable[[Route], None]) -> None:
    watch.expect(500, 503)
    signed_in.route("**/changes/running", fail)
    with signed_in.expect_event(
        "requestfinished" if "abort" not in fail.__code__.co_names else "requestfailed"
    ):
        signed_in.goto("/members")
    expect(signed_in.locator(".table-summary")).to_be_visible()
    expect(signed_in.locator(".problem")).to_have_count(0)
    expect(signed_in.locator("nav.sidebar")).not_to_contain_text("Broken")
