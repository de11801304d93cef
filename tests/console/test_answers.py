"""Every failure of the upstream becomes a page or a fragment that says what happened and what to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import MessageEncoder
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from common.outcome import Outcome
from common.throttle import Throttled
from console import errors
from tests.support.sandbox import SandboxProcess
from upstream.errors import Forbidden, Malformed, Rejected, Timeout, Unavailable, UpstreamError


def lost(kind: type[Unavailable | Timeout | Malformed], outcome: Outcome = Outcome.NOT_DONE) -> UpstreamError:
    return kind(operation="member-change", outcome=outcome, system="weila", request_id="r1")


@pytest.fixture
def answer(rf: RequestFactory) -> Callable[[UpstreamError, bool], HttpResponse]:
    def answered(error: UpstreamError, fragment: bool) -> HttpResponse:
        request = rf.get("/members")
        request.htmx = fragment  # type: ignore[attr-defined]
        request.request_id = "r1"  # type: ignore[attr-defined]
        return errors.upstream_error(request, error)

    return answered


CASES = [
    (lost(Unavailable), 503, "cannot be reached"),
    (lost(Timeout), 504, "did not answer in time"),
    (lost(Malformed), 502, "cannot be read"),
    (Forbidden(operation="member-change", code=32), 403, "does not allow"),
    (lost(Timeout, Outcome.UNKNOWN), 504, "It may have been carried out"),
    (lost(Unavailable, Outcome.UNKNOWN), 504, "It may have been carried out"),
    (lost(Malformed, Outcome.UNKNOWN), 504, "It may have been carried out"),
]


@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize(("error", "status", "words"), CASES)
def test_each_failure_says_what_happened(
    answer: Callable[[UpstreamError, bool], HttpResponse],
    error: UpstreamError,
    status: int,
    words: str,
    fragment: bool,
) -> None:
    with translation.override("en"):
        response = answer(error, fragment)
    body = response.content.decode()
    assert response.status_code == status
    assert words in body
    assert "r1" in body
    assert ("<html" in body) is not fragment
    assert (response.headers.get("X-Fragment") == "error") is fragment


def test_a_refusal_shows_the_upstreams_words_escaped(
    answer: Callable[[UpstreamError, bool], HttpResponse],
) -> None:
    body = answer(Rejected(operation="member-change", code=77, text="<b>no</b>"), False).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt;" in body
    assert "<b>no</b>" not in body
    assert "77" in body


def test_not_found_is_a_page_of_ours(owner_client: Client) -> None:
    answer = owner_client.get("/no-such-page")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_stale_page_changes_nothing_and_shows_nothing_that_was_posted(
    sandbox: SandboxProcess, db: None
) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    answer = client.post("/sign-in", {"account": "planted-by-another-site", "password": "123456"})
    assert answer.status_code == 403
    body = answer.content.decode()
    assert "This page is out of date" in body
    assert "planted-by-another-site" not in body
    assert 'href="/sign-in"' in body
    assert sandbox.journal() == []


def test_pages_are_kept_by_no_cache(visitor: Client, db: None) -> None:
    answer = visitor.get("/sign-in")
    assert "no-store" in answer.headers["Cache-Control"]
    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in answer.headers["Vary"].split(",")}


def test_the_policy_allows_nothing_inline(visitor: Client, db: None) -> None:
    policy = visitor.get("/sign-in").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


def test_too_many_tries_say_how_long_to_wait(rf: RequestFactory) -> None:
    with translation.override("en"):
        answer = errors.throttled(rf.get("/members"), Throttled(timedelta(seconds=90)))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "90"
    assert "90 seconds" in answer.content.decode()


def test_a_bug_of_ours_is_a_page_in_both_languages_that_needs_nothing(rf: RequestFactory) -> None:
    answer = errors.server_error(rf.get("/members"))
    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()
    assert "Something broke" in answer.content.decode()


def test_waiting_messages_come_with_a_region(owner_client: Client) -> None:
    """A message that a redirect left behind is shown by whichever answer comes next, page or region."""
    region = {"HX-Request": "true", "HX-Target": "events"}
    session = owner_client.session
    session["_messages"] = MessageEncoder().encode([Message(messages.SUCCESS, "It is done.")])
    session.save()
    assert "hx-swap-oob" in owner_client.get("/audit", headers=region).content.decode()
    assert "It is done." not in owner_client.get("/audit", headers=region).content.decode()


def test_the_age_of_the_data_comes_with_a_region(
    owner_client: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    """A table that is filtered while nobody answers does not look like the present."""
    region = {"HX-Request": "true", "HX-Target": "members-table"}
    assert "#as-of" not in owner_client.get("/members", headers=region).content.decode()
    settings.MIRROR_VERSION_CHECK = timedelta()
    settings.WEILA = {**settings.WEILA, "base_url": "http://127.0.0.1:9/weila"}
    answer = owner_client.get("/members", headers=region).content.decode()
    assert 'hx-swap-oob="innerHTML:#as-of"' in answer
    assert "Weila cannot be reached at the moment" in answer


def test_pages_travel_compressed(owner_client: Client) -> None:
    answer = owner_client.get("/members", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.content) < 25_000
