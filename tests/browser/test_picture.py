"""A picture is chosen, cropped by keyboard alone, seen, and sent; the result is what was cropped."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import LISTED_MEMBER, sign_in, tab_to
from tests.browser.watching import Watch
from tests.support.sandbox import SandboxControls

ADDRESS = f"/members/{LISTED_MEMBER}/edit"
STAGE = "Section of the picture: the arrow keys move it, plus and minus change its size"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (900, 300), "#ff0000")
    picture.paste("#0000ff", (450, 0, 900, 300))
    path = tmp_path / "photo.png"
    picture.save(path)
    return path


def settled(page: Page) -> None:
    """Wait until what is cropped has taken the place of the chosen file."""
    expect(page.locator("[data-picture]")).to_have_attribute("aria-busy", "false")


def chosen(page: Page) -> Image.Image:
    """The file that the form would send now."""
    content = page.evaluate(
        "async () => [...new Uint8Array(await document.querySelector('input[type=file]').files[0].arrayBuffer())]"
    )
    return Image.open(io.BytesIO(bytes(content))).convert("RGB")


def corners(picture: Image.Image) -> list[str]:
    """Which of the two colors the left and the right edge have."""
    edges = [picture.getpixel((x, 100)) for x in (5, picture.width - 5)]
    return ["red" if pixel[0] > pixel[2] else "blue" for pixel in edges if isinstance(pixel, tuple)]


def test_it_is_cropped_previewed_and_sent_by_keyboard(
    signed_in: Page, sandbox: SandboxControls, photo: Path
) -> None:
    page = signed_in
    page.goto(ADDRESS)
    page.set_input_files("#id_avatar", photo)  # the dialog of the operating system is not ours
    settled(page)
    assert chosen(page).size == (512, 512)
    assert corners(chosen(page)) == ["red", "blue"]  # the middle
    page.locator("#id_avatar").focus()
    tab_to(page, STAGE)
    for _ in range(20):
        page.keyboard.press("Shift+ArrowRight")
    settled(page)
    assert corners(chosen(page)) == ["blue", "blue"]
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.locator("h1 .avatar img")).to_have_js_property("naturalWidth", 160)
    assert len(sandbox.journal("/v1/corp/web/avatar-upload")) == 1
    shown = page.evaluate(
        """() => {
          const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
          context.drawImage(document.querySelector("h1 .avatar img"), 0, 0);
          return [...context.getImageData(80, 80, 1, 1).data];
        }"""
    )
    assert shown[2] > 200 > shown[0]


def test_without_a_script_it_is_a_file_like_any_other(
    open_context: OpenContext, sandbox: SandboxControls, photo: Path
) -> None:
    page = open_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    sign_in(page)
    page.goto(ADDRESS)
    page.set_input_files("#id_avatar", photo)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1 .avatar img")).to_have_js_property("naturalWidth", 160)


def test_what_is_no_picture_is_said_and_the_next_one_takes_its_place(
    signed_in: Page, tmp_path: Path, photo: Path, watch: Watch
) -> None:
    page = signed_in
    page.goto(ADDRESS)
    fake = tmp_path / "fake.png"
    fake.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    page.set_input_files("#id_avatar", fake)
    expect(page.locator("[data-crop]")).to_be_hidden()
    watch.expect(422)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is not a picture that can be used.")).to_be_visible()
    expect(page.locator("#id_avatar")).to_be_focused()
    page.set_input_files("#id_avatar", photo)
    settled(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1 .avatar img")).to_have_js_property("naturalWidth", 160)


def test_it_stays_chosen_when_something_else_is_wrong(signed_in: Page, photo: Path, watch: Watch) -> None:
    page = signed_in
    page.goto(ADDRESS)
    page.set_input_files("#id_avatar", photo)
    settled(page)
    page.get_by_label("Name").fill("")
    watch.expect(422)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Use the picture that you chose before")).to_be_checked()
    expect(page.get_by_alt_text("The chosen picture")).to_have_js_property("naturalWidth", 160)
    page.get_by_label("Name").fill("又对了")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1 .avatar img")).to_have_js_property("naturalWidth", 160)
