"""Tolerant reading: what an upstream may send instead of what its document says."""

import json
from typing import Any

import pytest
import responses
from msgspec import UNSET

from common.outcome import Outcome
from tests.upstream.support import DOCUMENTED, URL, Bench, envelope
from tests.upstream.test_contract import CALLS, PNG
from upstream.errors import Malformed, Rejected, SessionOver, Unavailable
from upstream.reading import given, known
from upstream.weila import OPERATIONS

MEMBER: dict[str, Any] = DOCUMENTED["member_create"]["response_example"]["data"]
NAMES = sorted(DOCUMENTED)
WRITES = [name for name in NAMES if not OPERATIONS[name].reads]
# What these answer is needed to go on; the other writes are done when errcode 0 says so.
NEEDED = {
    "avatar_upload",
    "file_upload",
    "regist",
    "login_by_phone",
    "login_by_name",
    "refresh",
    "org_create",
    "dept_create",
    "member_create",
    "member_add_device",
    "group_create",
}


def ask(name: str, body: object, *, status: int = 200, content_type: str = "application/json") -> Any:
    """What the method makes of an answer with this body."""
    documented = DOCUMENTED[name]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with responses.RequestsMock() as mock:
        url = URL + documented["path"]
        mock.add(documented["method"], url, body=content, status=status, content_type=content_type)
        return CALLS[name](Bench().weila)


