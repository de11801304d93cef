"""What a picture is, and what is made of it."""

import io

import pytest
from PIL import Image

from media import images
from tests.support import pictures


@pytest.mark.parametrize("kind", images.FORMATS)
def test_every_format_is_drawn_anew_as_one_that_weila_takes(kind: str) -> None:
    made = images.drawn_anew(io.BytesIO(pictures.picture(kind)))
    with Image.open(io.BytesIO(made.content)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (120, 80))
    assert (made.content_type, made.filename) == ("image/jpeg", "picture.jpg")


def test_what_is_transparent_stays_so() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (60, 60), (255, 0, 0, 0)).save(file, "PNG")
    made = images.drawn_anew(file)
    assert made.content_type == "image/png"
    with Image.open(io.BytesIO(made.content)) as drawn:
        assert drawn.convert("RGBA").getpixel((5, 5)) == (255, 0, 0, 0)


def test_where_a_photo_was_taken_is_not_passed_on() -> None:
    exif = Image.Exif()
    exif[0x010E] = "somebody's garden"
    exif.get_ifd(0x8825)[2] = (22.0, 32.0, 11.0)  # GPS latitude
    photo = pictures.picture("JPEG", exif=exif.tobytes(), comment=b"secret comment")
    assert b"garden" in photo
    assert b"secret comment" in photo
    made = images.drawn_anew(io.BytesIO(photo)).content
    assert b"garden" not in made
    assert b"secret comment" not in made
    with Image.open(io.BytesIO(made)) as drawn:
        assert not drawn.getexif()


def test_a_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    made = images.drawn_anew(io.BytesIO(pictures.picture("JPEG", size=(120, 80), exif=exif.tobytes())))
    with Image.open(io.BytesIO(made.content)) as drawn:
        assert drawn.size == (80, 120)


def test_a_large_photo_gets_small() -> None:
    made = images.drawn_anew(io.BytesIO(pictures.picture("JPEG", size=(4000, 3000))))
    with Image.open(io.BytesIO(made.content)) as drawn:
        assert drawn.size == (images.SIDE, images.SIDE * 3 // 4)


def test_the_noisiest_picture_stays_below_the_upstreams_limit() -> None:
    file = io.BytesIO()
    noise = Image.effect_noise((images.SIDE, images.SIDE), 200)
    Image.merge("RGBA", (noise, noise.rotate(90), noise.rotate(180), noise.rotate(270))).save(file, "PNG")
    assert len(images.drawn_anew(file).content) < 4 * 1024 * 1024


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        pictures.SVG,
        pictures.HTML,
        pictures.picture()[:60],
        pictures.picture("JPEG")[:300],
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(images.NotAPicture):
        images.drawn_anew(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["TIFF", "ICO", "PPM", "PDF"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(images.NotAPicture):
        images.drawn_anew(io.BytesIO(pictures.picture(kind)))


@pytest.mark.parametrize("side", [30_000, 5_001])
def test_too_many_pixels_are_refused_without_decoding(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = pictures.bomb(side)
    assert len(content) < 2048
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _self: pytest.fail("it was decoded"))
    with pytest.raises(images.TooManyPixels):
        images.drawn_anew(io.BytesIO(content))


def test_a_thumbnail_is_an_opaque_square() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 100), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(io.BytesIO(images.thumbnail(file.getvalue(), 80))) as made:
        assert (made.format, made.size, made.mode) == ("WEBP", (80, 80), "RGB")
        assert min(made.getpixel((40, 40))) > 245  # type: ignore[arg-type]  # white
