"""Sessions that are left to the jobs that run on them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import roles, sessions, upkeep
from accounts.models import UpstreamSession, Why
from accounts.tokens import weila_of
from audit import trail
from audit.models import Event
from common.actor import Actor, Role
from tests.accounts.conftest import NewRow
from tests.accounts.jobs import FakeJobs
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import MANAGER, sign_in

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def left(row: UpstreamSession, fake_jobs: FakeJobs) -> UpstreamSession:
    fake_jobs.start(row.id)
    assert sessions.leave_to_jobs(row.id)
    row.refresh_from_db()
    return row


def last_event() -> tuple[str, str]:
    event = Event.objects.latest("id")
    return event.operation, event.reason


def test_a_job_goes_on_with_the_tokens(new_row: NewRow, fake_jobs: FakeJobs) -> None:
    row = left(new_row(), fake_jobs)
    assert (row.open_to_browsers, row.ended_at) == (False, None)
    assert weila_of(row.id).org_my_org() is not None
    assert last_event() == ("session.leave-to-jobs", "")


def test_the_last_job_ends_it(new_row: NewRow, fake_jobs: FakeJobs) -> None:
    row = left(new_row(), fake_jobs)
    assert not sessions.release(row.id)
    fake_jobs.end(row.id)
    assert sessions.release(row.id)
    row.refresh_from_db()
    assert (row.why, row.access_sealed, row.refresh_sealed) == (Why.SIGNED_OUT, "", "")
    assert last_event() == ("session.end", "signed_out")


def test_a_job_that_is_through_leaves_a_session_in_use_alone(new_row: NewRow, fake_jobs: FakeJobs) -> None:
    row = new_row()
    assert not sessions.release(row.id)
    row.refresh_from_db()
    assert row.open_to_browsers


def test_without_a_job_there_is_nobody_to_leave_it_to(new_row: NewRow, fake_jobs: FakeJobs) -> None:
    row = new_row()
    assert not sessions.leave_to_jobs(row.id)
    row.refresh_from_db()
    assert row.why is Why.SIGNED_OUT
    assert last_event() == ("session.sign-out", "")


def test_a_job_that_ends_at_the_same_moment_leaves_nothing_behind(
    new_row: NewRow, fake_jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = new_row()
    fake_jobs.start(row.id)
    record = trail.record

    def ends_meanwhile(*args: Any, **kwargs: Any) -> None:
        record(*args, **kwargs)
        fake_jobs.running_on.clear()

    monkeypatch.setattr("audit.trail.record", ends_meanwhile)
    assert not sessions.leave_to_jobs(row.id)
    row.refresh_from_db()
    assert row.why is Why.SIGNED_OUT


def test_an_ended_session_is_left_to_nobody(new_row: NewRow, fake_jobs: FakeJobs) -> None:
    row = new_row()
    fake_jobs.start(row.id)
    sessions.end(row.id, Why.REFUSED)
    sessions.leave_to_jobs(row.id)
    row.refresh_from_db()
    assert (row.why, row.left_to_jobs_at) == (Why.REFUSED, None)


def test_being_idle_signs_the_browser_out_and_lets_the_job_go_on(
    visitor: Client, sandbox: SandboxProcess, fake_jobs: FakeJobs, settings: Settings
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(visitor)
        row = UpstreamSession.objects.get()
        fake_jobs.start(row.id)
        clock.shift(settings.SESSION_IDLE)
        assert visitor.get("/account/sessions")["Location"].startswith("/sign-in")
        assert "not used for a long time" in visitor.get("/sign-in").content.decode()
        row.refresh_from_db()
        assert (row.ended_at, row.left_to_jobs_at) == (None, NOON + settings.SESSION_IDLE)
        assert last_event() == ("session.leave-to-jobs", "idle")


def test_housekeeping_leaves_what_is_idle_to_its_jobs_until_they_are_through(
    new_row: NewRow, fake_jobs: FakeJobs, settings: Settings
) -> None:
    row = new_row()
    fake_jobs.start(row.id)
    with time_machine.travel(row.created_at + settings.SESSION_IDLE, tick=False) as clock:
        assert upkeep.end_overdue() == 0
        clock.shift(settings.SESSION_IDLE)
        assert upkeep.end_overdue() == 0
        assert sessions.live().get().left_to_jobs_at is not None
        fake_jobs.end(row.id)  # its process died before it could say so
        assert upkeep.end_overdue() == 1
    row.refresh_from_db()
    assert row.why is Why.SIGNED_OUT


def test_no_job_outlives_the_life_of_a_session(
    new_row: NewRow, fake_jobs: FakeJobs, settings: Settings
) -> None:
    row = left(new_row(), fake_jobs)
    with time_machine.travel(row.created_at + settings.SESSION_LIFE, tick=False):
        assert sessions.actor_of(row.id, request_id="job") is None
    row.refresh_from_db()
    assert (row.why, row.access_sealed) == (Why.EXPIRED, "")


def test_a_browser_that_still_has_the_cookie_is_not_let_in(owner_client: Client, fake_jobs: FakeJobs) -> None:
    row = left(UpstreamSession.objects.get(), fake_jobs)
    assert owner_client.get("/account/sessions").status_code == 302
    row.refresh_from_db()
    assert row.ended_at is None


def test_signing_in_anew_in_the_same_browser_ends_no_job(owner_client: Client, fake_jobs: FakeJobs) -> None:
    row = UpstreamSession.objects.get()
    fake_jobs.start(row.id)
    sign_in(owner_client, MANAGER)
    row.refresh_from_db()
    assert (row.ended_at, row.open_to_browsers) == (None, False)


def test_who_loses_the_role_loses_the_job_as_well(new_row: NewRow, fake_jobs: FakeJobs) -> None:
    row = left(new_row(), fake_jobs)
    roles.confirm(row.id, role=Role.OWNER, at=row.created_at)
    roles.confirm_roles(100073, {row.user_id: 0})
    row.refresh_from_db()
    assert (row.why, row.access_sealed) == (Why.ROLE_LOST, "")


def test_a_job_acts_as_the_person_of_the_session(new_row: NewRow) -> None:
    row = new_row()
    roles.confirm(row.id, role=Role.MANAGER, at=row.created_at + timedelta(seconds=1))
    actor = sessions.actor_of(row.id, request_id="job-7")
    assert actor == Actor(
        session_id=row.id,
        user_id=row.user_id,
        user_num="70015325",
        name="Owner",
        role=Role.MANAGER,
        org_num=100073,
        address="192.0.2.1",
        request_id="job-7",
    )
    sessions.end(row.id, Why.REFUSED)
    assert sessions.actor_of(row.id, request_id="job-7") is None
