"""Take the pictures of README anew, from the running product: `.venv/bin/python -m scripts.screenshots`.

Needs what `make test` needs. A few things are done first, so that the pictures show a console in use.
"""

import shutil
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, sync_playwright

from tests.support.product import Product
from tests.support.signing_in import OWNER, PASSWORD

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=800)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
COLORS = 256  # flat pages lose nothing visible by a palette, and a picture weighs a third


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data_dir,
        Product(Path(data_dir)) as product,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        take_all(browser, product.url)
        browser.close()


def take_all(browser: Browser, url: str) -> None:
    desk = browser.new_page(base_url=url, locale="en-US", viewport=DESK)
    desk.goto("/sign-in")
    save(desk, "sign-in")
    sign_in(desk)
    member = use(desk)
    preview = plan(desk)
    for name, address in (
        ("home", "/"),
        ("members", "/members?sort=-created"),
        ("member", member),
        ("departments", "/departments"),
        ("group", "/groups/80010093/members/add?q=138&m=1253450&m=1253451"),
        ("bulk", preview),
        ("files", "/files"),
        ("audit", "/audit"),
    ):
        desk.goto(address, wait_until="networkidle")
        save(desk, name)
    phone = browser.new_page(base_url=url, locale="en-US", viewport=PHONE, color_scheme="dark")
    phone.goto("/sign-in")
    sign_in(phone)
    phone.goto("/members?sort=-created")
    save(phone, "phone")


def sign_in(page: Page) -> None:
    page.locator("[name=account]").fill(OWNER)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator(".shell").wait_for()


def use(page: Page) -> str:
    """Do what an administrator does on a morning; returns the address of the member it was done to."""
    page.goto("/groups")  # read on the first visit, and counted on home from then on
    page.goto("/members?q=林晓燕")
    member = page.locator("tbody th a").first.get_attribute("href") or ""
    change(page, f"{member}/edit", lambda: page.locator("[name=dept_id]").select_option(label="销售部"))
    change(page, f"{member}/edit", lambda: page.locator('[name=loc_share][value="1"]').check())
    change(page, "/departments/new", lambda: page.locator("main [name=name]").fill("夜班调度"))
    change(page, f"{member}/password", lambda: None)
    upload(page, FilePayload(name="对讲机手册.pdf", mimeType="application/pdf", buffer=bytes(2_400_000)))
    return member


def plan(page: Page) -> str:
    """Paste cells as from a spreadsheet; returns the address of the preview."""
    rows = (
        "姓名\t手机号\t部门",
        "周敏\t13800110001\t夜班调度",
        "吴磊\t13800110002\t夜班调度",
        "郑爽\t13800110003\t夜间巡逻",
        "王芳\t1.38E+10\t夜间巡逻",
        "林晓燕\t13353236161\t夜班调度",
    )
    page.goto("/changes/new/import")
    page.locator("[name=cells]").fill("\n".join(rows))
    page.locator("main form button[type=submit]").last.click()
    page.locator("#confirm").wait_for()
    return page.url


def change(page: Page, address: str, fill_in: Callable[[], object]) -> None:
    """Open a form, fill it in, send it."""
    page.goto(address)
    fill_in()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


def upload(page: Page, file: FilePayload) -> None:
    page.goto("/files")
    page.set_input_files("#id_file", file)
    with page.expect_navigation():
        page.locator("[data-uploads] button[type=submit]").click()


def save(page: Page, name: str) -> None:
    page.evaluate("document.activeElement.blur()")
    picture = Image.open(BytesIO(page.screenshot(animations="disabled")))
    small = picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    small.save(TARGET / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
