"""A refused token is renewed once, for every operation that takes one; a failed renewal hides nothing."""

import io
import json

import pytest
import responses

from common.outcome import Outcome
from tests.upstream.support import (
    DOCUMENTED,
    FRESH,
    TOKEN,
    URL,
    Bench,
    FakeCredential,
    envelope,
    sent_body,
    sent_query,
)
from tests.upstream.test_contract import CALLS
from upstream.errors import Rejected, SessionOver, Timeout, Unavailable
from upstream.http import Http
from upstream.secret import Secret
from upstream.weila import OPERATIONS, Weila, weila_config

WITH_TOKEN = sorted(
    name for name, documented in DOCUMENTED.items() if documented["auth"] and name != "refresh"
)


def tokens_sent(mock: responses.RequestsMock) -> list[str]:
    return [sent_query(call.request)["access-token"] for call in mock.calls]


@pytest.mark.parametrize("name", WITH_TOKEN)
@pytest.mark.parametrize("code", [31, "31"])
def test_renewed_once_and_repeated_once(name: str, code: object) -> None:
    documented, bench = DOCUMENTED[name], Bench()
    with responses.RequestsMock() as mock:
        url = URL + documented["path"]
        mock.add(documented["method"], url, json=envelope(errcode=code))
        mock.add(documented["method"], url, json=documented["response_example"])
        CALLS[name](bench.weila)
        assert tokens_sent(mock) == [TOKEN, FRESH]
        first, second = (call.request for call in mock.calls)
        if documented["content_type"] != "form-data":
            assert first.body == second.body
    assert bench.credential.renewed == [TOKEN]
    assert [record.kind for record in bench.records] == ["session_over", "ok"]


@pytest.mark.parametrize("name", WITH_TOKEN)
def test_not_renewed_twice(name: str) -> None:
    documented, bench = DOCUMENTED[name], Bench()
    with responses.RequestsMock() as mock:
        mock.add(documented["method"], URL + documented["path"], json=envelope(errcode=31))
        with pytest.raises(SessionOver) as caught:
            CALLS[name](bench.weila)
        assert tokens_sent(mock) == [TOKEN, FRESH]
    assert bench.credential.renewed == [TOKEN]
    assert caught.value.outcome is Outcome.NOT_DONE


def test_other_refusals_renew_nothing() -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        mock.add("POST", URL + OPERATIONS["dept_delete"].path, json=envelope(errcode="105"))
        with pytest.raises(Rejected):
            bench.weila.dept_delete(1, 2)
        assert len(mock.calls) == 1
    assert bench.credential.renewed == []


def test_refresh_itself_renews_nothing() -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        mock.add("POST", URL + "/v1/sessions/refresh", json=envelope(errcode=31))
        with pytest.raises(SessionOver):
            bench.weila.refresh(Secret("old"), Secret("r"))
        assert tokens_sent(mock) == ["old"]
    assert bench.credential.renewed == []


@pytest.mark.parametrize("when", ["on_token", "on_renew"])
def test_lost_refresh_does_not_make_the_write_unknown(when: str) -> None:
    # The outcome of the refresh is unknown; that of the write, which was never sent or refused, is not.
    lost = Timeout(operation="refresh", outcome=Outcome.UNKNOWN, system="weila")
    bench = Bench(credential=FakeCredential(**{when: lost}))
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add("POST", URL + OPERATIONS["dept_create"].path, json=envelope(errcode=31))
        with pytest.raises(Unavailable) as caught:
            bench.weila.dept_create(1, "x")
        assert len(mock.calls) == (0 if when == "on_token" else 1)
    assert caught.value.outcome is Outcome.NOT_DONE
    assert caught.value.operation == "dept_create"


def test_ended_session_is_told_as_it_is() -> None:
    over = SessionOver(operation="refresh", outcome=Outcome.NOT_DONE, system="weila")
    bench = Bench(credential=FakeCredential(on_renew=over))
    with responses.RequestsMock() as mock:
        mock.add("POST", URL + OPERATIONS["dept_create"].path, json=envelope(errcode=31))
        with pytest.raises(SessionOver) as caught:
            bench.weila.dept_create(1, "x")
    assert caught.value is over


def test_upload_is_sent_whole_again_after_a_renewal() -> None:
    bench, file = Bench(), io.BytesIO(b"0123456789" * 1000)
    file.seek(5)  # somebody has looked into it
    with responses.RequestsMock() as mock:
        url = URL + OPERATIONS["avatar_upload"].path
        mock.add("POST", url, json=envelope(errcode=31))
        mock.add("POST", url, json=envelope({"url": "http://x/1.png"}))
        bench.weila.avatar_upload(file, filename="1.png")
        bodies = [sent_body(call.request) for call in mock.calls]
    # Only what is left of a streamed body can be seen here: test_wire shows the bytes on a socket.
    assert len(bodies) == 2
    assert file.getvalue() in bodies[1]


def test_without_credential_nothing_that_needs_one_is_sent() -> None:
    weila = Weila(Http(weila_config(URL)))
    with responses.RequestsMock() as mock:
        with pytest.raises(ValueError, match="needs a credential"):
            weila.org_my_org()
        assert len(mock.calls) == 0


def test_sign_in_sends_no_token() -> None:
    bench = Bench(credential=FakeCredential(on_token=AssertionError("asked for a token")))
    with responses.RequestsMock() as mock:
        documented = DOCUMENTED["login_by_name"]
        mock.add("POST", URL + documented["path"], json=documented["response_example"])
        signed_in = CALLS["login_by_name"](bench.weila)
        assert mock.calls[0].request.url == URL + documented["path"]
        assert json.loads(sent_body(mock.calls[0].request))["user_name"] == "70010885"
    assert signed_in.access_token.reveal() == "4e74b04be33083d0d4337956d6d0db82"
