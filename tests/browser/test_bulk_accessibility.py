"""The pages of bulk changes, as they come one after the other: none breaks a rule or is wider than the window."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.steps import sign_in
from tests.browser.test_accessibility import language as language
from tests.browser.test_accessibility import look, new_browser
from tests.browser.test_accessibility import owner as owner
from tests.browser.test_accessibility import owners_browser as owners_browser
from tests.browser.watching import Watch
from tests.support.product import Product
from tests.support.signing_in import PASSWORD

CREATE = "/v1/corp/web/member-create"
ROWS = [f"名字很长很长很长很长很长的新成员{number},1370000{number:04},男" for number in range(30)]
FILE = "\r\n".join(["姓名,手机,性别", *ROWS, "坏的一行,abc,也许"]).encode("utf-8-sig")
PASTED = "姓名\t花名\t一个很长很长很长很长很长很长很长很长很长的标题\n张三\t小张\tx\n"


def planned(page: Page) -> None:
    page.goto("/changes/new/import")
    page.locator("#id_file").set_input_files({"name": "名单.csv", "mimeType": "text/csv", "buffer": FILE})
    page.locator("#import-form .btn-primary").click()
    expect(page.locator("#preview-title")).to_be_visible()


def test_import(owner: Page, watch: Watch, language: str) -> None:
    watch.expect(422)
    owner.goto("/changes/new/import")
    look(owner, language)
    owner.locator("#import-form .btn-primary").click()
    expect(owner.locator("#id_file_error")).to_be_visible()
    look(owner, language)
    owner.locator("#id_cells").fill(PASTED)
    owner.locator("#import-form .btn-primary").click()
    expect(owner.locator("#import-columns")).to_be_visible()
    look(owner, language)


def test_from_the_preview_to_the_passwords(owner: Page, product: Product, language: str) -> None:
    planned(owner)
    look(owner, language)
    here = owner.url
    owner.goto(f"{here}/problems")
    look(owner, language)

    product.sandbox.fault(CREATE, "status", 429)  # too many requests: it waits, as long as this test needs
    owner.goto(here)
    owner.locator("#id_leave_out").check()
    owner.locator("button[form=confirm]").click()
    expect(owner.locator("#changes-progress")).to_be_visible()
    look(owner, language)
    owner.goto("/sign-out/jobs")
    look(owner, language)
    owner.goto(here)
    owner.locator("#changes-progress form[action$='/stop'] button").click()
    expect(owner.locator("form[action$='/resume']")).to_be_visible()
    product.sandbox.clear_faults()
    look(owner, language)

    owner.locator("form[action$='/resume'] button").click()
    expect(owner.locator("form[action$='/undo']")).to_be_visible()
    look(owner, language)
    owner.goto(f"{here}/passwords")
    look(owner, language)
    owner.locator("button[value=slips]").click()
    expect(owner.locator("main")).to_contain_text("名字很长")
    look(owner, language)
    owner.goto(f"{here}/passwords")
    owner.locator("details.asked summary").click()
    look(owner, language)
    owner.locator("form[action$='/passwords/delete'] button").click()
    owner.goto(f"{here}/passwords")
    look(owner, language)
    owner.goto("/changes")
    look(owner, language)


def test_a_discarded_one(owner: Page, language: str) -> None:
    planned(owner)
    owner.locator("form[action$='/discard'] button").click()
    expect(owner.locator("#preview-title")).to_have_count(0)
    look(owner, language)


# --- where much is asked and nothing is small


@pytest.fixture(scope="module")
def strict(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of its own, in which the password counts for no time and every export takes a job."""
    with Product(
        tmp_path_factory.mktemp("strict"),
        static_from=product.data_dir,
        SIGN_IN_AGAIN_AFTER="0",
        EXPORT_INLINE_LIMIT="1",
    ) as running:
        yield running


@pytest.fixture
def careful(strict: Product, browser: Browser, watch: Watch, language: str) -> Iterator[Page]:
    context: BrowserContext
    with new_browser(browser, strict, language) as context:
        watch.follow(context)
        page = context.new_page()
        sign_in(page)
        yield page
        watch.leave(context)


def test_the_password_once_more(careful: Page, watch: Watch, language: str) -> None:
    watch.expect(422)
    careful.goto("/sign-in/again?next=/changes")
    look(careful, language)
    careful.locator("[name=password]").fill("wrong")
    careful.locator("main form button[type=submit]").last.click()
    expect(careful.locator("[name=password].is-invalid")).to_be_visible()
    look(careful, language)
    careful.locator("[name=password]").fill(PASSWORD)
    careful.locator("main form button[type=submit]").last.click()
    expect(careful).to_have_url(re.compile("/changes$"))


def test_a_large_export(careful: Page, language: str) -> None:
    careful.goto("/org/export.xlsx")
    expect(careful).to_have_url(re.compile("/exports/"))
    expect(careful.locator("main a[href$='/file']")).to_be_visible()
    look(careful, language)
