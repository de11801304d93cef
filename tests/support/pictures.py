"""Pictures and would-be pictures for the tests of this room."""

import io
import struct
import zlib

from PIL import Image


def picture(
    kind: str = "PNG", size: tuple[int, int] = (120, 80), color: str = "#3366cc", **how: object
) -> bytes:
    """A small picture of one color."""
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, kind, **how)
    return file.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of side × side black pixels in about two kilobytes, of which the header alone is true."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(bytes(1_900_000), 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def padded(kind: str, size: int) -> bytes:
    """A picture file of exactly ``size`` bytes."""
    content = picture(kind)
    return content + bytes(size - len(content))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
