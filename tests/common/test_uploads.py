"""Which views take files, and how large ones."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import load_handler
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import ResolverMatch

from common.uploads import takes_files

LARGEST = 300_000


@takes_files(LARGEST)
def taking(_request: HttpRequest) -> None: ...


def plain(_request: HttpRequest) -> None: ...


def sent(view: Callable[..., Any], *sizes: int, signed_in: bool = True) -> HttpRequest:
    files = {f"file{number}": SimpleUploadedFile("a.bin", b"x" * size) for number, size in enumerate(sizes)}
    request = RequestFactory().post("/", {"name": "张三", **files})
    request.resolver_match = ResolverMatch(view, (), {})
    request.signed_in = object() if signed_in else None  # type: ignore[attr-defined]
    request.upload_handlers = [load_handler("common.uploads.LimitedUploadHandler", request)]
    return request


def only(request: HttpRequest, name: str) -> Any:
    return request.FILES[name]


@pytest.mark.parametrize("size", [1, LARGEST - 1, LARGEST])
def test_a_marked_view_gets_the_file(size: int) -> None:
    request = sent(taking, size)
    file = only(request, "file0")
    assert (file.size, len(file.read())) == (size, size)
    assert request.POST["name"] == "张三"


def test_a_byte_too_many_arrives_without_its_content_and_with_its_size() -> None:
    request = sent(taking, LARGEST + 1)
    file = only(request, "file0")
    assert (file.size, file.read()) == (LARGEST + 1, b"")
    assert request.POST["name"] == "张三"


def test_after_one_that_was_too_large_the_next_one_is_whole() -> None:
    request = sent(taking, LARGEST + 5, 10)
    assert [len(only(request, name).read()) for name in ("file0", "file1")] == [0, 10]


def test_what_is_far_too_large_is_not_read_at_all() -> None:
    request = sent(taking, LARGEST * 2 + 1024 * 1024 + 1)
    with pytest.raises(RequestDataTooBig):
        _ = request.POST


def test_any_other_view_gets_the_form_without_the_file() -> None:
    request = sent(plain, 10)
    assert request.POST["name"] == "张三"
    assert not request.FILES


def test_any_other_view_is_not_sent_much() -> None:
    with pytest.raises(RequestDataTooBig):
        _ = sent(plain, 2 * 1024 * 1024).POST


def test_a_stranger_leaves_nothing() -> None:
    assert not sent(taking, 10, signed_in=False).FILES


def test_the_file_has_no_name_on_the_disk() -> None:
    """So that nothing stays when the process dies."""
    file = only(sent(taking, LARGEST), "file0").file
    assert isinstance(getattr(file, "name", None), int)
