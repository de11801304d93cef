"""One visitor's cookies: from the picture to the SMS to the form, and to nobody else."""

import pytest
import responses

from tests.upstream.support import URL, Bench, envelope
from tests.upstream.test_contract import PNG
from upstream.errors import Rejected
from upstream.jar import Jar
from upstream.secret import Password
from upstream.weila.types import SmsType

WEB = URL + "/v1/corp/web/"


def add_picture(mock: responses.RequestsMock, cookie: str = "sid=abc; Path=/; HttpOnly") -> None:
    mock.add("GET", WEB + "get-verifycode-image", body=PNG, headers={"Set-Cookie": cookie})


def test_cookie_travels_from_picture_to_sms_and_form() -> None:
    bench, jar = Bench(), Jar()
    with responses.RequestsMock() as mock:
        add_picture(mock)
        mock.add("POST", WEB + "send-sms-verifycode", json=envelope())
        mock.add("POST", WEB + "regist", json=envelope({"user_name": "20100114"}))
        bench.weila.get_verifycode_image(150, 50, jar=jar)
        kept = jar.dump()
        assert kept == {"sid": "abc"}
        jar = Jar(kept)
        bench.weila.send_sms_verifycode("18675500568", SmsType.REGIST, "ufc6", jar=jar)
        bench.weila.regist("18675500568", "412604", Password("123456"), jar=jar)
        assert [call.request.headers.get("Cookie") for call in mock.calls] == [None, "sid=abc", "sid=abc"]


def test_reset_and_bind_take_a_jar() -> None:
    bench, jar = Bench(), Jar({"sid": "abc"})
    with responses.RequestsMock() as mock:
        mock.add("POST", WEB + "reset-password", json=envelope())
        mock.add("POST", WEB + "user-bind-phone", json=envelope())
        bench.weila.reset_password("1", "2", Password("3"), jar=jar)
        bench.weila.user_bind_phone("1", Password("3"), "2", jar=jar)
        assert [call.request.headers.get("Cookie") for call in mock.calls] == ["sid=abc", "sid=abc"]


def test_cookie_of_a_refusal_is_kept_too() -> None:
    bench, jar = Bench(), Jar()
    with responses.RequestsMock() as mock:
        mock.add(
            "POST",
            WEB + "send-sms-verifycode",
            json=envelope(errcode=44005),
            headers={"Set-Cookie": "sid=new"},
        )
        with pytest.raises(Rejected):
            bench.weila.send_sms_verifycode("1", SmsType.REGIST, "2", jar=jar)
    assert jar.dump() == {"sid": "new"}


def test_without_a_jar_no_cookie_is_kept_anywhere() -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        add_picture(mock)
        add_picture(mock)
        bench.weila.get_verifycode_image(150, 50)
        bench.weila.get_verifycode_image(150, 50)
        other = Jar()
        bench.weila.get_verifycode_image(150, 50, jar=other)
        assert all("Cookie" not in call.request.headers for call in mock.calls)


def test_jar_is_bounded() -> None:
    jar = Jar({f"c{number}": "x" for number in range(100)})
    assert len(jar.dump()) == 16
    jar = Jar({"big": "x" * 5000, "small": "y"})
    assert jar.dump() == {"small": "y"}


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a; other=1", "é", "\x00"])
def test_jar_takes_nothing_that_could_forge_a_header(value: str) -> None:
    assert Jar({"sid": value}).header() == ""


def test_jar_shows_no_cookie() -> None:
    assert repr(Jar({"sid": "abc"})) == "<Jar of 1>"
