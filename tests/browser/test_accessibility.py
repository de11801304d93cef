"""No page breaks a rule of accessibility or is wider than the window.

Every page is looked at in both languages and at both widths; the two languages take opposite themes.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.looking import Theme, problems
from tests.browser.steps import EMPTY_GROUP, LISTED_DEVICE, LISTED_GROUP, LISTED_MEMBER, OWNER_ID, sign_in
from tests.browser.watching import Watch
from tests.support.product import Product
from tests.support.signing_in import NO_ORGANIZATION, ORDINARY, PASSWORD

LANGUAGES = {"en": "en-US", "zh-hans": "zh-CN"}

VISITORS_PAGES = ("/sign-in", "/sign-up", "/reset-password")
PAGES = (
    "/",
    "/org",
    "/org/edit",
    "/departments",
    "/departments/new",
    "/departments/6/edit",
    "/departments/6/delete",
    "/members",
    "/members?type=1&cols=number,phone,department,type,state,sex,tts,loc_share,track,created",
    "/members?q=nobody-has-this-name",
    "/members/new",
    "/members/new-device",
    f"/members/{OWNER_ID}",
    f"/members/{LISTED_MEMBER}",
    f"/members/{LISTED_MEMBER}/edit",
    f"/members/{LISTED_MEMBER}/state",
    f"/members/{LISTED_MEMBER}/password",
    f"/members/{LISTED_MEMBER}/delete",
    f"/members/{LISTED_DEVICE}",
    f"/members/{LISTED_DEVICE}/edit",
    "/account",
    "/account/password",
    "/account/phone",
    "/groups",
    "/groups?cols=number,members,burst_mode,type,shutup,limit,created&only=suspended",
    "/groups/new",
    "/groups/suspended",
    f"/groups/{LISTED_GROUP}",
    f"/groups/{EMPTY_GROUP}",
    f"/groups/{LISTED_GROUP}/edit",
    f"/groups/{LISTED_GROUP}/delete",
    f"/groups/{LISTED_GROUP}/members/add?chosen={OWNER_ID}",
    f"/groups/{LISTED_GROUP}/members/add?q=nobody-has-this-name",
    f"/groups/{LISTED_GROUP}/members/remove?m={LISTED_MEMBER}",
    f"/groups/{LISTED_GROUP}/members/{LISTED_MEMBER}",
    f"/members/{LISTED_MEMBER}/groups",
    "/account/sessions",
    "/changes",
    "/files",
    "/audit",
    "/jump?q=7001",
    "/shortcuts",
)
REFUSING_PAGES = {
    "/nothing-is-here": 404,
    "/members/999": 404,
    "/groups/999": 404,
    "/changes/999": 404,
    f"/members/{OWNER_ID}/delete": 403,
    f"/members/{LISTED_DEVICE}/password": 403,
}
FORMS = (
    "/account/password",
    "/account/phone",
    "/departments/new",
    "/members/new",
    "/members/new-device",
    f"/members/{LISTED_MEMBER}/edit",
    f"/members/{LISTED_MEMBER}/delete",
    "/groups/new",
    f"/groups/{LISTED_GROUP}/edit",
    f"/groups/{LISTED_GROUP}/delete",
)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def new_browser(browser: Browser, product: Product, language: str) -> BrowserContext:
    # With motion, a color that is still on its way to the other theme would be judged.
    return browser.new_context(base_url=product.url, locale=LANGUAGES[language], reduced_motion="reduce")


@pytest.fixture(scope="module")
def owners_browser(product: Product, browser: Browser, language: str) -> Iterator[BrowserContext]:
    """Signed in once for all pages of a language, and its cache is warm; something is in the trail."""
    product.sandbox.reset(60)
    with new_browser(browser, product, language) as context:
        page = context.new_page()
        sign_in(page)
        page.goto(f"/members/{LISTED_MEMBER}/edit")
        page.locator("#id_name").fill("一个名字很长很长很长的成员一个名字很长很长很长的成员")
        page.locator("main .btn-primary").click()
        page.goto("/departments/new")
        page.locator("#id_name").fill("Security")
        page.locator("main .btn-primary").click()
        expect(page).to_have_url(re.compile("/departments$"))
        page.close()
        yield context


@pytest.fixture(scope="module")
def strangers_browser(product: Product, browser: Browser, language: str) -> Iterator[BrowserContext]:
    with new_browser(browser, product, language) as context:
        yield context


@pytest.fixture
def owner(owners_browser: BrowserContext, watch: Watch) -> Iterator[Page]:
    yield from followed(owners_browser, watch)


@pytest.fixture
def stranger(strangers_browser: BrowserContext, watch: Watch) -> Iterator[Page]:
    yield from followed(strangers_browser, watch)


def followed(context: BrowserContext, watch: Watch) -> Iterator[Page]:
    watch.follow(context)
    page = context.new_page()
    yield page
    page.close()
    watch.leave(context)


def look(page: Page, language: str) -> None:
    assert page.locator("html").get_attribute("lang") == language
    themes: tuple[Theme, Theme] = ("light", "dark") if language == "en" else ("dark", "light")
    found = problems(page, desk=themes[0], phone=themes[1])
    assert not found, f"{page.url}\n" + "\n".join(found)


@pytest.mark.parametrize("address", VISITORS_PAGES)
def test_visitors_page(stranger: Page, language: str, address: str) -> None:
    stranger.goto(address)
    expect(stranger.locator("[hx-trigger=load]")).to_have_count(0)  # the picture has come
    look(stranger, language)


@pytest.mark.parametrize("address", PAGES)
def test_page(owner: Page, language: str, address: str) -> None:
    owner.goto(address)
    expect(owner.locator("[hx-trigger=load]")).to_have_count(0)  # the picture has come
    look(owner, language)


@pytest.mark.parametrize("address", FORMS)
def test_form_with_errors(owner: Page, watch: Watch, language: str, address: str) -> None:
    watch.expect(422)
    owner.goto(address)
    spoil(owner)
    look(owner, language)


@pytest.mark.parametrize("address", VISITORS_PAGES)
def test_visitors_form_with_errors(stranger: Page, watch: Watch, language: str, address: str) -> None:
    watch.expect(422)
    stranger.goto(address)
    spoil(stranger)
    look(stranger, language)


def spoil(page: Page) -> None:
    """Send the form of a page with everything in it wrong or empty."""
    form = page.locator("main form")
    for one in form.locator("input:visible:not([type=radio], [type=checkbox], [type=file])").all():
        one.fill("")
    for button in form.locator("button[type=submit]").all():
        button.evaluate("(one) => { one.disabled = false; }")
    with page.expect_navigation():
        form.locator(".form-actions button").click()


@pytest.mark.parametrize("address", REFUSING_PAGES)
def test_refusing_page(owner: Page, watch: Watch, language: str, address: str) -> None:
    watch.expect(REFUSING_PAGES[address])
    owner.goto(address)
    look(owner, language)


def test_password_slip(owner: Page, language: str) -> None:
    owner.goto(f"/members/{LISTED_MEMBER}/password")
    owner.locator("main form button[type=submit]").last.click()
    expect(owner.locator("#slip-password")).to_be_visible()
    look(owner, language)


def test_page_after_a_stale_token(owner: Page, watch: Watch, language: str) -> None:
    watch.expect(403)
    owner.goto("/departments/new")
    owner.context.clear_cookies(name="csrftoken")
    owner.locator("main .btn-primary").click()
    expect(owner.locator(".error-page")).to_be_visible()
    look(owner, language)


def test_unknown_outcome(owner: Page, watch: Watch, product: Product, language: str) -> None:
    watch.expect(504)
    product.sandbox.fault("/v1/corp/web/member-reset-password", "drop-after", times=1)
    owner.goto(f"/members/{LISTED_MEMBER}/password")
    owner.locator("main form button[type=submit]").last.click()
    expect(owner.locator(".request-id")).to_be_visible()
    look(owner, language)


def test_conflict(owner: Page, watch: Watch, product: Product, language: str) -> None:
    watch.expect(409)
    owner.goto(f"/members/{LISTED_MEMBER}/edit")
    product.sandbox.control("POST", f"weila/members/{LISTED_MEMBER}", {"name": f"Changed in {language}"})
    owner.locator("#id_name").fill(f"Mine in {language}")
    owner.locator("main .btn-primary").click()
    expect(owner.locator("[name=choice_name]").first).to_be_visible()
    look(owner, language)


def test_error_page_of_a_write(owner: Page, watch: Watch, product: Product, language: str) -> None:
    watch.expect(502)
    owner.goto(f"/members/{LISTED_MEMBER}/state")
    product.sandbox.fault("/v1/corp/web/org-my-org", "malformed", "html", times=1)
    owner.locator("main form button[type=submit]").last.click()
    expect(owner.locator(".error-page")).to_be_visible()
    look(owner, language)


@pytest.mark.parametrize("account", [NO_ORGANIZATION, ORDINARY])
def test_page_of_somebody_who_administers_nothing(
    open_context: OpenContext, product: Product, language: str, account: str
) -> None:
    page = open_context(locale=LANGUAGES[language]).new_page()
    page.goto("/sign-in")
    page.locator("[name=account]").fill(account)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("[name=password]").press("Enter")
    look(page, language)


def test_saved_view_with_an_error(owner: Page, watch: Watch, language: str) -> None:
    watch.expect(422)
    owner.goto("/members")
    owner.locator(".table-tools .menu summary").first.click()
    look(owner, language)
    owner.locator("#members-table-view-name").fill(" ")
    owner.locator(".saved-views button[type=submit]").click()
    expect(owner.locator("#id_name.is-invalid")).to_be_visible()
    look(owner, language)
