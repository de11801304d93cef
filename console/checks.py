"""System checks: what must not be started."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from upstream.pictures import Origin

_HERE = {None, "localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104  # refused, not bound


@register(Tags.security)
def no_sandbox_in_production(**kwargs: Any) -> list[CheckMessage]:
    """Outside the demo the upstream is a real one: https, and never this machine."""
    if settings.DEMO:
        return []
    url = urlsplit(settings.WEILA["base_url"])
    problems: list[CheckMessage] = []
    if url.hostname in _HERE:
        problems.append(
            Error("WEILA_URL points to this machine: a sandbox is for the demo only.", id="console.E001")
        )
    if url.scheme != "https":
        problems.append(Error("WEILA_URL is not https: tokens travel in its addresses.", id="console.E002"))
    return problems


@register(Tags.security)
def media_hosts_are_hosts(**kwargs: Any) -> list[CheckMessage]:
    """Each leads to a host, and outside the demo never to this machine: it is our server that goes there."""
    problems: list[CheckMessage] = []
    for host, address in settings.MEDIA_HOSTS.items():
        try:
            origin = Origin.parse(address)
        except ValueError:
            text = f"MEDIA_HOSTS: what stands for {host} is not the address of a host."
            problems.append(Error(text, hint="host=http://host", id="console.E003"))
            continue
        if origin.host in _HERE and not settings.DEMO:
            problems.append(
                Error(f"MEDIA_HOSTS: the pictures of {host} would be looked for here.", id="console.E004")
            )
    return problems
