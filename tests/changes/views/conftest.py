import pytest

from tests.changes.views import making


@pytest.fixture(autouse=True)
def kinds() -> None:
    making.register()
