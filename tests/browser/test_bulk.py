"""A bulk change from the table to the result and back, as people click and type it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import fill_in_sign_in, focused_text, sign_in, tab_to
from tests.support.sandbox import SandboxControls

STATE = "/v1/corp/web/member-change-state"
CREATE = "/v1/corp/web/member-create"
PEOPLE = "/members?type=people&state=0&sort=-created"  # neither the owner nor a manager is so new
SET = re.compile(r"/changes/\d+$")
FILE = "姓名,手机,性别\r\n拖进来的甲,13700000001,男\r\n拖进来的乙,13700000002,女\r\n坏的,abc,\r\n".encode(
    "utf-8-sig"
)


@pytest.fixture
def slow(sandbox: SandboxControls) -> Iterator[None]:
    """Weila takes its time, so that there is something to see."""
    sandbox.fault(STATE, "latency", 1)
    yield
    sandbox.clear_faults()


def previewed(page: Page) -> None:
    """Wait for the preview, which the worker makes."""
    expect(page).to_have_url(SET)
    expect(page.locator("#preview-title")).to_be_visible()


def finished(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("Finished")
    expect(page.locator("#changes-progress")).to_have_count(0)


def choose(page: Page, count: int) -> None:
    page.goto(PEOPLE)
    boxes = page.locator("tbody .bulk-box input")
    for number in range(count):
        boxes.nth(number).check()


def test_the_typed_number_survives_being_asked_who_one_is(signed_in: Page, sandbox: SandboxControls) -> None:
    page = signed_in
    choose(page, 11)
    page.get_by_role("button", name="Edit the selected…").click()
    page.get_by_role("link", name="Suspend").click()
    page.get_by_role("button", name="Preview the changes").click()
    previewed(page)
    page.get_by_label("Type 11 to allow").fill("11")
    sandbox.expire_tokens(refresh=True)
    page.get_by_role("button", name="Apply 11 changes").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    fill_in_sign_in(page)
    expect(page).to_have_url(SET)
    expect(page.get_by_label("Type 11 to allow")).to_have_value("11")
    assert sandbox.journal(STATE) == []


def test_with_the_mouse_there_and_back(signed_in: Page, sandbox: SandboxControls, slow: None) -> None:
    page = signed_in
    choose(page, 3)
    page.get_by_role("button", name="Edit the selected…").click()
    page.get_by_role("link", name="Suspend").click()
    page.get_by_role("button", name="Preview the changes").click()
    previewed(page)
    expect(page.locator("#preview-title")).to_have_text("3 changes would be made")
    assert sandbox.journal(STATE) == []

    page.get_by_role("button", name="Apply 3 changes").click()
    expect(page.locator("#changes-progress")).to_be_visible()
    expect(page.locator("nav.sidebar a", has_text="Bulk changes").locator(".nav-badge")).to_be_visible()
    finished(page)
    expect(page.locator(".stat", has_text="Done")).to_contain_text("3")
    expect(page.locator("#changes-running")).to_have_text("")

    page.get_by_role("button", name="Undo what was done").click()
    previewed(page)
    page.get_by_role("button", name="Apply 3 changes").click()
    finished(page)
    assert len(sandbox.journal(STATE)) == 6

    page.set_viewport_size({"width": 768, "height": 900})
    page.goto("/changes")
    table = "document.querySelector('.table-scroll')"
    assert page.evaluate(f"{table}.scrollWidth - {table}.clientWidth") <= 0


def test_the_focus_stays_on_stop_while_the_progress_asks(
    signed_in: Page, sandbox: SandboxControls, slow: None
) -> None:
    page = signed_in
    sandbox.fault(STATE, "latency", 4)  # so that it is asked while some have ended and others have not
    choose(page, 10)
    page.get_by_role("button", name="Edit the selected…").click()
    page.get_by_role("link", name="Suspend").click()
    page.get_by_role("button", name="Preview the changes").click()
    previewed(page)
    page.get_by_role("button", name="Apply 10 changes").click()
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    bar = page.locator("#changes-progress progress")
    was = bar.get_attribute("value")
    assert was is not None
    expect(bar).not_to_have_attribute("value", was)
    expect(stop).to_be_focused()
    finished(page)


def test_with_the_keyboard_alone(signed_in: Page, sandbox: SandboxControls) -> None:
    page = signed_in
    page.goto(PEOPLE)
    page.locator("tbody .bulk-box input").first.focus()
    page.keyboard.press("Space")
    while focused_text(page) != "Edit the selected…":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Edit the selected")
    tab_to(page, "Suspend")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Suspend")
    tab_to(page, "Preview the changes")
    page.keyboard.press("Enter")
    previewed(page)
    tab_to(page, "Apply 1 change")
    page.keyboard.press("Enter")
    finished(page)
    tab_to(page, "Undo what was done")
    page.keyboard.press("Enter")
    previewed(page)
    tab_to(page, "Apply 1 change")
    page.keyboard.press("Enter")
    finished(page)
    assert len(sandbox.journal(STATE)) == 2


def goes_through(page: Page, sandbox: SandboxControls) -> None:
    """From the preview of FILE to its passwords."""
    expect(page.locator("main")).to_contain_text("2 changes would be made")
    page.get_by_role("link", name="1 problem", exact=True).click()
    expect(page.locator("main")).to_contain_text("A phone number has 5 to 20 digits.")
    page.go_back()
    page.locator("#id_leave_out").check()
    page.get_by_role("button", name="Apply 2 changes").click()
    for _look in range(100):  # without a script the page does not look by itself
        if page.locator(".stat").count():
            break
        page.wait_for_timeout(200)
        page.reload()
    expect(page.locator("main")).to_contain_text("Finished")
    assert len(sandbox.journal(CREATE)) == 2


def test_a_file_is_chosen_and_imported(signed_in: Page, sandbox: SandboxControls) -> None:
    page = signed_in
    page.goto("/changes/new/import")
    page.locator("#id_file").set_input_files({"name": "名单.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_role("button", name="Continue").click()
    previewed(page)
    goes_through(page, sandbox)


def test_a_file_is_dropped(signed_in: Page, tmp_path: Path) -> None:
    page = signed_in
    page.goto("/changes/new/import")
    file = tmp_path / "名单.csv"
    file.write_bytes(FILE)
    box = page.locator("#id_file").bounding_box()
    assert box
    dragged = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    devtools = page.context.new_cdp_session(page)
    for step in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": step, "x": x, "y": y, "data": dragged})
    page.get_by_role("button", name="Continue").click()
    previewed(page)
    expect(page.locator("main")).to_contain_text("2 changes would be made")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("main")).to_contain_text("Discarded")


def test_cells_are_pasted_and_their_columns_asked_about(signed_in: Page) -> None:
    page = signed_in
    page.goto("/changes/new/import")
    page.locator("#id_cells").fill("姓名\t花名\n粘贴的\t小花\n")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/changes/new/import/"))
    expect(page.locator("main")).to_contain_text("花名")
    bar, card = (page.locator(one).bounding_box() for one in (".form-actions.always", ".card"))
    assert bar and card
    assert (bar["x"], bar["width"]) == (card["x"], card["width"])
    page.locator("main form .btn-primary").last.click()
    previewed(page)
    expect(page.locator("main")).to_contain_text("粘贴的")


def test_cells_without_headings_are_imported_whole(signed_in: Page) -> None:
    page = signed_in
    page.goto("/changes/new/import")
    page.locator("#id_cells").fill("没有表头甲\t13355550008\n没有表头乙\t13355550009\n")
    page.get_by_role("button", name="Continue").click()
    page.locator("#id_table-0").select_option("members")
    page.locator("#id_column-0-0").select_option("name")
    page.locator("#id_column-0-1").select_option("phone")
    page.get_by_label("Line 1 is no heading").check()
    expect(page.locator("main")).not_to_contain_text("is taken as the heading")
    expect(page.get_by_label("Line 1 is no heading")).to_be_checked()
    page.get_by_role("button", name="Preview the changes").click()
    previewed(page)
    expect(page.locator("main")).to_contain_text("没有表头甲")


def test_without_a_script(open_context: OpenContext, sandbox: SandboxControls) -> None:
    page = open_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    sign_in(page)
    page.goto("/changes/new/import")
    page.locator("#id_file").set_input_files({"name": "名单.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(SET)
    for _look in range(100):
        if page.locator("#preview-title").count():
            break
        page.wait_for_timeout(200)
        page.reload()
    goes_through(page, sandbox)
    page.goto(page.url.split("?")[0] + "/passwords")
    page.get_by_role("button", name="Show slips to print").click()
    expect(page.locator("main")).to_contain_text("拖进来的甲")
