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


# Fields whose border can hardly be told from what is behind it (WCAG 1.4.11); axe does not look at it.
_PALE = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const luminance = (...colors) => {
    for (const color of colors) {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((one) =>
      one <= 10 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (one) => {
    const colors = [];
    for (let parent = one.parentElement; parent; parent = parent.parentElement) {
      colors.unshift(getComputedStyle(parent).backgroundColor);
    }
    return ["#fff", ...colors];
  };
  const fields = ".form-control, .form-select, .form-check-input:not(:checked)";
  return [...document.querySelectorAll(fields)].filter((one) => {
    if (!one.checkVisibility() || one.disabled || !parseFloat(getComputedStyle(one).borderTopWidth)) return false;
    const colors = behind(one), ground = luminance(...colors);
    const border = luminance(...colors, getComputedStyle(one).borderTopColor);
    return (Math.max(border, ground) + 0.05) / (Math.min(border, ground) + 0.05) < 3;
  }).slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
}
"""


def problems(page: Page, *, desk: Theme, phone: Theme) -> list[str]:
    """Violations of accessibility rules, content that is wider than the window, and fields that are hard to see.

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
        found += [f"{width}, {theme}: its border is too pale: {one}" for one in pale_fields(page)]
    if before is not None:
        page.set_viewport_size(before)
    return found


def sticking_out(page: Page) -> list[str]:
    """What does not fit into the width of the window."""
    found: list[str] = page.evaluate(_STICKING_OUT)
    return found


def pale_fields(page: Page) -> list[str]:
    """Fields whose border has less contrast than 3:1."""
    found: list[str] = page.evaluate(_PALE)
    return found


def violations(page: Page) -> list[str]:
    """Violations of accessibility rules on the page as it is shown now."""
    violations = _axe.run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} ({'; '.join(check['message'] for check in node['any'])})"
        for violation in violations
        for node in violation["nodes"]
    ]
