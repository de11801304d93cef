"""The network address of the browser, behind proxies or not."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_IPV6_SITE = 64  # bits; a household or a server owns all addresses below them


def client_address(request: HttpRequest) -> str:
    """The address of the client, as far as it can be trusted.

    ``TRUSTED_PROXIES`` says how many proxies of our own stand in front: that many entries from the right of
    ``X-Forwarded-For`` were written by them, everything further left by whoever likes to. With 0 the header
    is ignored. An entry that is no address is not believed either.
    """
    hops = settings.TRUSTED_PROXIES
    direct = _address(str(request.META.get("REMOTE_ADDR", "")))
    if not hops:
        return direct
    header = request.headers.get("X-Forwarded-For", "")
    forwarded = [part.strip() for part in header.split(",") if part.strip()]
    return (_address(forwarded[-hops]) if len(forwarded) >= hops else "") or direct


def network_of(address: str) -> str:
    """What tries are counted by: an IPv4 address, or the network in which an IPv6 client picks its own."""
    if ":" not in address:
        return address
    return str(ip_network(f"{address}/{_IPV6_SITE}", strict=False))


def _address(text: str) -> str:
    """The canonical form of an address, with or without a port; empty when it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address)
