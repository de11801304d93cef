"""Every operation of the document has its method, and the document's examples pass through it unchanged."""

import copy
import hashlib
import inspect
import io
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import responses

from tests.upstream.support import DOCUMENTED, TOKEN, URL, Bench, sent_body, sent_query
from upstream.operations import Body, Effect, Recovery, TokenPlace
from upstream.secret import Password, Secret
from upstream.weila import OPERATIONS, Weila
from upstream.weila.types import SmsType

PASSWORD = Password("123456")  # e10adc39…, as in the examples
JPG = "http://weilacorp.oss-cn-shenzhen.aliyuncs.com/corp/100011/a/0e9763d6.jpg"
SESSION_JPG = "http://favicon.weila.hk/default/session.png"
ORG_JPG = "http://weilacorp.oss-cn-shenzhen.aliyuncs.com/corp/100040/a/8ea474b7.jpg"
GROUP_PNG = "http://favicon.weila.hk/default/group.png"

# For each operation: the call that the document's request example describes.
CALLS: dict[str, Callable[[Weila], Any]] = {
    "avatar_upload": lambda w: w.avatar_upload(
        io.BytesIO(b"png"), filename="1.png", content_type="image/png"
    ),
    "file_upload": lambda w: w.file_upload(io.BytesIO(b"png"), filename="1.png", content_type="image/png"),
    "get_verifycode_image": lambda w: w.get_verifycode_image(150, 50),
    "send_sms_verifycode": lambda w: w.send_sms_verifycode("18675500568", SmsType.REGIST, "ufc6"),
    "regist": lambda w: w.regist("13353236154", "412604", PASSWORD),
    "login_by_phone": lambda w: w.login_by_phone("13353236154", PASSWORD),
    "login_by_name": lambda w: w.login_by_name("70010885", PASSWORD),
    "refresh": lambda w: w.refresh(Secret(TOKEN), Secret("201e4a25ecf1213a55a5ea27003d6d6e")),
    "reset_password": lambda w: w.reset_password("16675441248", "143399", PASSWORD),
    "org_create": lambda w: w.org_create("微喇测试", avatar=JPG),
    "org_change": lambda w: w.org_change(100021, name="222222", avatar=ORG_JPG),
    "org_my_org": lambda w: w.org_my_org(),
    "user_selfinfo": lambda w: w.user_selfinfo(),
    "user_change_password": lambda w: w.user_change_password(Password("old one"), PASSWORD),
    "user_bind_phone": lambda w: w.user_bind_phone("13353236155", PASSWORD, "143399"),
    "get_address_list": lambda w: w.get_address_list(100073),
    "dept_create": lambda w: w.dept_create(100080, "研发部2"),
    "dept_change": lambda w: w.dept_change(100021, 1, "研发部12"),
    "dept_delete": lambda w: w.dept_delete(100021, 1),
    "dept_getall": lambda w: w.dept_getall(100021),
    "member_create": lambda w: w.member_create(
        100073,
        "222222",
        PASSWORD,
        dept_id=6,
        sex=0,
        avatar=SESSION_JPG,
        phone="18611111111",
        tts=0,
        loc_share=0,
    ),
    "member_add_device": lambda w: w.member_add_device(
        100073,
        "420839",
        "222222",
        dept_id=6,
        sex=0,
        avatar=GROUP_PNG,
        phone="18611111111",
        tts=0,
        loc_share=0,
        track=1,
    ),
    "member_change": lambda w: w.member_change(
        100021,
        1253443,
        name="33333",
        dept_id=1,
        sex=1,
        avatar=SESSION_JPG,
        phone="1862222222",
        tts=0,
        loc_share=0,
        track=0,
    ),
    "member_change_state": lambda w: w.member_change_state(100021, 1253443, 0),
    "member_delete": lambda w: w.member_delete(100021, 1253443),
    "member_reset_password": lambda w: w.member_reset_password(100021, 1253443, PASSWORD),
    "group_create": lambda w: w.group_create(100073, "测试群3", avatar=JPG, burst_mode=0),
    "group_change": lambda w: w.group_change(100073, 80000180, name="测试群3", avatar=JPG, burst_mode=0),
    "group_delete": lambda w: w.group_delete(80000180),
    "group_getall": lambda w: w.group_getall(100073),
    "group_member_add": lambda w: w.group_member_add(80000528, [1253444]),
    "group_member_change": lambda w: w.group_member_change(80000180, 1253446, priority=1, tts=1, loc_share=1),
    "group_member_delete": lambda w: w.group_member_delete(80000180, [1253446]),
    "group_member_getall": lambda w: w.group_member_getall(80000528),
}

# The reply's data is an object around the value that the method returns, under this key.
WRAPPED_IN = {
    "org_create": "org",
    "org_change": "corp",
    "org_my_org": "corp",
    "user_selfinfo": "user",
    "get_address_list": "address_list",
}
# The document answers nothing here, or (the picture) no JSON.
WITHOUT_DATA = {
    name for name, documented in DOCUMENTED.items() if not (documented["response_example"] or {}).get("data")
}

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


def sent_and_returned(name: str) -> tuple[Any, Any]:
    """Make the documented call against the documented answer: what was sent, and what the method returned."""
    documented = DOCUMENTED[name]
    with responses.RequestsMock() as mock:
        if documented["response_example"] is None:
            mock.add(documented["method"], URL + documented["path"], body=PNG, content_type="image/png")
        else:
            mock.add(documented["method"], URL + documented["path"], json=documented["response_example"])
        returned = CALLS[name](Bench().weila)
        return mock.calls[0].request, returned


