"""The network address of the browser, behind proxies or not."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client, as far as it can be trusted.

    ``TRUSTED_PROXIES`` says how many proxies of our own stand in front: that many entries from the right of
    ``X-Forwarded-For`` were written by them, everything further left by whoever likes to. With 0 the header
    is ignored.
    """
    hops = settings.TRUSTED_PROXIES
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not hops:
        return direct
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return forwarded[-hops] if len(forwarded) >= hops else direct