GARBAGE = {
    "empty": b"",
    "blank": b" \r\n",
    "html": b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
    "text": b"OK",
    "cut": b'{"errcode": 0, "errmsg": "\xe8\xaf',
    "list": b"[]",
    "null": b"null",
    "number": b"0",
    "string": b'"ok"',
    "no errcode": b'{"errmsg": "x", "data": {}}',
    "errcode null": b'{"errcode": null, "data": {}}',
    "errcode word": b'{"errcode": "success", "data": {}}',
    "errcode object": b'{"errcode": {}, "data": {}}',
    "deep": b'{"errcode": 0, "data": ' + b"[" * 200_000,
    "not utf-8": b"\xff\xfe\x00",
    "huge number": b'{"errcode": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_is_malformed(name: str, kind: str) -> None:
    with pytest.raises(Malformed) as caught:
        ask(name, GARBAGE[kind])
    assert caught.value.outcome is (Outcome.NOT_DONE if OPERATIONS[name].reads else Outcome.UNKNOWN)
    assert caught.value.operation == name


@pytest.mark.parametrize("status", [500, 502, 503])
def test_html_with_5xx_is_unavailable(status: int) -> None:
    with pytest.raises(Unavailable) as caught:
        ask("member_create", GARBAGE["html"], status=status, content_type="text/html")
    assert caught.value.outcome is Outcome.UNKNOWN


BAD_DATA: dict[str, dict[str, Any]] = {
    "no data": envelope(),
    "null": {"errcode": 0, "errmsg": "", "data": None},
    "word": envelope("x"),
    "list": envelope([1]),
    "other keys": envelope({"unexpected": 1}),
}


@pytest.mark.parametrize("name", sorted(NEEDED))
@pytest.mark.parametrize("kind", BAD_DATA)
def test_write_without_the_data_that_it_needs_is_unknown(name: str, kind: str) -> None:
    with pytest.raises(Malformed) as caught:
        ask(name, BAD_DATA[kind])
    assert caught.value.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("name", sorted(set(WRITES) - NEEDED))
@pytest.mark.parametrize("kind", BAD_DATA)
def test_write_that_needs_no_data_is_done(name: str, kind: str) -> None:
    assert ask(name, BAD_DATA[kind]) is None


@pytest.mark.parametrize(
    "name", ["user_selfinfo", "get_address_list", "dept_getall", "group_getall", "group_member_getall"]
)
@pytest.mark.parametrize("kind", BAD_DATA)
def test_read_without_data_is_malformed(name: str, kind: str) -> None:
    with pytest.raises(Malformed):
        ask(name, BAD_DATA[kind])


@pytest.mark.parametrize("data", [{}, {"corp": None}, []])
def test_nobody_has_to_have_an_organization(data: object) -> None:
    assert ask("org_my_org", {"errcode": 0, "errmsg": "", "data": data}) is None


@pytest.mark.parametrize("kind", ["no data", "null", "word"])
def test_missing_data_is_not_taken_for_no_organization(kind: str) -> None:
    with pytest.raises(Malformed):
        ask("org_my_org", BAD_DATA[kind])


@pytest.mark.parametrize("org", [UNSET, None])
def test_sign_in_without_organization(org: object) -> None:
    answer = json.loads(json.dumps(DOCUMENTED["login_by_phone"]["response_example"]))
    if org is UNSET:
        del answer["data"]["org"]
    else:
        answer["data"]["org"] = org
    assert ask("login_by_phone", answer).org is None


def test_renewed_tokens_are_not_lost_for_a_missing_expiry() -> None:
    tokens = ask("refresh", envelope({"access_token": "a", "refresh_token": "r"}))
    assert (tokens.access_token.reveal(), tokens.expires_in) == ("a", 7200)


@pytest.mark.parametrize("errcode", ["105", 105, 105.0])
def test_errcode_may_be_a_string(errcode: object) -> None:
    with pytest.raises(Rejected) as caught:
        ask("member_create", envelope(errcode=errcode, errmsg="账号或密码错误"))
    assert (caught.value.code, caught.value.text) == (105, "账号或密码错误")


@pytest.mark.parametrize("data", [None, "", [], {}, 0, {"user_id": "x"}])
@pytest.mark.parametrize("errmsg", ["over", None, 5, ["x"]])
def test_refusal_is_read_whatever_its_data(data: object, errmsg: object) -> None:
    with pytest.raises(SessionOver):
        ask("refresh", {"errcode": 31, "errmsg": errmsg, "data": data})


def test_success_may_be_a_string_too() -> None:
    assert ask("member_create", envelope(MEMBER, errcode="0")).user_id == MEMBER["user_id"]


@pytest.mark.parametrize(
    ("sent", "field", "value"),
    [
        ({"user_id": "1253449"}, "user_id", 1253449),
        ({"user_id": " 1253449 "}, "user_id", 1253449),
        ({"user_id": 1253449.0}, "user_id", 1253449),
        ({"user_num": 70013070}, "user_num", "70013070"),
        ({"phone": 18611111111}, "phone", "18611111111"),
        ({"tts": True}, "tts", 1),
        ({"tts": "1"}, "tts", 1),
        ({"tts": None}, "tts", UNSET),
        ({"tts": ""}, "tts", UNSET),
        ({"name": None}, "name", UNSET),
        ({"type": 4711}, "type", 4711),
        ({"state": -3}, "state", -3),
        ({"track": 60}, "track", 60),
        ({"surprise": {"deep": [1]}}, "user_id", 1253449),
        ({"online": 1}, "online", 1),
        ({"job_num": "0042"}, "job_num", "0042"),
        ({"job_num": 42}, "job_num", "42"),
        ({"dept_name": ""}, "dept_name", ""),
        ({"name": "<img src=x onerror=alert(1)>"}, "name", "<img src=x onerror=alert(1)>"),
        ({"name": "👩‍🚀"}, "name", "👩‍🚀"),
        ({"name": "a\x00b"}, "name", "ab"),
        ({"name": "a\ud800b"}, "name", "a?b"),
    ],
)
def test_field_is_read_tolerantly(sent: dict[str, object], field: str, value: object) -> None:
    member = ask("member_create", envelope({**MEMBER, **sent}))
    assert getattr(member, field) == value


@pytest.mark.parametrize("user_id", [None, "", "x", 1.5, 2**63, 10**400, [], {}])
def test_member_without_a_usable_id_is_none(user_id: object) -> None:
    with pytest.raises(Malformed):
        ask("member_create", envelope({**MEMBER, "user_id": user_id}))


def test_left_out_fields_are_not_given() -> None:
    member = ask("member_change", DOCUMENTED["member_change"]["response_example"])
    assert member.tts is member.loc_share is member.track is UNSET
    assert set(given(member)) == set(DOCUMENTED["member_change"]["response_example"]["data"])
    assert (known(member.tts, None), known(member.state, None)) == (None, 0)


def test_byte_order_mark_and_raw_control_characters_are_read() -> None:
    body = b"\xef\xbb\xbf" + json.dumps(envelope({**MEMBER, "name": "@"})).encode().replace(b"@", b"a\tb")
    assert ask("member_create", body).name == "a\tb"


def test_credentials_of_the_reply_are_held_by_no_attribute() -> None:
    signed_in = ask("login_by_phone", DOCUMENTED["login_by_phone"]["response_example"])
    registered = ask("regist", DOCUMENTED["regist"]["response_example"])
    assert "password" not in dir(signed_in.account)
    assert "password" not in dir(registered)
    shown = repr(signed_in) + repr(registered)
    data = DOCUMENTED["login_by_phone"]["response_example"]["data"]
    for secret in (data["account"]["password"], data["access_token"], data["refresh_token"]):
        assert secret not in shown


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(8), "image/jpeg"),
        (b"GIF89a" + bytes(8), "image/gif"),
        (b"BM" + bytes(8), "image/bmp"),
    ],
)
def test_picture_is_known_by_its_bytes(content: bytes, content_type: str) -> None:
    assert ask("get_verifycode_image", content, content_type="text/html").content_type == content_type


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"{}", b'{"errcode": 0}'])
def test_what_is_no_picture_is_malformed(content: bytes) -> None:
    with pytest.raises(Malformed):
        ask("get_verifycode_image", content, content_type="image/png")


def test_refusal_instead_of_a_picture() -> None:
    with pytest.raises(Rejected):
        ask("get_verifycode_image", envelope(errcode=7))
