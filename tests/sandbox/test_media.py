"""Uploads and pictures: limits, streaming, and that what is served can do no harm."""

from __future__ import annotations

import io
from pathlib import Path

import psutil
import pytest
import requests
from PIL import Image
from requests_toolbelt import MultipartEncoder

from tests.sandbox.api import Api
from tests.sandbox.flows import PERSON
from tests.support.sandbox import ORG, SandboxProcess

MB = 1024 * 1024


def picture(width: int = 110, height: int = 80, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind)
    return file.getvalue()


def test_an_avatar_comes_back(owner: Api, sandbox: SandboxProcess) -> None:
    url = owner.upload("avatar-upload", "头像.png", picture())["data"]["url"]
    assert url.startswith(f"{sandbox.weila_url}/media/tmp/")
    assert url.endswith("-110_80.png")
    answer = requests.get(url, timeout=10)
    assert (answer.headers["Content-Type"], answer.content) == ("image/png", picture())


def test_a_member_gets_a_copy_at_an_address_of_their_own(owner: Api) -> None:
    url = owner.upload("avatar-upload", "a.jpeg", picture(kind="JPEG"))["data"]["url"]
    changed = owner.data("member-change", org_num=ORG, member_id=PERSON, avatar=url)
    assert f"/media/corp/{ORG}/u/{PERSON}/a/" in changed["avatar"]
    answer = requests.get(changed["avatar"], timeout=10)
    assert (answer.headers["Content-Type"], answer.content) == ("image/jpeg", picture(kind="JPEG"))


def test_every_picture_of_the_first_company_is_there(owner: Api) -> None:
    urls = {row["avatar"] for row in owner.rows().values()} | {owner.org()["avatar"]}
    urls |= {group["avatar"] for group in owner.data("group-getall", org_num=ORG)["groups"]}
    for url in urls:
        assert Image.open(io.BytesIO(requests.get(url, timeout=10).content)).size == (96, 96)


def test_any_file_up_to_its_limit_is_downloaded_never_shown(owner: Api) -> None:
    url = owner.upload("file-upload", "x.html", b"<script>alert(1)</script>")["data"]["url"]
    answer = requests.get(url, timeout=10)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content", "errcode"),
    [
        ("x.png", b"no picture", 46003),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 46003),
        ("x.png", picture() + b"\0" * (4 * MB), 46002),
    ],
)
def test_what_is_no_avatar(owner: Api, name: str, content: bytes, errcode: int) -> None:
    assert owner.upload("avatar-upload", name, content)["errcode"] == errcode
    assert owner.errcode("org-my-org") == 0


def test_an_upload_without_a_file(owner: Api) -> None:
    path, query = f"{owner.url}/v1/corp/web/file-upload", {"access-token": owner.token}
    other = owner.http.post(path, params=query, files={"other": ("x", b"x")}, timeout=10)
    assert other.json()["errcode"] == 46001
    assert owner.http.post(path, params=query, json={}, timeout=10).json()["errcode"] == 46001


@pytest.mark.parametrize(("size", "errcode"), [(100 * MB, 0), (100 * MB + 1, 46002)])
def test_a_hundred_megabytes_pass_through_in_pieces(
    owner: Api, process: SandboxProcess, tmp_path: Path, size: int, errcode: int
) -> None:
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(size)
    worker = psutil.Process(process.pid).children()[0]
    before = worker.memory_info().rss
    with big.open("rb") as file:
        form = MultipartEncoder({"file": ("big.bin", file, "application/octet-stream")})
        answer = owner.http.post(
            f"{owner.url}/v1/corp/web/file-upload",
            params={"access-token": owner.token},
            data=form,
            headers={"Content-Type": form.content_type},
            timeout=60,
        )
    assert answer.json()["errcode"] == errcode
    assert worker.memory_info().rss - before < 30 * MB
    assert owner.errcode("org-my-org") == 0


def test_an_unknown_picture_and_method(sandbox: SandboxProcess) -> None:
    assert requests.get(f"{sandbox.weila_url}/media/nothing.png", timeout=10).status_code == 404
    assert requests.post(f"{sandbox.weila_url}/media/default/user.png", timeout=10).status_code == 405
    assert sandbox.journal() == []
