"""Pictures that are kept on the disk: for a while, and no longer."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.cache import caches
from pytest_django.fixtures import Settings

from media import images, pictures, waiting
from tests.support.pictures import picture


@pytest.fixture
def folders(settings: Settings, tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / name for name in ("pictures", "waiting")}
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = settings.CACHES | {
        name: {"BACKEND": backend, "LOCATION": folder} for name, folder in found.items()
    }
    return found


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*"))


def test_what_waits_is_there_for_every_process(folders: dict[str, Path]) -> None:
    chosen = images.drawn_anew(io.BytesIO(picture()))
    key = waiting.keep(chosen)
    assert waiting.find(key) == chosen
    assert len(files(folders["waiting"])) == 1
    assert files(folders["pictures"]) == []


def test_what_is_over_goes_from_the_disk(folders: dict[str, Path]) -> None:
    caches["pictures"].set("old", b"x", pictures.KEPT)
    caches["pictures"].set("new", b"x", pictures.KEPT)
    waiting.keep(images.Picture(b"x", "image/png"))
    assert pictures.purge() == 0
    long_ago = time.time() - waiting.SECONDS - 1
    os.utime(files(folders["waiting"])[0], (long_ago, long_ago))
    longer_ago = time.time() - pictures.KEPT - 1
    os.utime(files(folders["pictures"])[0], (longer_ago, longer_ago))
    assert pictures.purge() == 2
    assert len(files(folders["pictures"])) == 1
    assert files(folders["waiting"]) == []


def test_no_more_are_kept_than_the_settings_say(settings: Settings, folders: dict[str, Path]) -> None:
    settings.CACHES = settings.CACHES | {
        "waiting": settings.CACHES["waiting"] | {"OPTIONS": {"MAX_ENTRIES": 5}}
    }
    for _ in range(20):
        waiting.keep(images.Picture(b"x", "image/png"))
    assert len(files(folders["waiting"])) <= 6
