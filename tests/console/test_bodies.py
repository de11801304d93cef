"""A request body that ends early is no request."""

import io
from typing import Any

import pytest
from django.http import UnreadablePostError
from django.test import RequestFactory

from console.bodies import WholeBodies
from console.wsgi import application


def body_of(content: bytes, length: int) -> Any:
    """The body as the application behind ``WholeBodies`` gets it."""
    got: list[Any] = []

    def inner(environ: dict[str, Any], _start: Any) -> list[bytes]:
        got.append(environ["wsgi.input"])
        return []

    WholeBodies(inner)({"CONTENT_LENGTH": str(length), "wsgi.input": io.BytesIO(content)}, None)
    return got[0]


def test_a_whole_body_is_read_as_it_is() -> None:
    assert body_of(b"abcdef", 6).read() == b"abcdef"
    body = body_of(b"ab\ncdef", 7)
    assert [body.readline(), body.read(2), body.read(100), body.read(100)] == [b"ab\n", b"cd", b"ef", b""]


@pytest.mark.parametrize("sizes", [(3, 3), (4, 1), (100, 100)])
def test_one_that_is_cut_off_can_not_be_read(sizes: tuple[int, int]) -> None:
    body = body_of(b"abc", 5)
    with pytest.raises(ConnectionResetError):
        for size in (*sizes, 1):
            body.read(size)


def test_django_takes_nothing_of_it() -> None:
    whole = RequestFactory().post("/", {"name": "x" * 100})
    content = whole.body
    environ = whole.environ | {"wsgi.input": body_of(content[:-10], len(content))}
    with pytest.raises(UnreadablePostError):
        _ = RequestFactory().request(**environ).POST


def test_the_console_is_served_so() -> None:
    assert isinstance(application, WholeBodies)
