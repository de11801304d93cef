from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from common.actor import Actor
from tests.changes import support
from tests.changes.support import System


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are the mechanism's own settings; here they are a blink."""
    settings.CHANGES_MARGIN = 0.05
    settings.CHANGES_AT_ONCE = 4
    monkeypatch.setattr("changes.sender._FIRST_PAUSE", 0.05)
    monkeypatch.setattr("changes.run._LOOK", 0.02)


@pytest.fixture
def system() -> Iterator[System]:
    support.register()
    support.SYSTEM.__init__()  # type: ignore[misc]
    yield support.SYSTEM


@pytest.fixture
def actor(transactional_db: None) -> Actor:
    """Jobs work in threads, which see nothing of a test's open transaction."""
    return support.an_actor()
