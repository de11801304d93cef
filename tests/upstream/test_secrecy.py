"""Tokens, passwords, hashes, codes and cookies reach no log, no message, no repr, no record."""

import json
import logging
import socket
import traceback
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.upstream.support import DOCUMENTED, FRESH, TOKEN, Bench, RawServer, envelope, http_answer
from upstream.errors import UpstreamError
from upstream.jar import Jar
from upstream.secret import Password, Secret
from upstream.weila import Weila
from upstream.weila.types import SmsType

PLAIN = "correct horse battery"
HASH = Password(PLAIN).md5().reveal()
CODE = "code-412604"
COOKIE = "cookie-77aa"
REFRESH = "refresh-201e4a25"
SIGNED_IN: dict[str, Any] = DOCUMENTED["login_by_phone"]["response_example"]
ANSWERED = [
    SIGNED_IN["data"]["access_token"],
    SIGNED_IN["data"]["refresh_token"],
    SIGNED_IN["data"]["account"]["password"],
]
SECRETS = [TOKEN, FRESH, PLAIN, HASH, CODE, COOKIE, REFRESH, *ANSWERED]

CALLS: dict[str, Callable[[Weila], object]] = {
    "dept_getall": lambda w: w.dept_getall(1),
    "dept_delete": lambda w: w.dept_delete(1, 2),
    "login_by_phone": lambda w: w.login_by_phone("13353236154", Password(PLAIN)),
    "refresh": lambda w: w.refresh(Secret(TOKEN), Secret(REFRESH)),
    "member_create": lambda w: w.member_create(1, "n", Password(PLAIN)),
    "user_change_password": lambda w: w.user_change_password(Password(PLAIN), Password(PLAIN)),
    "reset_password": lambda w: w.reset_password("1", CODE, Password(PLAIN), jar=Jar({"sid": COOKIE})),
    "send_sms_verifycode": lambda w: w.send_sms_verifycode(
        "1", SmsType.REGIST, CODE, jar=Jar({"sid": COOKIE})
    ),
}

# A sign-in reply that is refused, torn, or of another shape: its tokens are in the body of a failure.
TORN = json.dumps(SIGNED_IN).encode()
WRONG = json.dumps({**SIGNED_IN, "data": {**SIGNED_IN["data"], "user": 5}}).encode()
ODD = json.dumps({**SIGNED_IN, "errcode": 31}).encode()
BAD_HEADER = b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\n{}"

ANSWERS: dict[str, bytes | None] = {
    "closed": None,
    "500": http_answer(TORN, status="500 Oops"),
    "404": http_answer(b"", status="404 Not Found"),
    "302": http_answer(b"", status="302 Found", headers=[f"Location: /?access-token={TOKEN}"]),
    "31": http_answer(ODD),
    "105": http_answer(json.dumps(envelope(errcode="105", errmsg="no")).encode()),
    "html": http_answer(b"<html>" + TORN),
    "half": http_answer(TORN[:-20]),
    "cut": http_answer(TORN)[:-20],
    "wrong type": http_answer(WRONG),
    "bad header": BAD_HEADER,
    "cookie": http_answer(b"{}", headers=[f"Set-Cookie: sid={COOKIE}"]),
}


def everything_shown(error: UpstreamError) -> str:
    """Whatever a log, an error page or an error report with local variables could show of ``error``."""
    parts = [str(error), repr(error), repr(error.args), repr(vars(error))]
    parts += traceback.format_exception(error)
    chained: BaseException | None = error
    while chained is not None:
        for frame in traceback.TracebackException.from_exception(chained, capture_locals=True).stack:
            if "/upstream/" in frame.filename and "/tests/" not in frame.filename:
                parts += [f"{name}={value}" for name, value in (frame.locals or {}).items()]
        assert not isinstance(chained, requests.RequestException), "their texts hold whole addresses"
        chained = chained.__cause__ or chained.__context__
    return "\n".join(parts)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("kind", ANSWERS)
def test_failures_show_no_secret(name: str, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="urllib3")
    answer = ANSWERS[kind]

    def serve(connection: socket.socket, _: bytes) -> None:
        if answer is not None:
            connection.sendall(answer)

    with RawServer(serve) as server:
        bench = Bench(server.url)
        shown = ""
        try:
            shown = repr(CALLS[name](bench.weila))
        except UpstreamError as error:
            shown = everything_shown(error)
        assert server.requests
    logged = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    for secret in SECRETS:
        if secret == CODE:  # a parameter of the method, so a local variable; but in no text
            continue
        assert secret not in shown
    for secret in SECRETS:
        assert secret not in logged
        assert secret not in repr(bench.records)
    assert "urllib3" in logged, "the log was really on"
    if kind in ("404", "31") and name.startswith("dept"):
        assert "?[query]" in logged, "an address with a token was about to be logged"


def test_no_connection_shows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="urllib3")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UpstreamError) as caught:
        Bench(f"http://127.0.0.1:{port}").weila.dept_delete(1, 2)
    assert TOKEN not in everything_shown(caught.value) + caplog.text


@pytest.mark.parametrize("name", CALLS)
def test_message_of_an_error_holds_no_code(name: str) -> None:
    answer = http_answer(b"", status="502 Bad")
    with (
        RawServer(lambda connection, _: connection.sendall(answer)) as server,
        pytest.raises(UpstreamError) as caught,
    ):
        CALLS[name](Bench(server.url).weila)
    text = "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in SECRETS if secret in text]
