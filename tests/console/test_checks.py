import pytest
from pytest_django.fixtures import Settings

from console.checks import media_hosts_are_hosts, no_sandbox_in_production


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


@pytest.mark.parametrize(
    ("origin", "demo", "expected"),
    [
        ("https://pictures.example", False, []),
        ("http://127.0.0.1:9000", True, []),
        ("http://127.0.0.1:9000", False, ["console.E004"]),
        ("http://localhost", False, ["console.E004"]),
        ("pictures.example", True, ["console.E003"]),
        ("ftp://pictures.example", False, ["console.E003"]),
        ("https://pictures.example/below", False, ["console.E003"]),
    ],
)
def test_pictures_come_from_hosts_and_never_from_here(
    settings: Settings, origin: str, demo: bool, expected: list[str]
) -> None:
    settings.DEMO = demo
    settings.MEDIA_HOSTS = {"pictures.example": origin}
    assert [one.id for one in media_hosts_are_hosts()] == expected
