"""Pictures and files that the sandbox serves itself, under `/weila/media/`.

The vendor's picture hosts can't be reached from a developer's machine, so where the document has
`http://favicon.weila.hk/default/user.png` the sandbox has its own address with the same ending.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .pictures import default_pictures

MOST_BYTES = 512 * 1024 * 1024  # of uploads kept; the oldest go first
_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})

_OWNERS = re.compile(r"corp/\d+/([aug])/")
_DEFAULTS = {"a": "org", "u": "user", "g": "group"}


@dataclass(frozen=True)
class Stored:
    file: Path
    content_type: str
    size: int


class Media:
    """Files by their path below `/weila/media/`. Several paths may lead to one file."""

    def __init__(self, base_url: str, folder: Path) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._folder = folder
        self._uploads: list[Stored] = []
        self._by_path: dict[str, Stored] = {}
        folder.mkdir(exist_ok=True)  # a restarted worker finds it gone
        for name, png in default_pictures().items():
            file = folder / name
            file.write_bytes(png)
            self._by_path[f"default/{name}"] = Stored(file, "image/png", len(png))

    def url(self, path: str) -> str:
        return self.base_url + path

    def default(self, name: str) -> str:
        return self.url(f"default/{name}.png")

    def copy(self, url: str, path: str, fallback: str) -> str:
        """Make what `url` shows available at `path`, as the vendor copies an uploaded picture.

        A picture of another host isn't fetched: `fallback` (a default picture's name) stands for it.
        """
        source = self._by_path.get(url.removeprefix(self.base_url).partition("?")[0])
        self._by_path[path] = source or self._by_path[f"default/{fallback}.png"]
        return self.url(path)

    def new_file(self) -> Path:
        """An empty file for an upload."""
        handle, name = tempfile.mkstemp(prefix="upload-", dir=self._folder)
        os.close(handle)
        return Path(name)

    def keep(self, file: Path, content_type: str, path: str) -> str:
        """Serve an upload at `path`; when too much is kept, the oldest uploads end."""
        stored = Stored(file, content_type, file.stat().st_size)
        self._uploads.append(stored)
        self._by_path[path] = stored
        while sum(one.size for one in self._uploads) > MOST_BYTES and len(self._uploads) > 1:
            self._end(self._uploads.pop(0))
        return self.url(path)

    def find(self, path: str) -> Stored | None:
        """A copied picture that is no longer kept shows the default one."""
        owner = _OWNERS.match(path)
        return self._by_path.get(path) or (
            self._by_path[f"default/{_DEFAULTS[owner[1]]}.png"] if owner else None
        )

    def clear(self) -> None:
        """Forget every upload and copy; the default pictures stay."""
        for stored in self._uploads:
            stored.file.unlink(missing_ok=True)
        self._uploads.clear()
        self._by_path = {path: one for path, one in self._by_path.items() if path.startswith("default/")}

    def _end(self, gone: Stored) -> None:
        gone.file.unlink(missing_ok=True)
        self._by_path = {path: one for path, one in self._by_path.items() if one is not gone}


def shown_inline(stored: Stored) -> bool:
    """Only pictures are shown; anything else is downloaded."""
    return stored.content_type in _IMAGES
