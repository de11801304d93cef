"""A file is uploaded with its progress, too large or cancelled: what the page shows meanwhile."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import sign_in, tab_to
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls

UPLOAD = "/v1/corp/web/file-upload"


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    path = tmp_path / "手册.pdf"
    path.write_bytes(b"x" * 300_000)
    return path


def test_it_is_uploaded_by_keyboard_and_its_address_copied(
    signed_in: Page, sandbox: SandboxControls, manual: Path
) -> None:
    page = signed_in
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sandbox.fault(UPLOAD, "latency", 1)
    page.goto("/files")
    page.set_input_files("#id_file", manual)
    page.locator("#id_file").focus()
    tab_to(page, "Upload")
    page.keyboard.press("Enter")
    expect(page.locator("[data-passing]")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(page.get_by_text("“手册.pdf” was uploaded.")).to_be_visible()
    address = page.locator("tbody tr").first.locator("[id^=address-]").inner_text()
    page.get_by_role("button", name="Copy the address of 手册.pdf").click()
    assert page.evaluate("() => navigator.clipboard.readText()") == address


def test_one_that_is_too_large_is_not_even_sent(
    signed_in: Page, sandbox: SandboxControls, tmp_path: Path
) -> None:
    page = signed_in
    page.goto("/files")
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    page.set_input_files("#id_file", large)
    expect(page.get_by_text("A file may have at most 100.0 MB.")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("A file may have at most 100.0 MB.")).to_be_visible()
    assert "POST" not in sent


def test_it_can_be_cancelled_before_weila_has_it(
    signed_in: Page, sandbox: SandboxControls, tmp_path: Path, watch: Watch
) -> None:
    page = signed_in
    page.goto("/files")
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    slow.send("Network.emulateNetworkConditions", line)
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * 3_000_000)
    page.set_input_files("#id_file", large)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Sending to the console")).to_be_visible()
    watch.expect_silence()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled. Nothing was passed on to Weila.")).to_be_visible()
    assert sandbox.journal(UPLOAD) == []
    slow.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": -1})
    page.get_by_role("button", name="Upload").click()  # it is still chosen
    expect(page.get_by_text("“large.bin” was uploaded.")).to_be_visible()


def test_a_refusal_is_shown_at_the_field(
    signed_in: Page, sandbox: SandboxControls, manual: Path, watch: Watch
) -> None:
    page = signed_in
    sandbox.fault(UPLOAD, "errcode", 46002)
    page.goto("/files")
    page.set_input_files("#id_file", manual)
    watch.expect(422)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#id_file")).to_be_focused()
    expect(page.get_by_text("It was not uploaded.")).to_be_visible()


def test_without_a_script(open_context: OpenContext, sandbox: SandboxControls, manual: Path) -> None:
    page = open_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    sign_in(page)
    page.goto("/files")
    page.set_input_files("#id_file", manual)
    page.get_by_role("button", name="Upload").click()
    expect(page).to_have_url(re.compile("/files$"))
    expect(page.get_by_text("“手册.pdf” was uploaded.")).to_be_visible()
