"""The page /account/sessions and what can be ended on it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts import sessions
from accounts.models import UpstreamSession, Why
from audit.models import Event
from tests.accounts.jobs import HOSTILE, FakeJobs
from tests.conftest import SignedInClient
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import MANAGER, OWNER

PAGE = "/account/sessions"
NOBODYS = "00000000-0000-4000-8000-000000000000"
pytestmark = pytest.mark.django_db


def newest() -> UpstreamSession:
    return UpstreamSession.objects.latest("created_at")


def test_it_lists_where_i_am_signed_in_and_nobody_else(signed_in_client: SignedInClient) -> None:
    signed_in_client(MANAGER)
    signed_in_client(OWNER)
    page = signed_in_client(OWNER).get(PAGE).content.decode()
    assert page.count("Chrome 140") == 2
    assert page.count("This session") == 1
    assert page.count("Windows") == 2
    assert "127.0.0.1" in page


def test_anonymous_visitors_are_led_to_sign_in_and_back(visitor: Client) -> None:
    response = visitor.get(PAGE)
    assert (response.status_code, response["Location"]) == (302, "/sign-in?next=%2Faccount%2Fsessions")


def test_no_role_is_needed(ordinary_client: Client) -> None:
    assert ordinary_client.get(PAGE).status_code == 200


def test_the_fragment_is_part_of_the_page(owner_client: Client) -> None:
    page = owner_client.get(PAGE).content.decode()
    headers = {"HX-Request": "true", "HX-Target": "sessions"}
    fragment = owner_client.get(PAGE, headers=headers).content.decode()
    assert fragment.lstrip().startswith('<div id="sessions">')
    assert "Chrome 140" in fragment
    assert "<html" not in fragment
    assert fragment.count("<li") == page[page.index('id="sessions"') :].count("<li")


def test_what_a_browser_says_of_itself_is_escaped(owner_client: Client) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    UpstreamSession.objects.update(address=hostile)
    page = owner_client.get(PAGE).content.decode()
    assert hostile not in page
    assert escape(hostile) in page


def test_ending_one(signed_in_client: SignedInClient) -> None:
    other = signed_in_client(OWNER)
    row = newest()
    here = signed_in_client(OWNER)
    response = here.post(f"{PAGE}/{row.id}/end", follow=True)
    assert "The session is ended." in response.content.decode()
    row.refresh_from_db()
    assert (row.why, row.access_sealed) == (Why.ENDED_ELSEWHERE, "")
    event = Event.objects.latest("id")
    assert (event.operation, event.reason, event.target_id) == ("session.end", "ended_elsewhere", str(row.id))
    assert other.get(PAGE)["Location"].startswith("/sign-in")
    assert "from another one of yours" in other.get("/sign-in").content.decode()


def test_ending_one_twice_says_so(signed_in_client: SignedInClient) -> None:
    signed_in_client(OWNER)
    row = newest()
    here = signed_in_client(OWNER)
    here.post(f"{PAGE}/{row.id}/end")
    assert "had already ended" in here.post(f"{PAGE}/{row.id}/end", follow=True).content.decode()


def test_ending_this_one_signs_out(owner_client: Client) -> None:
    row = newest()
    response = owner_client.post(f"{PAGE}/{row.id}/end", follow=True)
    assert response.redirect_chain[-1][0].startswith("/sign-in")
    assert "You are signed out." in response.content.decode()


def test_somebody_elses_is_not_found_and_the_try_is_recorded(signed_in_client: SignedInClient) -> None:
    signed_in_client(MANAGER)
    row = newest()
    here = signed_in_client(OWNER)
    assert here.post(f"{PAGE}/{row.id}/end").status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None
    event = Event.objects.latest("id")
    assert (event.operation, event.stage, event.reason) == ("session.end", "refused", "not_here")


def test_one_that_never_was_is_not_found(owner_client: Client) -> None:
    assert owner_client.post(f"{PAGE}/{NOBODYS}/end").status_code == 404


def test_ending_all_others(signed_in_client: SignedInClient) -> None:
    signed_in_client(MANAGER)
    signed_in_client(OWNER)
    signed_in_client(OWNER)
    here = signed_in_client(OWNER)
    response = here.post(f"{PAGE}/end-others", follow=True)
    assert "2 other sessions are ended." in response.content.decode()
    assert UpstreamSession.objects.filter(ended_at=None).count() == 2
    assert "There was no other session." in here.post(f"{PAGE}/end-others", follow=True).content.decode()


@pytest.mark.parametrize("path", [f"{PAGE}/end-others", f"{PAGE}/{NOBODYS}/end"])
def test_links_and_strangers_end_nothing(owner_client: Client, path: str) -> None:
    assert owner_client.get(path)["Location"] == PAGE
    assert Client().post(path).status_code == 302
    assert UpstreamSession.objects.filter(ended_at=None).count() == 1


def test_a_job_that_runs_on_one_is_named_with_one_query_for_all(
    signed_in_client: SignedInClient, fake_jobs: FakeJobs
) -> None:
    signed_in_client(OWNER)
    working = newest()
    signed_in_client(OWNER)
    left = newest()
    here = signed_in_client(OWNER)
    assert "A job" not in here.get(PAGE).content.decode()
    fake_jobs.start(working.id)
    fake_jobs.start(left.id, "导入")
    sessions.leave_to_jobs(left.id)
    fake_jobs.asked = 0
    page = here.get(PAGE).content.decode()
    assert fake_jobs.asked == 1
    assert page.count("A job runs on it") == 1
    assert page.count("Signed out, still used by a job") == 1
    assert "A job pauses when the session that it runs on is ended." in page
    assert '<a href="/changes/5">导入</a>' in page
    assert escape(HOSTILE) in page and HOSTILE not in page


def test_ending_one_that_is_left_to_a_job(signed_in_client: SignedInClient, fake_jobs: FakeJobs) -> None:
    signed_in_client(OWNER)
    left = newest()
    fake_jobs.start(left.id)
    sessions.leave_to_jobs(left.id)
    here = signed_in_client(OWNER)
    here.post(f"{PAGE}/{left.id}/end")
    left.refresh_from_db()
    assert (left.why, left.access_sealed) == (Why.ENDED_ELSEWHERE, "")


def test_sessions_that_ended_lately_are_listed_with_the_reason(owner_client: Client) -> None:
    long_ago = timezone.now() - timedelta(days=20)
    for why, at in ((Why.ROLE_LOST, timezone.now()), (Why.IDLE, long_ago)):
        row = newest()
        row.pk = uuid4()
        row.ended_at, row.ended_why = at, why
        row.save(force_insert=True)
    page = owner_client.get(PAGE).content.decode()
    assert "no longer an administrator" in page
    assert "not used for too long" not in page


def test_the_page_needs_no_upstream(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.clear_journal()
    assert owner_client.get(PAGE).status_code == 200
    assert sandbox.journal() == []
