"""A new password is on one page, once: no way back to it, and no second member by reloading."""

import re

import pytest
from playwright.sync_api import Error, Page, expect

from tests.support.sandbox import SandboxControls

CREATE = "/v1/corp/web/member-create"


def create(page: Page) -> str:
    page.goto("/members/new")
    page.get_by_label("Name").fill("新来的")
    page.get_by_role("button", name="Create the member").click()
    password = page.locator("#slip-password").inner_text()
    assert len(password) >= 8
    return password


def test_slip_is_gone_after_leaving_it(signed_in: Page, sandbox: SandboxControls) -> None:
    password = create(signed_in)
    signed_in.get_by_role("link", name="Open the member").click()
    expect(signed_in.locator("h1")).to_have_text("新来的")
    # Nothing was kept of the page: the browser asks whether to send the form again, and shows an error until then.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        signed_in.go_back()
    expect(signed_in.locator("body")).not_to_contain_text(password)
    signed_in.reload()
    expect(signed_in).to_have_url(re.compile(r"/members\?sort=-created$"))
    assert password not in signed_in.content()
    assert len(sandbox.journal(CREATE)) == 1


def test_reloading_the_slip_creates_nobody(signed_in: Page, sandbox: SandboxControls) -> None:
    password = create(signed_in)
    signed_in.reload()

    expect(signed_in).to_have_url(re.compile(r"/members\?sort=-created$"))
    expect(signed_in.locator("#messages .alert-info")).to_be_visible()
    expect(signed_in.locator("tbody tr").first).to_contain_text("新来的")
    assert password not in signed_in.content()
    assert len(sandbox.journal(CREATE)) == 1


def test_only_the_slip_is_printed(signed_in: Page) -> None:
    create(signed_in)
    signed_in.emulate_media(media="print")
    expect(signed_in.locator(".print-slip")).to_be_visible()
    expect(signed_in.locator("#slip-password")).to_be_visible()
    for hidden in (".topbar", ".sidebar", "h1", ".alert-warning", "[data-print]", "[data-copy]"):
        expect(signed_in.locator(hidden).first).to_be_hidden()


def test_password_is_in_no_storage(signed_in: Page) -> None:
    password = create(signed_in)
    kept = signed_in.evaluate(
        "JSON.stringify([sessionStorage, localStorage, history.state, document.cookie])"
    )
    assert password not in kept
