import pytest
from pytest_django.fixtures import Settings

from console.checks import no_sandbox_in_production


def ids(settings: Settings, url: str, *, demo: bool = False) -> set[str | None]:
    settings.DEMO = demo
    settings.WEILA = {**settings.WEILA, "base_url": url}
    return {message.id for message in no_sandbox_in_production()}


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "[::1]:9000", "0.0.0.0"])
def test_production_refuses_a_sandbox(settings: Settings, host: str) -> None:
    assert ids(settings, f"https://{host}/weila") == {"console.E001"}


def test_production_refuses_plain_http(settings: Settings) -> None:
    assert ids(settings, "http://weila.example.com") == {"console.E002"}


def test_production_accepts_a_real_upstream(settings: Settings) -> None:
    assert ids(settings, "https://weila.example.com") == set()


def test_the_demo_may_use_the_sandbox(settings: Settings) -> None:
    assert ids(settings, "http://127.0.0.1:9000/weila", demo=True) == set()
