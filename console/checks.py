"""System checks: what must not be started."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def no_sandbox_in_production(**kwargs: Any) -> list[CheckMessage]:
    """Outside the demo the upstream is a real one: https, and never this machine."""
    if settings.DEMO:
        return []
    url = urlsplit(settings.WEILA["base_url"])
    problems: list[CheckMessage] = []
    if url.hostname in {None, "localhost", "127.0.0.1", "::1", "0.0.0.0"}:  # noqa: S104  # refused, not bound
        problems.append(
            Error("WEILA_URL points to this machine: a sandbox is for the demo only.", id="console.E001")
        )
    if url.scheme != "https":
        problems.append(Error("WEILA_URL is not https: tokens travel in its addresses.", id="console.E002"))
    return problems
