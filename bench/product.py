"""Products to measure: what the tests start too, that is ``make run``, each in a directory of its own."""

import hashlib
import shutil
import sqlite3
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import requests

from tests.support import product
from tests.support.signing_in import OWNER, PASSWORD

_FEW = 60  # people; the smallest company that `make run` starts by itself


class Product(product.Product):
    """Sandbox, worker and console, with ``members`` people in organization 100073; its mirror can be read."""

    def __init__(self, data_dir: Path, *, members: int, static_from: Path | None = None) -> None:
        super().__init__(data_dir, members=members, static_from=static_from)
        self.members = members
        self.mirror = data_dir / "mirror.sqlite3"
        self.console = data_dir / "console.sqlite3"
        self.databases = (self.console, self.mirror)

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the console's mirror, from beside it; nothing is locked."""
        return _asked(self.mirror, sql, values)

    def ask_console(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The same for what is not in the mirror."""
        return _asked(self.console, sql, values)

    def processes(self, command: str) -> list[psutil.Process]:
        """Its processes with ``command`` in their command lines."""
        return [
            one
            for one in psutil.Process(self.pid).children(recursive=True)
            if any(command in part for part in one.cmdline())
        ]

    def token(self) -> str:
        """The owner's access token, from the upstream itself."""
        digest = hashlib.md5(PASSWORD.encode(), usedforsecurity=False).hexdigest()
        answer = requests.post(
            f"{self.sandbox.url}/weila/v1/corp/web/login-by-phone",
            json={"phone": OWNER, "password": digest},
            timeout=10,
        )
        return str(answer.json()["data"]["access_token"])


def _asked(database: Path, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


class Products:
    """Starts products, and stops whatever still runs at the end; a context manager."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self._running: list[Product] = []
        self._static_from: Path | None = None

    def start(self, *sizes: int) -> list[Product]:
        """One product for each number of members."""
        if self._static_from is None:
            # Compressing the static files takes longer than everything else of a start.
            first = self._begin(_FEW)
            self.stop(first)
            self._static_from = first.data_dir
        return [self._begin(members) for members in sizes]

    def stop(self, *products: Product) -> None:
        for one in products:
            self._running.remove(one)
            one.stop()

    def _begin(self, members: int) -> Product:
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        begun = Product(folder, members=members, static_from=self._static_from)
        self._running.append(begun)
        return begun

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(*reversed(self._running))
        shutil.rmtree(self._folder, ignore_errors=True)
