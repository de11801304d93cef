"""Brings the front-end files named in static/vendor/assets.lock.json into the repository.

    python scripts/vendor_assets.py

It needs npm, as the client of the package registry; nothing else of the project does. What a package must
be is fixed by its integrity in the lock. Written are the listed files without their source-map comments
(the maps are not taken along, and collectstatic fails on a map that is missing), a sprite of the listed
icons, the licenses, and into the lock a sha384 of every file: tests/test_assets.py computes them anew.
"""

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent.parent / "static"
LOCK = STATIC / "vendor" / "assets.lock.json"
SPRITE = STATIC / "icons.svg"
LICENSES = STATIC / "vendor" / "LICENSES.txt"

_SOURCE_MAP = re.compile(rb"(?m)^\s*(/\*[#@] sourceMappingURL=.*?\*/|//[#@] sourceMappingURL=.*)\s*$\n?")
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BACKGROUND = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


class Package:
    """A package of the registry, downloaded and found to be the one that the lock means."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.name: str = entry["name"]
        self.version: str = entry["version"]
        self.files: dict[str, bytes] = _unpack(_download(self.name, self.version, entry["integrity"]))

    @property
    def folder(self) -> Path:
        """Where its files go, named so that a new version gets new addresses."""
        return STATIC / "vendor" / f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}"

    @property
    def license(self) -> str:
        name = json.loads(self.files["package.json"])["license"]
        text = next(
            (body.decode() for path, body in self.files.items() if path.upper().startswith("LICENSE")), ""
        )
        return f"{self.name} {self.version}: {name}\n\n{text}".strip()


def main() -> int:
    lock = json.loads(LOCK.read_text())
    packages = {entry["name"]: Package(entry) for entry in lock["packages"]}
    written = [
        _write(
            packages[entry["name"]].folder / Path(path).name,
            _SOURCE_MAP.sub(b"", packages[entry["name"]].files[path]),
        )
        for entry in lock["packages"]
        for path in entry["files"]
    ]
    written.append(
        _write(SPRITE, sprite(packages[lock["icons"]["package"]], lock["icons"]["names"]).encode())
    )
    LICENSES.write_text("\n\n----\n\n".join(package.license for package in packages.values()) + "\n")
    lock["written"] = {
        path.relative_to(STATIC).as_posix(): sha384(path.read_bytes()) for path in sorted(written)
    }
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")
    for path in written:
        print(f"{path.stat().st_size:>9,} {path.relative_to(STATIC)}")
    return 0


def sprite(package: Package, names: list[str]) -> str:
    """One SVG with a symbol for each named outline icon; lines and colors come from the ``.icon`` class."""
    symbols = []
    for name in sorted(names):
        drawing = _DRAWING.search(package.files[f"icons/outline/{name}.svg"].decode())
        if drawing is None:
            raise ValueError(f"{name}: not a drawing")
        inner = "".join(line.strip() for line in _BACKGROUND.sub("", drawing.group(1)).splitlines())
        symbols.append(f'<symbol id="tabler-{name}" viewBox="0 0 24 24">{inner}</symbol>\n')
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


def sha384(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def _download(name: str, version: str, integrity: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # names from our own lock
        archive = next(Path(folder).iterdir()).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != integrity:
        raise ValueError(f"{name}@{version}: integrity is {found}, the lock wants {integrity}")
    return archive


def _unpack(archive: bytes) -> dict[str, bytes]:
    """The regular files of an npm archive by their path below ``package/``; nothing touches the disk."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            member.name.split("/", 1)[1]: body.read()
            for member in tar
            if member.isfile() and (body := tar.extractfile(member))
        }


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    sys.exit(main())
