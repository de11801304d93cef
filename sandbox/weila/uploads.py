"""Uploads: a streamed multipart file, kept for a while and served back (weila.md, 上传头像, 上传文件)."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import falcon
from falcon.media.multipart import BodyPart, MultipartForm, MultipartParseError
from PIL import Image, UnidentifiedImageError

from .errors import FILE_MISSING, FILE_TOO_LARGE, NOT_AN_IMAGE, Refused
from .media import Media
from .world import World

LIMITS = {"avatar-upload": 4 * 1024 * 1024, "file-upload": 100 * 1024 * 1024}
_CHUNK = 64 * 1024
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


@dataclass(frozen=True)
class Upload:
    """A received file. Width and height are 0 for what is no picture."""

    file: Path
    content_type: str
    ending: str
    width: int
    height: int

    def keep(self, world: World) -> str:
        """Serve it at a path like the example's: `tmp/<date>/<n>/<time>-<width>_<height>.png`."""
        world.counters.upload += 1
        now = time.time()
        day = time.strftime("%Y%m%d", time.localtime(now))
        name = f"{int(now)}-{self.width}_{self.height}.{self.ending}"
        return world.media.keep(self.file, self.content_type, f"tmp/{day}/{world.counters.upload}/{name}")


def receive(req: falcon.Request, media: Media, operation: str, *, only_images: bool) -> Upload:
    """Read the part `file` to disk in pieces. What was written is removed when it is refused."""
    file = media.new_file()
    try:
        filename = _copy(req, file, LIMITS[operation])
        upload = _described(file, filename)
        if operation == "avatar-upload" and only_images and not upload.width:
            raise Refused(NOT_AN_IMAGE)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return upload


def _copy(req: falcon.Request, file: Path, limit: int) -> str:
    if not (req.content_type or "").startswith("multipart/form-data"):
        raise Refused(FILE_MISSING)
    try:
        form: MultipartForm = req.get_media()
        for part in form:
            if part.name == "file":
                return _copy_part(part, file, limit)
    except (MultipartParseError, falcon.HTTPError) as error:
        raise Refused(FILE_MISSING) from error
    raise Refused(FILE_MISSING)


def _copy_part(part: BodyPart, file: Path, limit: int) -> str:
    size = 0
    with file.open("wb") as target:
        while chunk := part.stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise Refused(FILE_TOO_LARGE)
            target.write(chunk)
    return part.filename or ""


def _described(file: Path, filename: str) -> Upload:
    try:
        with Image.open(file) as picture:  # reads the header only
            width, height = picture.size
            known = picture.format in _FORMATS
            content_type = f"image/{picture.format}".lower() if known else "application/octet-stream"
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        width = height = 0
        content_type = "application/octet-stream"
    ending = _ENDING.search(filename)
    return Upload(file, content_type, ending[1].lower() if ending else "bin", width, height)
