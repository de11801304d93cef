from collections.abc import Iterator

import pytest

from changes import vocabulary
from sheets import tables
from tests.changes import support
from tests.sheets.things import OTHERS, THINGS


@pytest.fixture(autouse=True)
def own_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the tables of these tests are known."""
    monkeypatch.setattr(tables, "_tables", {one.code: one for one in (THINGS, OTHERS)})
    monkeypatch.setitem(vocabulary.problems, "no_name", "A thing needs a name.")


@pytest.fixture
def system() -> Iterator[support.System]:
    """What the changes of these tables are sent to."""
    support.register()
    support.SYSTEM.__init__()  # type: ignore[misc]
    yield support.SYSTEM