def plain(value: object) -> Any:
    """A typed value as the wire has it."""
    return msgspec.to_builtins(value, enc_hook=lambda secret: secret.reveal())


def expected_request(name: str) -> Any:
    expected = copy.deepcopy(DOCUMENTED[name]["request_example"])
    if name == "user_change_password":
        # The example's old password is the hash of something unknown.
        expected["old_password"] = hashlib.md5(b"old one").hexdigest()
    return expected


def expected_data(name: str) -> Any:
    """The example's data without the password hashes, which are dropped at decoding."""
    data = copy.deepcopy(DOCUMENTED[name]["response_example"]["data"])
    data.pop("password", None)
    data.get("account", {}).pop("password", None)
    return data


def test_the_contract_is_whole() -> None:
    assert len(DOCUMENTED) == 34


def test_every_documented_operation_has_a_declaration_and_a_method_and_no_other_has() -> None:
    methods = {name for name, _ in inspect.getmembers(Weila, inspect.isfunction) if not name.startswith("_")}
    assert methods == set(DOCUMENTED) == set(OPERATIONS) == set(CALLS)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_declaration_agrees_with_the_document(name: str) -> None:
    documented, declared = DOCUMENTED[name], OPERATIONS[name]
    assert (declared.method, declared.path) == (documented["method"], documented["path"])
    assert (declared.token is TokenPlace.QUERY) == bool(documented["auth"])
    kinds = {"form-data": {Body.MULTIPART}, "json": {Body.JSON, Body.EMPTY}}
    assert declared.body in kinds[documented["content_type"]]
    assert (declared.body is Body.EMPTY) == (not documented["body"])


READS = {
    "get_verifycode_image",
    "org_my_org",
    "user_selfinfo",
    "get_address_list",
    "dept_getall",
    "group_getall",
    "group_member_getall",
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_effects_and_recovery(name: str) -> None:
    declared = OPERATIONS[name]
    assert (declared.effect is Effect.READ) == (name in READS)
    if declared.reads:
        assert declared.recovery is Recovery.REPEATABLE
    if name.endswith(("_create", "_delete", "_add_device")):
        assert declared.recovery is Recovery.FINDABLE
    if "password" in name or name in ("refresh", "send_sms_verifycode"):
        assert declared.recovery is Recovery.NEVER


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_secret_of_the_examples_is_declared(name: str) -> None:
    documented = DOCUMENTED[name]
    text = json.dumps([documented["request_example"], documented["response_example"]])
    secret = {"password", "old_password", "new_password", "access_token", "refresh_token", "verify_code"}
    present = {field for field in secret if f'"{field}"' in text}
    assert present <= OPERATIONS[name].secret_fields


@pytest.mark.parametrize("name", sorted(set(DOCUMENTED) - {"avatar_upload", "file_upload"}))
def test_request_example_passes_through(name: str) -> None:
    request, _ = sent_and_returned(name)
    sent = json.loads(request.body) if request.body else None
    assert sent == expected_request(name)
    if sent is not None:
        assert list(sent) == list(expected_request(name)), "in the document's order"
    documented = {parameter["name"]: parameter["example"] for parameter in DOCUMENTED[name]["query"]}
    if "access-token" in documented:
        documented["access-token"] = TOKEN
    assert sent_query(request) == documented


@pytest.mark.parametrize("name", ["avatar_upload", "file_upload"])
def test_upload_passes_through(name: str) -> None:
    request, returned = sent_and_returned(name)
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    body = sent_body(request)
    assert b'name="file"; filename="1.png"' in body
    assert b"Content-Type: image/png\r\n\r\npng\r\n" in body
    assert plain(returned) == expected_data(name)


@pytest.mark.parametrize("name", sorted(set(DOCUMENTED) - WITHOUT_DATA))
def test_response_example_passes_through(name: str) -> None:
    _, returned = sent_and_returned(name)
    seen = plain(returned)
    if name in WRAPPED_IN:
        seen = {WRAPPED_IN[name]: seen}
    expected = expected_data(name)
    assert without_skipped(seen) == expected


def without_skipped(seen: Any) -> Any:
    """``skipped`` is ours and not on the wire; nothing of an example is ever skipped."""
    inner = seen.get("address_list", seen)
    assert inner.pop("skipped", 0) == 0
    return seen


@pytest.mark.parametrize("name", sorted(WITHOUT_DATA - {"get_verifycode_image"}))
def test_void_example_passes_through(name: str) -> None:
    assert sent_and_returned(name)[1] is None


def test_picture_passes_through() -> None:
    _, returned = sent_and_returned("get_verifycode_image")
    assert (returned.content, returned.content_type) == (PNG, "image/png")


def test_old_reply_of_org_change_is_a_success_without_use() -> None:
    # The document's "error example" is the successful reply of an older edition, with other names.
    documented = DOCUMENTED["org_change"]
    with responses.RequestsMock() as mock:
        mock.add("POST", URL + documented["path"], json=documented["error_example"])
        assert Bench().weila.org_change(100021, name="x") is None


def test_fields_that_are_not_given_are_not_sent() -> None:
    documented = DOCUMENTED["member_change"]
    with responses.RequestsMock() as mock:
        mock.add("POST", URL + documented["path"], json=documented["response_example"])
        Bench().weila.member_change(100021, 1253443, phone="", dept_id=0)
        sent = json.loads(sent_body(mock.calls[0].request))
    assert sent == {"org_num": 100021, "member_id": 1253443, "dept_id": 0, "phone": ""}
