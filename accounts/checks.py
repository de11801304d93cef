"""System checks: settings under which sessions would not be safe."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

_BACKENDS = "django.contrib.sessions.backends."


@register(Tags.security)
def sessions_are_kept_in_the_database(**kwargs: Any) -> list[CheckMessage]:
    """Ending a session has to end it: on the server, for every process, at once."""
    engine = settings.SESSION_ENGINE.removeprefix(_BACKENDS)
    if engine == "signed_cookies":
        text = "A session in a signed cookie can't be ended by the server."
        return [Error(text, hint="Use the database backend.", id="accounts.E001")]
    cache = settings.CACHES.get(settings.SESSION_CACHE_ALIAS, {}).get("BACKEND", "")
    if engine in ("cache", "cached_db") and cache.endswith(("LocMemCache", "DummyCache")):
        text = "Sessions in a process's own memory are not the same for the next process."
        return [Error(text, hint="Use the database backend, or a shared cache.", id="accounts.E002")]
    return []


@register(Tags.security)
def token_keys_are_keys(**kwargs: Any) -> list[CheckMessage]:
    """Tokens are sealed with Fernet keys: 32 random bytes each, URL-safe base64."""
    if not settings.TOKEN_KEYS:
        return [Error("TOKEN_KEYS is empty.", hint=_NEW_KEY, id="accounts.E003")]
    for number, key in enumerate(settings.TOKEN_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            # The key itself is not shown: it may be a good one with a typing error.
            return [Error(f"Key {number} of TOKEN_KEYS is no Fernet key.", hint=_NEW_KEY, id="accounts.E004")]
    return []


_NEW_KEY = (
    "Make one with: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
)
