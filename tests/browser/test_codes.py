"""Sign-up as a person does it: picture, SMS, form; with a picture that is refreshed and a countdown."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looking import problems
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls

PICTURE = "#picture img"


def picture(page: Page) -> str:
    expect(page.locator(PICTURE)).to_be_visible()
    return page.locator(PICTURE).get_attribute("src") or ""


def test_sign_up(page: Page, sandbox: SandboxControls) -> None:
    page.goto("/sign-up")
    first = picture(page)
    page.get_by_label("Phone").fill("13912345678")
    page.get_by_role("link", name="New picture").click()
    expect(page.locator(PICTURE)).not_to_have_attribute("src", first)
    expect(page.get_by_label("Phone")).to_have_value("13912345678")

    page.get_by_label("Characters in the picture").fill(sandbox.captchas()[0]["code"])
    page.locator("#id_password").fill("kX9-mmQ2-7pR")
    send = page.locator("count-down button")
    send.click()
    expect(send).to_be_disabled()
    expect(send).to_have_text(re.compile(r"Send again in \d+ s"))
    expect(page.locator("#verification .alert-success")).to_be_visible()
    expect(page.locator("#id_code")).to_be_focused()
    expect(page.locator("#id_password")).to_have_value("kX9-mmQ2-7pR")

    page.locator("#id_code").fill(sandbox.inbox()[0]["code"])
    page.locator("#id_repeat").fill("kX9-mmQ2-7pR")
    page.locator(".form-actions button").click()
    expect(page.locator("#user-num")).to_have_text(re.compile(r"^\d+$"))
    assert problems(page, desk="light", phone="dark") == []
    page.get_by_role("link", name="Continue").click()
    expect(page).to_have_url(re.compile("/org/create$"))
    page.get_by_label("Name").fill("新公司")
    page.get_by_role("button", name="Create the organization").click()
    expect(page.locator("h1")).to_have_text("新公司")


def test_countdown_ends(page: Page, sandbox: SandboxControls) -> None:
    page.clock.install()
    page.goto("/reset-password")
    picture(page)
    page.get_by_label("Phone").fill("13353236160")
    page.get_by_label("Characters in the picture").fill(sandbox.captchas()[0]["code"])
    send = page.locator("count-down button")
    send.click()
    expect(send).to_be_disabled()
    page.clock.run_for(30_000)
    expect(send).to_have_text(re.compile(r"Send again in (29|30|31) s"))
    page.clock.run_for(32_000)
    expect(send).to_be_enabled()
    expect(send).to_have_text("Send the code by SMS")
    expect(page.locator("#announce")).to_have_text("You can ask for a new code now.")


def test_countdown_goes_on_after_a_reload(page: Page, sandbox: SandboxControls) -> None:
    page.goto("/reset-password")
    picture(page)
    page.get_by_label("Phone").fill("13353236161")
    page.get_by_label("Characters in the picture").fill(sandbox.captchas()[0]["code"])
    page.locator("count-down button").click()
    expect(page.locator("count-down button")).to_be_disabled()
    page.reload()
    expect(page.locator("count-down button")).to_be_disabled()
    expect(page.get_by_label("Phone")).to_have_value("13353236161")


def test_wrong_picture_code_brings_a_new_picture(page: Page, sandbox: SandboxControls, watch: Watch) -> None:
    watch.expect(422)
    page.goto("/sign-up")
    first = picture(page)
    page.get_by_label("Phone").fill("13912345679")
    page.get_by_label("Characters in the picture").fill("????")
    page.locator("count-down button").click()

    expect(page.locator("#id_picture_error")).to_be_visible()
    expect(page.locator("#id_picture")).to_be_focused()
    expect(page.locator(PICTURE)).not_to_have_attribute("src", first)
    expect(page.locator("count-down button")).to_be_enabled()
    expect(page.get_by_label("Phone")).to_have_value("13912345679")
