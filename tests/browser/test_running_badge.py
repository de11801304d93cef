"""The badge that every page asks for: it takes its place, and its failures are nobody's business."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watching import Watch

_RUNS = (
    '<span id="changes-running" class="badge nav-badge" hx-get="/changes/running" hx-trigger="every 1s"'
    ' hx-swap="outerHTML" data-aside>54%</span>'
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
    expect(badge).to_have_text("54%")
    expect(signed_in.locator("nav.sidebar a", has_text="Bulk changes")).to_contain_text("54%")
    expect(badge).to_have_text("")
    assert answers == []  # and it does not ask again


def test_it_fits_beside_the_name_of_the_room_in_bold(signed_in: Page) -> None:
    signed_in.route(
        "**/changes/running",
        lambda route: route.fulfill(
            body=_RUNS.replace("54%", "100%"), content_type="text/html", headers={"X-Fragment": "aside"}
        ),
    )
    signed_in.goto("/changes")
    badge = signed_in.locator("#changes-running")
    expect(badge).to_have_text("100%")
    inside = (
        "badge => badge.getBoundingClientRect().right <= badge.closest('a').getBoundingClientRect().right"
    )
    assert badge.evaluate(inside)


@pytest.mark.parametrize(("status", "headers"), [(503, {"X-Fragment": "error"}), (500, {})])
def test_an_error_is_shown_nowhere(
    signed_in: Page, watch: Watch, status: int, headers: dict[str, str]
) -> None:
    watch.expect(status)
    signed_in.route(
        "**/changes/running",
        lambda route: route.fulfill(status=status, body="<p>Broken</p>", headers=headers),
    )
    with signed_in.expect_event("requestfinished", lambda request: request.url.endswith("/changes/running")):
        signed_in.goto("/members")
    shows_the_page_alone(signed_in)


def test_silence_is_shown_nowhere(signed_in: Page, watch: Watch) -> None:
    watch.expect_silence()
    signed_in.route("**/changes/running", lambda route: route.abort())
    with signed_in.expect_event("requestfailed", lambda request: request.url.endswith("/changes/running")):
        signed_in.goto("/members")
    shows_the_page_alone(signed_in)


def shows_the_page_alone(page: Page) -> None:
    expect(page.locator(".table-summary")).to_be_visible()
    page.wait_for_timeout(200)  # what must not appear has had its time
    expect(page.locator(".problem")).to_have_count(0)
    expect(page.locator("nav.sidebar")).not_to_contain_text("Broken")
