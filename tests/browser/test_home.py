"""Home's chart: drawn from its table, in the colors of the theme, and never missed where it can't be drawn."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import sign_in
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls

CHART = "[aria-labelledby=joined] bar-chart"  # there is another one as soon as the groups have been read
LIBRARY = re.compile(r"/chart\.umd\.min\.\w+\.js$")


def drawn(page: Page) -> Locator:
    page.locator(CHART).scroll_into_view_if_needed()
    canvas = page.locator(f"{CHART} canvas")
    expect(canvas).to_be_visible()
    return canvas


def color(canvas: Locator) -> str:
    return str(canvas.evaluate("(one) => Chart.getChart(one).data.datasets[0].backgroundColor"))


def test_it_draws_the_numbers_of_its_table(signed_in: Page) -> None:
    values = drawn(signed_in).evaluate("(one) => Chart.getChart(one).data.datasets[0].data")
    told = [int(text) for text in signed_in.locator(f"{CHART} td").all_text_contents()]
    assert values == told
    assert any(told)


def test_a_column_leads_to_who_is_in_it(signed_in: Page) -> None:
    canvas = drawn(signed_in)
    link = signed_in.locator(f"{CHART} tbody tr:has(a)").last
    month = link.locator("th").text_content() or ""
    number = signed_in.locator(f"{CHART} tbody th").all_text_contents().index(month)
    at = canvas.evaluate(
        "(one, number) => { const {x, y} = Chart.getChart(one).getDatasetMeta(0).data[number]; return {x, y: y + 3}; }",
        number,
    )
    canvas.click(position=at)
    expect(signed_in).to_have_url(re.compile(rf"/members\?joined={month}$"))


def test_it_follows_the_theme(signed_in: Page) -> None:
    canvas = drawn(signed_in)
    before = color(canvas)
    signed_in.locator("[data-theme-toggle]").click()
    expect(signed_in.locator("html")).to_have_attribute("data-bs-theme", "dark")
    signed_in.wait_for_function(
        "([one, before]) => Chart.getChart(one).data.datasets[0].backgroundColor !== before",
        arg=[canvas.element_handle(), before],
    )


def test_the_library_comes_when_the_chart_comes_into_sight(
    open_context: OpenContext, sandbox: SandboxControls
) -> None:
    page = open_context(viewport={"width": 390, "height": 500}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page)
    page.goto("/members")
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert not any(LIBRARY.search(url) for url in asked)
    page.locator(CHART).scroll_into_view_if_needed()
    expect(page.locator(f"{CHART} canvas")).to_be_visible()
    assert len([url for url in asked if LIBRARY.search(url)]) == 1


def test_without_the_library_the_numbers_are_shown(signed_in: Page, watch: Watch) -> None:
    watch.expect_silence()
    signed_in.route(LIBRARY, lambda route: route.abort())
    signed_in.reload()
    signed_in.locator(CHART).scroll_into_view_if_needed()
    expect(signed_in.locator(f"{CHART} table")).to_be_visible()
    expect(signed_in.locator(f"{CHART} canvas, {CHART} .columns")).to_have_count(0)


def test_without_scripts_the_numbers_are_one_click_away(
    open_context: OpenContext, sandbox: SandboxControls
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page)
    expect(page.locator(f"{CHART} .columns")).to_be_hidden()
    page.locator(f"{CHART} summary").click()
    page.locator(f"{CHART} table a").last.click()
    expect(page).to_have_url(re.compile(r"/members\?joined="))


def test_on_paper_there_are_the_numbers(signed_in: Page) -> None:
    canvas = drawn(signed_in)
    signed_in.emulate_media(media="print")
    expect(canvas).to_be_hidden()
    expect(signed_in.locator(f"{CHART} td").first).to_be_visible()
