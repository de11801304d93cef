"""Fetching pictures: from known hosts only, and never from inside our own network."""

import threading
from collections.abc import Iterator

import pytest

from tests.support.picture_host import PictureHost, cut_off, endless, redirecting, trickling
from upstream.pictures import NoPicture, Origin, Pictures, is_public

ADDRESS = "http://pictures.example/a/b.png"


@pytest.fixture
def host() -> Iterator[PictureHost]:
    with PictureHost() as running:
        running.serve("/a/b.png", b"content")
        yield running


@pytest.fixture
def pictures(host: PictureHost) -> Pictures:
    return Pictures(host.hosts, deadline=2.0, max_body=100_000)


def test_it_fetches_from_where_the_map_says(host: PictureHost, pictures: Pictures) -> None:
    assert pictures.fetch(ADDRESS + "?v=1 2".replace(" ", "%20")) == b"content"
    path, headers = host.asked[0]
    assert path == "/a/b.png?v=1%202"
    assert headers["host"] == f"127.0.0.1:{host.port}"


def test_it_tells_the_host_nothing(host: PictureHost, pictures: Pictures) -> None:
    pictures.fetch(ADDRESS)
    assert set(host.asked[0][1]) == {"host", "accept", "accept-encoding", "user-agent"}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pictures.example/a/b.png",
        "//pictures.example/a/b.png",
        "file:///etc/passwd",
        "file://pictures.example/etc/passwd",
        "data:image/png;base64,AAAA",
        "ftp://pictures.example/a/b.png",
        "gopher://pictures.example/a",
        "javascript:alert(1)",
        "http://127.0.0.1/a/b.png",
        "http://[::1]/a/b.png",
        "http://2130706433/a/b.png",
        "http://0x7f.1/a/b.png",
        "http://localhost/a/b.png",
        "http://169.254.169.254/latest/meta-data",
        "http://other.example/a/b.png",
        "http://pictures.example:22/a/b.png",
        "http://pictures.example:80/a/b.png",
        "http://user@pictures.example/a/b.png",
        "http://user:word@pictures.example/a/b.png",
        "http://pictures.example@127.0.0.1/a/b.png",
        "http://127.0.0.1\\@pictures.example/a/b.png",
        "http://pictures.example.evil.example/a/b.png",
        "http://pictures.example./a/b.png",
        "http://ｐictures.example/a/b.png",
        "http://pictures。example/a/b.png",
        "http://pictures.example%2f/a/b.png",
        "http://pictures.example /a/b.png",
        "http://pictures.example/a\r\nHost: evil.example",
        "http://[pictures.example/a",
    ],
)
def test_an_address_that_is_not_one_of_a_known_host_leads_nowhere(
    host: PictureHost, pictures: Pictures, address: str
) -> None:
    assert not pictures.knows(address)
    with pytest.raises(NoPicture) as raised:
        pictures.fetch(address)
    assert not raised.value.passing
    assert host.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a01:203",
        "2002:7f00:1::",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_followed(host: PictureHost, address: str) -> None:
    assert not is_public(address)
    pictures = Pictures(
        {"pictures.example": f"http://pictures.example:{host.port}"}, resolve=lambda *_: ["8.8.8.8", address]
    )
    with pytest.raises(NoPicture, match="private network"):
        pictures.fetch(ADDRESS)
    assert host.asked == []


@pytest.mark.parametrize("address", ["8.8.8.8", "47.106.1.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_it_connects_to_the_very_address_that_was_checked(
    host: PictureHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere the second time it is asked (DNS rebinding) is asked once."""
    asked: list[str] = []

    def resolve(name: str, _port: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else pytest.fail("resolved twice")

    monkeypatch.setattr("upstream.pictures.is_public", lambda _address: True)
    pictures = Pictures({"pictures.example": f"http://pictures.example:{host.port}"}, resolve=resolve)
    assert pictures.fetch(ADDRESS) == b"content"
    assert asked == ["pictures.example"]
    assert host.asked[0][1]["host"] == f"pictures.example:{host.port}"


def test_no_redirect_is_followed(host: PictureHost, pictures: Pictures) -> None:
    host.answers["/a/b.png"] = redirecting(f"http://127.0.0.1:{host.port}/secret")
    with pytest.raises(NoPicture, match="HTTP 302"):
        pictures.fetch(ADDRESS)
    assert [path for path, _headers in host.asked] == ["/a/b.png"]


def test_a_huge_answer_is_not_read_on(host: PictureHost, pictures: Pictures) -> None:
    host.answers["/a/b.png"] = endless
    with pytest.raises(NoPicture, match="larger than the limit"):
        pictures.fetch(ADDRESS)


def test_a_slow_trickle_ends_at_the_deadline(host: PictureHost) -> None:
    enough = threading.Event()
    host.answers["/a/b.png"] = trickling(enough)
    with pytest.raises(NoPicture) as raised:
        Pictures(host.hosts, deadline=0.4).fetch(ADDRESS)
    enough.set()
    assert raised.value.passing


def test_an_answer_that_is_cut_off_is_none(host: PictureHost, pictures: Pictures) -> None:
    host.answers["/a/b.png"] = cut_off
    with pytest.raises(NoPicture) as raised:
        pictures.fetch(ADDRESS)
    assert raised.value.passing


@pytest.mark.parametrize(
    ("status", "passing"), [(404, False), (403, False), (429, True), (500, True), (503, True)]
)
def test_any_other_status_is_none(host: PictureHost, pictures: Pictures, status: int, passing: bool) -> None:
    host.serve("/a/b.png", b"x", status=status)
    with pytest.raises(NoPicture) as raised:
        pictures.fetch(ADDRESS)
    assert raised.value.passing is passing


def test_a_host_that_is_down_is_not_asked_for_every_picture(host: PictureHost, pictures: Pictures) -> None:
    host.serve("/a/b.png", b"x", status=503)
    for _ in range(9):
        with pytest.raises(NoPicture):
            pictures.fetch(ADDRESS)
    assert len(host.asked) == 5


def test_no_more_are_fetched_at_once_than_there_are_places(
    host: PictureHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upstream.pictures._WAIT", 0.05)
    enough = threading.Event()
    host.answers["/slow.png"] = trickling(enough)
    pictures = Pictures(host.hosts, at_once=1)
    waiting = threading.Thread(target=pictures.fetch, args=("http://pictures.example/slow.png",))
    waiting.start()
    while not host.asked:
        pass
    with pytest.raises(NoPicture, match="too many"):
        pictures.fetch(ADDRESS)
    enough.set()
    waiting.join()


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "pictures.example",
        "ftp://pictures.example",
        "http://",
        "http://u@pictures.example",
        "http://a/b",
        "http://a?b",
    ],
)
def test_a_map_that_makes_no_sense_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(ValueError, match="host"):
        Origin.parse(origin)
