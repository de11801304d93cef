"""What people do on many pages."""

from playwright.sync_api import Page, expect

from tests.support.signing_in import OWNER, PASSWORD

LISTED_MEMBER = 1253446  # of the document's own example: "222222", in department 6 研发部2
LISTED_DEVICE = 1253448
OWNER_ID = 1253444
LISTED_GROUP, EMPTY_GROUP = 80000528, 80010090  # both are called 测试群3


def sign_in(page: Page, account: str = OWNER, at: str = "/sign-in") -> None:
    """Sign in as a person does, and wait for the page that follows."""
    page.goto(at)
    fill_in_sign_in(page, account)


def fill_in_sign_in(page: Page, account: str = OWNER) -> None:
    """Fill in the sign-in page that is shown, and wait for the page that follows."""
    page.locator("[name=account]").fill(account)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".shell")).to_be_visible()


def focused(page: Page) -> str:
    """Id of the element that has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def focused_text(page: Page) -> str:
    """What the element that has the focus is called."""
    return str(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText").strip())


def tab_to(page: Page, name: str, most: int = 40) -> None:
    """Press Tab until the element called ``name`` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused_text(page) == name:
            return
    raise AssertionError(
        f"“{name}” was not reached with {most} steps; the focus is on “{focused_text(page)}”"
    )
