import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from common.addresses import client_address, network_of


def address(rf: RequestFactory, direct: str, forwarded: str = "") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client_address(rf.get("/", headers=headers, REMOTE_ADDR=direct))


@pytest.mark.parametrize("forwarded", ["", "203.0.113.9", "203.0.113.9, 198.51.100.1"])
def test_without_proxies_the_header_is_ignored(rf: RequestFactory, forwarded: str) -> None:
    assert address(rf, "192.0.2.1", forwarded) == "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # what the client wrote itself stands further left
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),  # fewer entries than proxies: somebody came in beside them
        (1, "", "192.0.2.1"),
        (1, " , ", "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "203.0.113.9:55123", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:DB8:0:0::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "<script>", "192.0.2.1"),
    ],
)
def test_behind_proxies_of_ours(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert address(rf, "192.0.2.1", forwarded) == expected


def test_a_socket_has_no_address(rf: RequestFactory) -> None:
    assert address(rf, "") == ""


@pytest.mark.parametrize(
    ("one", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1", "fe80::/64"),
        ("", ""),
    ],
)
def test_networks(one: str, network: str) -> None:
    assert network_of(one) == network
