"""Retries, breaker, observers, headers and limits of ``Http``."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
import time_machine

from common.outcome import Outcome
from tests.upstream.support import DOCUMENTED, TOKEN, URL, Bench, RawServer, envelope, http_answer, sent_query
from tests.upstream.test_contract import CALLS, READS
from upstream.config import HttpConfig
from upstream.errors import Malformed, Rejected, Timeout, Unavailable, UpstreamError
from upstream.http import CallRecord, Http
from upstream.secret import Secret
from upstream.weila import OPERATIONS, Signature, Weila, weila_config

DEPTS = URL + OPERATIONS["dept_getall"].path
DELETE = URL + OPERATIONS["dept_delete"].path
ORG = URL + OPERATIONS["org_my_org"].path

TROUBLE: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "503": {"status": 503, "body": "<html>"},
    "reset": {"body": requests.ConnectionError("reset")},
    "no connection": {"body": requests.ConnectTimeout()},
    "timeout": {"body": requests.ReadTimeout()},
}


def fail(mock: responses.RequestsMock, name: str, trouble: str) -> None:
    documented = DOCUMENTED[name]
    mock.add(documented["method"], URL + documented["path"], **TROUBLE[trouble])


@pytest.mark.parametrize("name", sorted(READS))
@pytest.mark.parametrize("trouble", TROUBLE)
def test_reads_are_tried_again(name: str, trouble: str) -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        fail(mock, name, trouble)
        with pytest.raises((Unavailable, Timeout)) as caught:
            CALLS[name](bench.weila)
        assert len(mock.calls) == 3
    assert caught.value.outcome is Outcome.NOT_DONE
    assert [record.attempts for record in bench.records] == [3]


@pytest.mark.parametrize("name", sorted(set(DOCUMENTED) - READS))
@pytest.mark.parametrize("trouble", TROUBLE)
def test_writes_are_sent_once(name: str, trouble: str) -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        fail(mock, name, trouble)
        with pytest.raises((Unavailable, Timeout)) as caught:
            CALLS[name](bench.weila)
        assert len(mock.calls) == 1
    assert bench.pauses == []
    expected = Outcome.NOT_DONE if trouble == "no connection" else Outcome.UNKNOWN
    assert caught.value.outcome is expected
    assert isinstance(caught.value, Timeout if trouble == "timeout" else Unavailable)


def test_read_succeeds_at_the_second_try_and_pauses_between() -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        fail(mock, "dept_getall", "503")
        fail(mock, "dept_getall", "reset")
        mock.add("POST", DEPTS, json=DOCUMENTED["dept_getall"]["response_example"])
        assert len(bench.weila.dept_getall(1).depts) == 5
    assert [0.1 <= bench.pauses[0] <= 0.2, 0.2 <= bench.pauses[1] <= 0.4] == [True, True]


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 429])
def test_answers_that_another_try_would_not_change_are_not_tried_again(status: int) -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        mock.add("POST", DEPTS, status=status, body="<html>", headers={"Location": "http://evil.test/"})
        with pytest.raises(UpstreamError):
            bench.weila.dept_getall(1)
        assert len(mock.calls) == 1, "neither repeated nor redirected"


def test_no_try_begins_after_the_deadline() -> None:
    bench = Bench(read_deadline=0.15)
    with responses.RequestsMock() as mock:
        fail(mock, "dept_getall", "503")
        with pytest.raises(Unavailable):
            bench.weila.dept_getall(1)
        assert len(mock.calls) == 1
    assert bench.pauses == []


def test_breaker_opens_stays_open_and_closes_again() -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False) as clock:
        bench = Bench(breaker_failures=3, breaker_reset=15.0)
        with responses.RequestsMock() as mock:
            mock.add("POST", DELETE, status=503)
            for _ in range(3):
                with pytest.raises(Unavailable) as caught:
                    bench.weila.dept_delete(1, 2)
                assert caught.value.outcome is Outcome.UNKNOWN, "also of the one that tripped the breaker"
            assert len(mock.calls) == 3
            for _ in range(2):
                with pytest.raises(Unavailable) as caught:
                    bench.weila.dept_delete(1, 2)
                assert caught.value.outcome is Outcome.NOT_DONE
                assert "breaker" in str(caught.value)
            assert len(mock.calls) == 3, "nothing is sent while it is open"
            assert bench.records[-1].attempts == 0
            clock.shift(16)
            with pytest.raises(Unavailable) as caught:  # the trial fails
                bench.weila.dept_delete(1, 2)
            assert caught.value.outcome is Outcome.UNKNOWN
            assert len(mock.calls) == 4
        clock.shift(16)
        with responses.RequestsMock() as mock:
            mock.add("POST", DELETE, json=envelope())
            bench.weila.dept_delete(1, 2)
            bench.weila.dept_delete(1, 2)
            assert len(mock.calls) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"json": envelope(errcode="105")},
        {"json": envelope(errcode=32)},
        {"body": "<html>"},
        {"status": 404},
        {"status": 422},
    ],
)
def test_what_the_upstream_says_opens_no_breaker(answer: dict[str, Any]) -> None:
    bench = Bench(breaker_failures=2)
    with responses.RequestsMock() as mock:
        mock.add("POST", DELETE, **answer)
        for _ in range(5):
            with pytest.raises(UpstreamError):
                bench.weila.dept_delete(1, 2)
        assert len(mock.calls) == 5


def test_a_success_in_between_keeps_the_breaker_closed() -> None:
    bench = Bench(breaker_failures=2)
    with responses.RequestsMock(registry=responses.registries.OrderedRegistry) as mock:
        for _ in range(3):
            mock.add("POST", DELETE, status=503)
            mock.add("POST", DELETE, json=envelope())
        for _ in range(3):
            with pytest.raises(Unavailable):
                bench.weila.dept_delete(1, 2)
            bench.weila.dept_delete(1, 2)


def test_observers_learn_of_each_call() -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        mock.add("POST", DELETE, json=envelope())
        mock.add("POST", DELETE, json=envelope(errcode="105", errmsg="no"))
        bench.weila.dept_delete(1, 2)
        with pytest.raises(Rejected):
            bench.weila.dept_delete(1, 2)
    good, bad = bench.records
    assert good == CallRecord("weila", "dept_delete", "ok", Outcome.DONE, 200, None, good.ms, 1, "req-1")
    assert bad == CallRecord(
        "weila", "dept_delete", "rejected", Outcome.NOT_DONE, 200, 105, bad.ms, 1, "req-1"
    )
    assert good.ms >= 0


def test_an_observer_that_fails_disturbs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[CallRecord] = []

    def broken(_: CallRecord) -> None:
        raise RuntimeError("metrics are down")

    http = Http(weila_config(URL), observers=[broken, seen.append])
    with responses.RequestsMock() as mock:
        mock.add("POST", URL + OPERATIONS["reset_password"].path, json=envelope())
        CALLS["reset_password"](Weila(http))
    assert len(seen) == 1
    assert "metrics are down" in caplog.text


def test_headers() -> None:
    bench = Bench()
    with responses.RequestsMock() as mock:
        mock.add("POST", ORG, json=envelope({}))
        bench.weila.org_my_org()
        headers = mock.calls[0].request.headers
    assert headers["X-Request-ID"] == "req-1"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == "0"
    assert "Authorization" not in headers


@pytest.mark.parametrize("given", ["", "a\r\nX-Evil: 1", "é" * 10, "x" * 500])
def test_request_id_is_safe_and_never_empty(given: str) -> None:
    bench = Bench()
    weila = Weila(bench.http, bench.credential, request_id=given)
    with responses.RequestsMock() as mock:
        mock.add("POST", ORG, json=envelope({}))
        weila.org_my_org()
        sent = mock.calls[0].request.headers["X-Request-ID"]
    assert sent.isascii()
    assert sent.replace("-", "").isalnum()
    assert 0 < len(sent) <= 64
    assert bench.records[0].request_id == sent


def test_environment_and_netrc_are_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nobody listens there
    answer = http_answer(json.dumps(envelope({})).encode())
    with RawServer(lambda connection, _: connection.sendall(answer)) as server:
        assert Bench(server.url).weila.org_my_org() is None
        assert b"authorization" not in server.requests[0].lower()


def test_gzip_is_accepted() -> None:
    body = gzip.compress(json.dumps(DOCUMENTED["dept_getall"]["response_example"]).encode())
    with responses.RequestsMock() as mock:
        mock.add(
            "POST", DEPTS, body=body, headers={"Content-Encoding": "gzip"}, auto_calculate_content_length=True
        )
        assert len(Bench().weila.dept_getall(1).depts) == 5


@pytest.mark.parametrize("body", [b"not gzip at all", gzip.compress(b"x" * 1000, mtime=0)[:20]])
def test_broken_gzip_is_malformed(body: bytes) -> None:
    with responses.RequestsMock() as mock:
        mock.add("POST", DELETE, body=body, headers={"Content-Encoding": "gzip"})
        with pytest.raises(Malformed) as caught:
            Bench().weila.dept_delete(1, 2)
    assert caught.value.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("packed", [True, False])
def test_answer_beyond_the_limit_is_not_read_on(packed: bool) -> None:
    body = b"x" * 2_000_000
    headers = {"Content-Encoding": "gzip"} if packed else {}
    bench = Bench(max_body=1_000_000)
    with responses.RequestsMock() as mock:
        mock.add("POST", DEPTS, body=gzip.compress(body, mtime=0) if packed else body, headers=headers)
        with pytest.raises(Malformed, match="larger than the limit"):
            bench.weila.dept_getall(1)
        assert len(mock.calls) == 1


def test_signature_is_sent_only_where_it_is_configured() -> None:
    signature = Signature("app", Secret("key"), clock=lambda: 1730274806.9)
    http = Http(weila_config(URL, signature=signature))
    with responses.RequestsMock() as mock:
        mock.add("POST", ORG, json=envelope({}))
        Weila(http, Bench().credential).org_my_org()
        query = sent_query(mock.calls[0].request)
    assert query == {
        "access-token": TOKEN,
        "app_id": "app",
        "et": "1730274806",
        "sign": "b8a031c9d9f4d162defc1deb6c856ab1",
    }
    assert "key" not in repr(signature).replace("app_key", "")


@pytest.mark.parametrize(
    "url",
    ["", "weila.test", "ftp://weila.test", "http://", "http://u:p@weila.test", "http://weila.test/?x=1"],
)
def test_bad_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="The address of weila"):
        HttpConfig(system="weila", base_url=url)


def test_base_url_may_have_a_path() -> None:
    bench = Bench(URL + "/weila/")
    with responses.RequestsMock() as mock:
        mock.add("POST", URL + "/weila/v1/corp/web/org-my-org", json=envelope({}))
        bench.weila.org_my_org()


def test_deadlines_follow_the_pace_of_the_operation() -> None:
    config = weila_config(URL)
    seconds = {name: config.deadline(OPERATIONS[name]) for name in OPERATIONS}
    assert seconds["org_my_org"] == config.read_deadline
    assert seconds["member_change"] == config.write_deadline
    assert seconds["get_address_list"] == config.list_deadline
    assert seconds["file_upload"] == config.upload_deadline
