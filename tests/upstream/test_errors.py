"""The classification table: which error an answer means."""

import pytest

from common.outcome import Outcome
from tests.upstream.support import DOCUMENTED
from upstream.errors import (
    Codes,
    Forbidden,
    Malformed,
    Rejected,
    SessionOver,
    Timeout,
    Unavailable,
    UpstreamError,
    classify,
    code_of,
)
from upstream.weila import OPERATIONS, WEILA_CODES

READ = OPERATIONS["dept_getall"]
WRITE = OPERATIONS["member_create"]
SIGN_IN = OPERATIONS["login_by_phone"]
OPEN = OPERATIONS["send_sms_verifycode"]  # takes no token

UNKNOWN, NOT_DONE = Outcome.UNKNOWN, Outcome.NOT_DONE

# status, errcode, the error, its outcome for a write
TABLE = [
    (200, 0, None, None),
    (200, "0", None, None),
    (204, 0, None, None),
    (200, 31, SessionOver, NOT_DONE),
    (200, "31", SessionOver, NOT_DONE),
    (401, 31, SessionOver, NOT_DONE),
    (400, 31, SessionOver, NOT_DONE),
    (200, 32, Forbidden, NOT_DONE),
    (200, 45016, Forbidden, NOT_DONE),
    (200, "45016", Forbidden, NOT_DONE),
    (200, 105, Rejected, NOT_DONE),
    (200, "105", Rejected, NOT_DONE),
    (200, 44005, Rejected, NOT_DONE),
    (200, -1, Rejected, NOT_DONE),
    (200, 999999, Rejected, NOT_DONE),
    (400, 44005, Rejected, NOT_DONE),
    (302, 44005, Rejected, NOT_DONE),
    (200, None, Malformed, UNKNOWN),
    (200, "", Malformed, UNKNOWN),
    (200, "ok", Malformed, UNKNOWN),
    (200, True, Malformed, UNKNOWN),
    (200, [], Malformed, UNKNOWN),
    (199, None, Malformed, UNKNOWN),
    (301, None, Malformed, UNKNOWN),
    (302, 0, Malformed, UNKNOWN),
    (307, None, Malformed, UNKNOWN),
    (400, None, Rejected, NOT_DONE),
    (400, 0, Rejected, NOT_DONE),
    (401, None, SessionOver, NOT_DONE),
    (403, None, Forbidden, NOT_DONE),
    (404, None, Malformed, NOT_DONE),
    (405, None, Malformed, NOT_DONE),
    (408, None, Timeout, NOT_DONE),
    (409, None, Rejected, NOT_DONE),
    (410, None, Malformed, NOT_DONE),
    (413, None, Rejected, NOT_DONE),
    (415, None, Rejected, NOT_DONE),
    (418, None, Rejected, NOT_DONE),
    (422, None, Rejected, NOT_DONE),
    (429, None, Unavailable, NOT_DONE),
    (500, None, Unavailable, UNKNOWN),
    (500, 0, Unavailable, UNKNOWN),
    (500, 31, Unavailable, UNKNOWN),
    (501, None, Unavailable, UNKNOWN),
    (502, None, Unavailable, UNKNOWN),
    (503, None, Unavailable, UNKNOWN),
    (504, None, Unavailable, UNKNOWN),
    (599, "105", Unavailable, UNKNOWN),
]


@pytest.mark.parametrize(("status", "errcode", "kind", "outcome"), TABLE)
def test_table(
    status: int, errcode: object, kind: type[UpstreamError] | None, outcome: Outcome | None
) -> None:
    written = classify(WRITE, status, errcode, "text", codes=WEILA_CODES, request_id="req-1")
    read = classify(READ, status, errcode, "text", codes=WEILA_CODES, request_id="req-1")
    if kind is None:
        assert written is None
        assert read is None
        return
    assert written is not None
    assert read is not None
    assert type(written) is type(read) is kind
    assert written.outcome is outcome
    assert read.outcome is NOT_DONE, "a read has changed nothing, whatever happened"
    assert (written.system, written.operation, written.request_id) == ("weila", "member_create", "req-1")
    assert written.status == status


@pytest.mark.parametrize("status", range(300, 600))
def test_no_status_but_2xx_is_a_success(status: int) -> None:
    assert classify(WRITE, status, 0, "", codes=WEILA_CODES) is not None


def test_refusals_carry_code_and_text() -> None:
    error = classify(WRITE, 200, "44005", "图片验证码校验失败,请刷新后再试!", codes=WEILA_CODES)
    assert isinstance(error, Rejected)
    assert (error.code, error.text) == (44005, "图片验证码校验失败,请刷新后再试!")
    error = classify(SIGN_IN, 200, 45016, "not corp", codes=WEILA_CODES)
    assert isinstance(error, Forbidden)
    assert (error.code, error.text) == (45016, "not corp")
    error = classify(WRITE, 422, None, "", codes=WEILA_CODES)
    assert isinstance(error, Rejected)
    assert error.code == 422


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("code", ["105", 105])
def test_105_is_a_wrong_password_only_where_one_is_checked(name: str, code: object) -> None:
    error = classify(OPERATIONS[name], 200, code, "账号或密码错误", codes=WEILA_CODES)
    assert isinstance(error, Rejected)
    checks = ("login_by_phone", "login_by_name", "user_change_password", "user_bind_phone")
    assert error.wrong_password == (name in checks)


def test_401_without_a_token_ends_no_session() -> None:
    error = classify(OPEN, 401, None, "", codes=WEILA_CODES)
    assert isinstance(error, Forbidden)


def test_what_a_code_means_is_configuration() -> None:
    codes = Codes(session_over=frozenset({31, 32}))
    assert isinstance(classify(READ, 200, 32, "", codes=codes), SessionOver)
    assert isinstance(classify(READ, 200, 45016, "", codes=codes), Rejected)


ERROR_EXAMPLES = {
    name: documented["error_example"]
    for name, documented in DOCUMENTED.items()
    if documented["error_example"] and "data" not in documented["error_example"]
}


@pytest.mark.parametrize("name", ERROR_EXAMPLES)
def test_error_examples_of_the_document_are_refusals(name: str) -> None:
    example = ERROR_EXAMPLES[name]
    error = classify(OPERATIONS[name], 200, example["errcode"], example["errmsg"], codes=WEILA_CODES)
    assert isinstance(error, Rejected)
    assert error.code == int(example["errcode"])
    assert error.text == example["errmsg"]


def test_upstream_text_is_bounded_and_has_no_control_characters_and_is_not_in_the_message() -> None:
    error = classify(WRITE, 200, 1, "a\r\nb\x1b[31m" + "x" * 5000, codes=WEILA_CODES)
    assert isinstance(error, Rejected)
    assert error.text.startswith("a  b [31mxxx")
    assert len(error.text) <= 300
    assert "xxx" not in str(error)


def test_message_says_what_happened() -> None:
    error = classify(WRITE, 502, None, "", codes=WEILA_CODES, request_id="req-1")
    assert str(error) == "weila member_create: unavailable (HTTP 502, outcome unknown, request req-1)"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, 0),
        ("105", 105),
        (" 31 ", 31),
        ("-1", -1),
        (31.0, 31),
        (31.5, None),
        (True, None),
        (None, None),
        ("", None),
        ("-", None),
        ("１０５", None),
        ("9" * 5000, None),
        ({}, None),
    ],
)
def test_code_of(value: object, code: int | None) -> None:
    assert code_of(value) == code
