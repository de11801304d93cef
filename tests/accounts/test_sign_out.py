"""POST /sign-out."""

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import UpstreamSession, Why
from audit.models import Event
from tests.accounts.jobs import HOSTILE, FakeJobs
from tests.conftest import SignedInClient
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import OWNER

pytestmark = pytest.mark.django_db


def test_it_ends_the_row_forgets_the_tokens_and_empties_the_browser(owner_client: Client) -> None:
    key = owner_client.session.session_key
    response = owner_client.post("/sign-out")
    assert (response.status_code, response["Location"]) == (302, "/sign-in")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    row = UpstreamSession.objects.get()
    assert (row.why, row.access_sealed, row.refresh_sealed) == (Why.SIGNED_OUT, "", "")
    assert owner_client.session.session_key != key
    assert "You are signed out." in owner_client.get("/sign-in").content.decode()
    assert owner_client.get("/account/sessions").status_code == 302


def test_it_is_recorded(owner_client: Client) -> None:
    owner_client.post("/sign-out")
    assert Event.objects.latest("id").operation == "session.sign-out"


def test_nothing_is_sent(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.clear_journal()
    owner_client.post("/sign-out")
    assert sandbox.journal() == []


def test_a_link_does_not_sign_out(owner_client: Client) -> None:
    assert owner_client.get("/sign-out")["Location"] == "/"
    assert UpstreamSession.objects.get().ended_at is None


def test_whoever_is_signed_out_already_is_not_bothered(visitor: Client) -> None:
    response = visitor.post("/sign-out")
    assert (response.status_code, response["Location"]) == (302, "/sign-in")


def test_it_needs_no_upstream(owner_client: Client, unreachable: None) -> None:
    assert owner_client.post("/sign-out").status_code == 302
    assert UpstreamSession.objects.get().why is Why.SIGNED_OUT


def test_csrf_is_checked(owner_client: Client) -> None:
    owner_client.handler.enforce_csrf_checks = True
    assert owner_client.post("/sign-out").status_code == 403
    assert UpstreamSession.objects.get().ended_at is None


# --- while a job runs


def here() -> UpstreamSession:
    return UpstreamSession.objects.get()


def test_a_running_job_is_asked_about_and_nothing_happens(owner_client: Client, fake_jobs: FakeJobs) -> None:
    fake_jobs.start(here().id)
    for choice in ({}, {"jobs": "something else"}):
        response = owner_client.post("/sign-out", choice, follow=True)
        assert response.redirect_chain == [("/sign-out/jobs", 302)]
        assert "Clear-Site-Data" not in response
    page = response.content.decode()
    assert f'<a href="/changes/5">{escape(HOSTILE)}</a>' in page
    assert page.count('name="jobs"') == 2
    assert "Stay signed in" in page
    assert here().open_to_browsers and fake_jobs.stopped == []


def test_the_question_in_chinese(owner_client: Client, fake_jobs: FakeJobs) -> None:
    fake_jobs.start(here().id)
    page = owner_client.get("/sign-out/jobs", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "退出登录，任务继续" in page
    assert "停止任务并退出" in page
    assert "暂不退出" in page


def test_letting_it_go_on(owner_client: Client, fake_jobs: FakeJobs) -> None:
    fake_jobs.start(here().id)
    response = owner_client.post("/sign-out", {"jobs": "leave"})
    assert (response.status_code, response["Location"]) == (302, "/sign-in")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "upstream_session" not in owner_client.session
    row = here()
    assert (row.ended_at, row.open_to_browsers) == (None, False)
    assert row.access_sealed
    assert Event.objects.latest("id").operation == "session.leave-to-jobs"
    assert fake_jobs.stopped == []
    assert "You are signed out." in owner_client.get("/sign-in").content.decode()


def test_stopping_it(owner_client: Client, fake_jobs: FakeJobs) -> None:
    row = here()
    fake_jobs.start(row.id)
    response = owner_client.post("/sign-out", {"jobs": "stop"})
    assert (response.status_code, response["Location"]) == (302, "/sign-in")
    assert fake_jobs.stopped == [("70015325", row.id)]
    assert (here().why, here().access_sealed) == (Why.SIGNED_OUT, "")


def test_a_job_that_can_not_be_stopped_keeps_me_signed_in(
    owner_client: Client, fake_jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("broken on purpose")

    fake_jobs.start(here().id)
    monkeypatch.setattr("accounts.jobs.stop", broken)
    owner_client.raise_request_exception = False
    assert owner_client.post("/sign-out", {"jobs": "stop"}).status_code == 500
    assert here().open_to_browsers


@pytest.mark.parametrize("choice", ["leave", "stop"])
def test_a_job_that_ended_meanwhile_changes_nothing_about_it(
    owner_client: Client, fake_jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    monkeypatch.setattr(fake_jobs, "end", lambda session_id: None)
    assert owner_client.post("/sign-out", {"jobs": choice})["Location"] == "/sign-in"
    assert (here().why, here().left_to_jobs_at) == (Why.SIGNED_OUT, None)


def test_who_comes_to_the_question_later_may_simply_sign_out(owner_client: Client) -> None:
    page = owner_client.get("/sign-out/jobs").content.decode()
    assert "No job runs with this sign-in any more." in page
    assert 'name="jobs"' not in page


def test_a_job_of_another_session_is_not_asked_about(
    signed_in_client: SignedInClient, fake_jobs: FakeJobs
) -> None:
    signed_in_client(OWNER)
    other = here()
    client = signed_in_client(OWNER)
    fake_jobs.start(other.id)
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert UpstreamSession.objects.get(pk=other.pk).open_to_browsers


def test_the_question_is_for_who_is_signed_in(visitor: Client, ordinary_client: Client) -> None:
    assert visitor.get("/sign-out/jobs")["Location"].startswith("/sign-in")
    assert ordinary_client.get("/sign-out/jobs").status_code == 200
    assert ordinary_client.post("/sign-out/jobs").status_code == 405
