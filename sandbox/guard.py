"""Who may touch the controls: this machine only, never a web page that happens to be open on it."""

from __future__ import annotations

import ipaddress

import falcon

HEADER = "X-Sandbox"


def local_only(req: falcon.Request) -> None:
    """403 for another machine, and for a Host that isn't local (a rebound DNS name)."""
    if not _is_loopback(req.remote_addr):
        raise falcon.HTTPForbidden(title="The sandbox's controls answer this machine only.")
    if req.host != "localhost" and not _is_loopback(req.host):
        raise falcon.HTTPForbidden(title="The sandbox's controls answer a local Host only.")


def controls_only(req: falcon.Request) -> None:
    """As above, and the header that no foreign page can send."""
    local_only(req)
    if req.get_header(HEADER) != "1":
        raise falcon.HTTPForbidden(title=f"The sandbox's controls need the header {HEADER}: 1.")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
