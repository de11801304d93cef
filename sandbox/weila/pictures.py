"""Drawing: picture codes and the default avatars."""

from __future__ import annotations

import io
import random
from functools import cache

from PIL import Image, ImageDraw, ImageFont

SIZES = (40, 600)  # what a picture code may measure, in pixels
_DEFAULTS = {"user": "#3b82c4", "group": "#3f9d75", "session": "#8a6fc0", "org": "#c97a3d"}


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def captcha(code: str, width: int, height: int) -> bytes:
    """A PNG of `code` at the asked size, kept within SIZES."""
    width, height = (max(SIZES[0] // (1 + i), min(SIZES[1], one)) for i, one in enumerate((width, height)))
    picture = Image.new("RGB", (width, height), "#f3f5f8")
    draw = ImageDraw.Draw(picture)
    chance = random.Random()
    for _ in range(6):
        ends = [(chance.randrange(width), chance.randrange(height)) for _ in range(2)]
        draw.line([*ends[0], *ends[1]], fill=_tint(chance, 150, 215), width=1)
    cell = width / (len(code) + 0.6)
    size = max(8, int(min(height * 0.72, cell * 1.15)))
    for index, letter in enumerate(code):
        left = cell * (index + 0.55) + chance.uniform(-0.06, 0.06) * cell
        top = (height - size) / 2 + chance.uniform(-0.08, 0.08) * height
        draw.text((left, top), letter, font=_font(size), fill=_tint(chance, 20, 110))
    return _png(picture)


def _tint(chance: random.Random, low: int, high: int) -> tuple[int, int, int]:
    return chance.randint(low, high), chance.randint(low, high), chance.randint(low, high)


def default_pictures() -> dict[str, bytes]:
    """The vendor's default avatars, by file name under `default/`."""
    return {f"{name}.png": _avatar(name, color) for name, color in _DEFAULTS.items()}


def _avatar(name: str, color: str) -> bytes:
    picture = Image.new("RGB", (96, 96), color)
    draw = ImageDraw.Draw(picture)
    if name == "org":
        draw.rectangle((28, 24, 68, 80), fill="white")
        for top in (32, 46, 60):
            for left in (36, 52):
                draw.rectangle((left, top, left + 8, top + 8), fill=color)
        return _png(picture)
    centers = {"group": (32, 64), "session": (48,), "user": (48,)}[name]
    for center in centers:
        draw.ellipse((center - 15, 22, center + 15, 52), fill="white")
        draw.pieslice((center - 26, 56, center + 26, 120), 180, 360, fill="white")
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
