import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

BACKENDS = "django.contrib.sessions.backends."


def found() -> list[str | None]:
    return [message.id for message in run_checks() if str(message.id).startswith("accounts.")]


def test_our_own_settings_pass() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("engine", "problem"),
    [("signed_cookies", "accounts.E001"), ("cache", "accounts.E002"), ("cached_db", "accounts.E002")],
)
def test_sessions_that_cannot_be_ended_are_refused(settings: Settings, engine: str, problem: str) -> None:
    settings.SESSION_ENGINE = BACKENDS + engine
    assert found() == [problem]


def test_a_shared_cache_is_accepted(settings: Settings) -> None:
    settings.SESSION_ENGINE = BACKENDS + "cached_db"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    assert found() == []


@pytest.mark.parametrize(
    ("keys", "problem"), [([], "accounts.E003"), (["short"], "accounts.E004"), (["ä" * 44], "accounts.E004")]
)
def test_keys_that_are_none_are_refused(settings: Settings, keys: list[str], problem: str) -> None:
    settings.TOKEN_KEYS = keys
    assert found() == [problem]


def test_a_key_is_never_shown(settings: Settings) -> None:
    settings.TOKEN_KEYS = ["nearly-a-key"]
    assert "nearly-a-key" not in str(run_checks())
