"""Who is shown how beside a name."""

from uuid import uuid4

import pytest
from django.template import Context, Template
from pytest_django.fixtures import Settings

from common import avatars
from common.actor import Actor, Role


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("张三", "张三"),
        ("欧阳娜娜", "娜娜"),
        ("李", "李"),
        ("Ada Wong 黃詠詩", "詠詩"),
        ("ada", "A"),
        ("Ada King Lovelace", "AL"),
        ("élise martin", "ÉM"),
        ("222222", "2"),
        ("🏢", ""),
        ("", ""),
        ("  ", ""),
        ("<img src=x>", "IS"),
        ("𠮷野家", "野家"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert avatars.initials(name) == letters


def test_a_name_always_has_the_same_color() -> None:
    assert avatars.tint("张三") == avatars.tint("张三")
    assert {avatars.tint(str(number)) for number in range(200)} == set(range(avatars.TINTS))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://pictures.example/corp/1/u/2/a/3.jpg", True),
        ("http://PICTURES.example/corp/1.jpg?v=1", True),
        ("http://pictures.example/default/user.png", False),
        ("http://pictures.example/weila/media/default/group.png?v=3", False),
        ("http://other.example/1.jpg", False),
        ("http://pictures.example:81/1.jpg", False),
        ("http://[broken/1.jpg", False),
        ("", False),
    ],
)
def test_which_pictures_are_shown(settings: Settings, address: str, shown: bool) -> None:
    settings.MEDIA_HOSTS = {"pictures.example": "http://pictures.example"}
    assert avatars.is_shown(address) is shown


def drawn(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_initials_stand_where_there_is_no_picture() -> None:
    html = drawn('{% avatar name "" %}', name="张三")
    assert (
        html
        == f'<span class="avatar avatar-md tint-{avatars.tint("张三")}" data-initials="张三" aria-hidden="true"></span>'
    )


def test_a_picture_lies_over_them_and_is_decoration(settings: Settings) -> None:
    settings.MEDIA_HOSTS = {"pictures.example": "http://pictures.example"}
    actor = Actor(uuid4(), 1, "1", "x", Role.OWNER, 1, "", "")
    html = drawn('{% avatar "张三" url "lg" %}', url="http://pictures.example/1.png", actor=actor)
    assert 'data-initials="张三" aria-hidden="true"><img src="/media/' in html
    assert 'alt="" loading="lazy"' in html
    assert "pictures.example" not in html


def test_without_a_session_there_is_no_picture(settings: Settings) -> None:
    settings.MEDIA_HOSTS = {"pictures.example": "http://pictures.example"}
    assert "<img" not in drawn('{% avatar "张三" "http://pictures.example/1.png" %}')


def test_a_thing_has_its_icon() -> None:
    html = drawn('{% avatar "仓库" "" "sm" icon="device-mobile" %}')
    assert "#tabler-device-mobile" in html
    assert "仓" not in html


def test_a_hostile_name_is_text() -> None:
    assert "<script" not in drawn('{% avatar "<script>" "" %}')
