"""One sandbox process for all of these tests, put back to its first state before each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import falcon.testing
import msgspec
import pytest

from sandbox.app import build
from sandbox.store import Store
from tests.sandbox.api import Api
from tests.support.sandbox import SandboxProcess

CONTRACT = Path(__file__).parents[1] / "data" / "contracts" / "weila.json"


@pytest.fixture(scope="session")
def process() -> Iterator[SandboxProcess]:
    with SandboxProcess(members=60) as started:
        yield started


@pytest.fixture
def sandbox(process: SandboxProcess) -> SandboxProcess:
    process.reset(members=60)
    return process


@pytest.fixture
def api(sandbox: SandboxProcess) -> Api:
    """Nobody yet."""
    return Api(sandbox.weila_url)


@pytest.fixture
def owner(api: Api) -> Api:
    api.sign_in()
    return api


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(CONTRACT.read_bytes())
    return decoded


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The sandbox's state in this process, for tests that need the clock in hand."""
    return Store("http://127.0.0.1:9000", tmp_path, 60)


@pytest.fixture
def inside(store: Store) -> falcon.testing.TestClient:
    return falcon.testing.TestClient(build(store))
