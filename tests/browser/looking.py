"""Looks at a page at both widths and in both themes, and says what is wrong with it."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Theme = Literal["light", "dark"]

DESK, PHONE = (1440, 900), (390, 844)

_axe = Axe()

# What is wider than the window, or than the column of the page, and not inside something that scrolls by itself.
_STICKING_OUT = """
() => {
  const main = document.querySelector("main"), style = getComputedStyle(main);
  const edge = main.getBoundingClientRect().right - parseFloat(style.paddingRight) + 1;
  const scrolls = (one) => getComputedStyle(one).overflowX !== "visible";
  const out = [...main.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    if (box.right <= edge || box.width === 0 || one.childElementCount) return false; // a grid row may, its content not
    for (let parent = one.parentElement; parent !== main; parent = parent.parentElement) {
      if (scrolls(parent)) return false;
    }
    return true;
  });
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  return [...(wide ? ["the page itself"] : []), ...out.slice(-3).map((one) => one.outerHTML.slice(0, 120))];
}
"""


def problems(page: Page, *, desk: Theme, phone: Theme) -> list[str]:
    """Violations of accessibility rules, and content that is wider than the window.

    Args:
        desk: the theme in which the page is looked at on a large screen, and
        phone: on a small one. (All four combinations for each page would take half of the whole run.)
    """
    found, before = [], page.viewport_size
    for (width, height), theme in ((DESK, desk), (PHONE, phone)):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        found += [f"{width}: sticks out: {one}" for one in sticking_out(page)]
        found += [f"{width}, {theme}: {one}" for one in violations(page)]
    if before is not None:
        page.set_viewport_size(before)
    return found


def sticking_out(page: Page) -> list[str]:
    """What does not fit into the width of the window."""
    found: list[str] = page.evaluate(_STICKING_OUT)
    return found


def violations(page: Page) -> list[str]:
    """Violations of accessibility rules on the page as it is shown now."""
    violations = _axe.run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} ({'; '.join(check['message'] for check in node['any'])})"
        for violation in violations
        for node in violation["nodes"]
    ]
