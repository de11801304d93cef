"""`make run`, as a newcomer starts it: one process that starts the product and ends all of it."""

import re
import signal
import tomllib
from pathlib import Path

import psutil
import requests

from tests.support.product import Product

AS_BROWSERS_DO = {"Accept-Encoding": "br"}


def test_the_image_has_every_room() -> None:
    root = Path(__file__).parent.parent.parent
    packages = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    copied = re.findall(r"^COPY (\w+) \1$", (root / "Dockerfile").read_text(), re.MULTILINE)
    assert set(packages) - {"sandbox"} <= set(copied)


def test_it_starts_says_how_to_sign_in_and_stops_all_of_it(tmp_path: Path) -> None:
    with Product(tmp_path, members=20) as product:
        assert f"{product.url}/" in product.said
        assert "13353236154" in product.said and "123456" in product.said

        page = requests.get(f"{product.url}/sign-in", timeout=10, headers=AS_BROWSERS_DO)
        assert page.status_code == 200
        stylesheet = re.search(r'/static/[^"]+tabler[^"]+\.css', page.text)
        assert stylesheet is not None
        style = requests.get(f"{product.url}{stylesheet[0]}", timeout=10, headers=AS_BROWSERS_DO)
        assert style.headers["Content-Encoding"] == "br"
        assert "immutable" in style.headers["Cache-Control"]
        files = {path.name for path in tmp_path.glob("*.sqlite3")}
        assert files == {"console.sqlite3", "mirror.sqlite3"}
        assert (tmp_path / "demo-keys.json").stat().st_mode & 0o077 == 0

        parts = psutil.Process(product.pid).children(recursive=True)
        assert len(parts) >= 3
        assert product.stop(signal.SIGINT) == 0
        _, alive = psutil.wait_procs(parts, timeout=10)
        assert alive == []
