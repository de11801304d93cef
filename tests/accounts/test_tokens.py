"""Tokens are renewed in time, once, and for everybody; only the upstream's own refusal ends a session."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import roles, sealing, sessions
from accounts.models import UpstreamSession, Why
from accounts.sealing import Tokens
from accounts.tokens import (
    SessionTokens,
    anonymous_weila,
    tokens_from,
    weila_of,
)
from common import lease
from tests.accounts.conftest import NewRow
from tests.support.sandbox import OWNER_NUM, PASSWORD, SandboxProcess
from upstream.errors import Rejected, SessionOver, Timeout, Unavailable
from upstream.secret import Password, Secret

REFRESH = "/v1/sessions/refresh"
MY_ORG = "/v1/corp/web/org-my-org"
pytestmark = pytest.mark.django_db


def about_to_expire(row: UpstreamSession, seconds: float = 30) -> None:
    UpstreamSession.objects.filter(pk=row.pk).update(expires_at=timezone.now() + timedelta(seconds=seconds))


def test_a_good_token_is_used_as_it_is(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    assert weila_of(row.id).org_my_org() is not None
    assert sandbox.journal(REFRESH) == []


def test_a_token_is_renewed_before_it_expires(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    before = sealing.unseal_tokens(row)
    about_to_expire(row)
    weila_of(row.id).org_my_org()
    assert len(sandbox.journal(REFRESH)) == 1
    row.refresh_from_db()
    after = sealing.unseal_tokens(row)
    assert (after.access != before.access, after.refresh != before.refresh) == (True, True)
    assert row.token_version == 2
    assert row.expires_at > timezone.now() + timedelta(hours=23)


@pytest.mark.parametrize("write", [False, True])
def test_a_refused_token_is_renewed_once_and_the_call_repeated(
    new_row: NewRow, sandbox: SandboxProcess, write: bool
) -> None:
    row = new_row()
    sandbox.expire_tokens()
    client = weila_of(row.id)
    if write:
        client.dept_create(100073, "夜班")
    else:
        client.org_my_org()
    assert len(sandbox.journal(REFRESH)) == 1


def test_a_refused_refresh_ends_the_session(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    sandbox.expire_tokens(refresh=True)
    with pytest.raises(SessionOver):
        weila_of(row.id).org_my_org()
    row.refresh_from_db()
    assert (row.why, row.access_sealed, row.refresh_sealed) == (Why.REFUSED, "", "")
    with pytest.raises(SessionOver):
        weila_of(row.id).org_my_org()
    assert len(sandbox.journal(REFRESH)) == 1


def test_an_unavailable_refresh_leaves_the_session(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    sandbox.expire_tokens()
    sandbox.fault(REFRESH, "status", 503)
    with pytest.raises(Unavailable):
        weila_of(row.id).org_my_org()
    row.refresh_from_db()
    assert row.ended_at is None
    sandbox.clear_faults()
    assert weila_of(row.id).org_my_org() is not None


def test_a_proxys_refusal_says_nothing_about_the_tokens(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    sandbox.expire_tokens()
    sandbox.fault(REFRESH, "status", 403)
    with pytest.raises(Unavailable):
        weila_of(row.id).org_my_org()
    row.refresh_from_db()
    assert row.ended_at is None


def test_an_old_token_is_used_while_it_lives_and_nobody_renews_it(
    new_row: NewRow, sandbox: SandboxProcess
) -> None:
    row = new_row()
    about_to_expire(row)
    sandbox.fault(REFRESH, "status", 503)
    assert weila_of(row.id).org_my_org() is not None


def test_a_refresh_that_never_arrived_is_sent_again(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    sandbox.expire_tokens()
    sandbox.fault(REFRESH, "drop", times=1)
    assert weila_of(row.id).org_my_org() is not None
    row.refresh_from_db()
    assert row.ended_at is None


def test_a_refresh_whose_answer_was_lost_is_over_only_when_the_upstream_says_so(
    new_row: NewRow, sandbox: SandboxProcess
) -> None:
    row = new_row()
    sandbox.expire_tokens()
    sandbox.fault(REFRESH, "drop-after", times=1)
    with pytest.raises(SessionOver):
        weila_of(row.id).org_my_org()
    assert len(sandbox.journal(REFRESH)) == 2
    row.refresh_from_db()
    assert row.why is Why.REFUSED


@pytest.mark.django_db(transaction=True)
def test_sixty_four_at_once_refresh_once_and_all_succeed(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    sandbox.expire_tokens()
    about_to_expire(row, -1)
    start = threading.Barrier(64)

    def ask(_: int) -> int:
        try:
            start.wait()
            org = weila_of(row.id).org_my_org()
            return org.num if org else 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(ask, range(64)))
    assert answers == [100073] * 64
    assert len(sandbox.journal(REFRESH)) == 1
    row.refresh_from_db()
    assert (row.token_version, row.ended_at, row.lease_until) == (2, None, None)


def test_who_comes_second_waits_for_the_winners_token(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    stale = sealing.unseal_tokens(row).access
    rows = UpstreamSession.objects.all()
    fence = lease.take(rows, row.pk, seconds=60)
    assert fence is not None
    naps: list[float] = []

    def winner_finishes(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            store(row, "fresh", "next")
            lease.release(rows, row.pk, fence)

    token = SessionTokens(row.id, sleep=winner_finishes).renew(stale)
    assert token == Secret("fresh")
    assert len(naps) == 3
    assert sandbox.journal(REFRESH) == []


def test_who_comes_second_takes_over_when_the_winner_died(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    stale = sealing.unseal_tokens(row).access
    rows = UpstreamSession.objects.all()
    fence = lease.take(rows, row.pk, seconds=60)
    assert fence is not None

    def winner_dies(seconds: float) -> None:
        lease.release(rows, row.pk, fence)

    assert SessionTokens(row.id, sleep=winner_dies).renew(stale) != stale
    assert len(sandbox.journal(REFRESH)) == 1


def test_waiting_ends(new_row: NewRow, settings: Settings) -> None:
    row = new_row()
    lease.take(UpstreamSession.objects.all(), row.pk, seconds=60)
    settings.WEILA = {**settings.WEILA, "write_deadline": 0.01}
    with pytest.raises(Timeout):
        SessionTokens(row.id).renew(sealing.unseal_tokens(row).access)
    row.refresh_from_db()
    assert row.ended_at is None


def test_a_session_that_ends_during_the_refresh_stays_ended(new_row: NewRow) -> None:
    row = new_row()

    class EndedMeanwhile(SessionTokens):
        def _ask(self, tokens: Tokens) -> Tokens:
            fresh = super()._ask(tokens)
            sessions.end(row.id, Why.SIGNED_OUT)
            return fresh

    with pytest.raises(SessionOver):
        EndedMeanwhile(row.id).renew(sealing.unseal_tokens(row).access)
    row.refresh_from_db()
    assert (row.why, row.access_sealed) == (Why.SIGNED_OUT, "")


def test_an_organization_that_becomes_known_during_the_refresh_binds_the_new_tokens(new_row: NewRow) -> None:
    row = new_row()
    tokens = sealing.unseal_tokens(row)
    row.org_num = None
    row.access_sealed, row.refresh_sealed = sealing.seal_tokens(row.id, None, tokens)
    row.save()

    class BoundMeanwhile(SessionTokens):
        def _ask(self, tokens: Tokens) -> Tokens:
            fresh = super()._ask(tokens)
            roles.bind_organization(row.id, 100073)
            return fresh

    fresh = BoundMeanwhile(row.id).renew(tokens.access)
    row.refresh_from_db()
    assert row.org_num == 100073
    assert sealing.unseal_tokens(row).access == fresh != tokens.access


# --- a new sign-in in place of the old


def signed_in_anew() -> Tokens:
    reply = anonymous_weila("").login_by_name(OWNER_NUM, Password(PASSWORD))
    return tokens_from(reply.access_token, reply.refresh_token, reply.expires_in)


@pytest.mark.django_db(transaction=True)
def test_who_needs_a_token_while_somebody_signs_in_anew_waits_for_the_new_one(
    new_row: NewRow, sandbox: SandboxProcess
) -> None:
    sandbox.assume(parallel_sessions="latest-only")
    row = new_row()
    stale = sealing.unseal_tokens(row).access
    waits, answers = threading.Event(), []

    def nap(seconds: float) -> None:
        waits.set()
        time.sleep(seconds)

    def job() -> None:
        try:
            answers.append(SessionTokens(row.id, sleep=nap).renew(stale))
        finally:
            connections.close_all()

    thread = threading.Thread(target=job)

    def sign_in() -> Tokens:
        tokens = signed_in_anew()  # from here on Weila refuses the old ones, to a refresh as well
        thread.start()
        assert waits.wait(10)
        return tokens

    SessionTokens(row.id).replace(sign_in)
    thread.join(10)
    row.refresh_from_db()
    assert answers == [sealing.unseal_tokens(row).access]
    assert answers != [stale]
    assert sandbox.journal(REFRESH) == []
    assert row.ended_at is None


def test_a_refresh_under_way_comes_first(new_row: NewRow) -> None:
    row = new_row()
    rows = UpstreamSession.objects.all()
    fence = lease.take(rows, row.pk, seconds=60)
    assert fence is not None
    steps: list[str] = []

    def refresh_ends(seconds: float) -> None:
        steps.append("refreshed")
        store(row, "fresh", "next")
        lease.release(rows, row.pk, fence)

    def sign_in() -> Tokens:
        steps.append("signed in")
        return signed_in_anew()

    SessionTokens(row.id, sleep=refresh_ends).replace(sign_in)
    row.refresh_from_db()
    assert steps == ["refreshed", "signed in"]
    assert row.token_version == 3
    assert weila_of(row.id).org_my_org() is not None


def test_a_refresh_that_does_not_end_keeps_nobody_waiting_for_ever(
    new_row: NewRow, settings: Settings
) -> None:
    row = new_row()
    lease.take(UpstreamSession.objects.all(), row.pk, seconds=60)
    settings.WEILA = {**settings.WEILA, "write_deadline": 0.01}
    with pytest.raises(Timeout):
        SessionTokens(row.id).replace(lambda: pytest.fail("nothing may be sent"))


@pytest.mark.django_db(transaction=True)
def test_no_refresh_inside_somebodys_transaction(new_row: NewRow, sandbox: SandboxProcess) -> None:
    row = new_row()
    with pytest.raises(RuntimeError), transaction.atomic():
        SessionTokens(row.id).renew(sealing.unseal_tokens(row).access)
    assert sandbox.journal(REFRESH) == []


def test_tokens_that_no_key_opens_end_the_session(new_row: NewRow, settings: Settings) -> None:
    row = new_row()
    settings.TOKEN_KEYS = ["b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMDA="]
    with pytest.raises(SessionOver):
        weila_of(row.id).org_my_org()
    row.refresh_from_db()
    assert row.why is Why.UNREADABLE


def test_a_token_refused_right_after_its_renewal_is_not_renewed_again(
    new_row: NewRow, sandbox: SandboxProcess
) -> None:
    row = new_row()
    sandbox.fault(MY_ORG, "errcode", 31)
    with pytest.raises(SessionOver):
        weila_of(row.id).org_my_org()
    assert len(sandbox.journal(REFRESH)) == 1


def test_no_token_is_ever_logged(
    new_row: NewRow, sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    row = new_row()
    sandbox.expire_tokens()
    weila_of(row.id).org_my_org()
    sandbox.fault(MY_ORG, "errcode", 45003)
    with pytest.raises(Rejected) as caught:
        weila_of(row.id).org_my_org()
    assert "sandbox-" not in caplog.text + repr(caught.value)


def test_a_reply_without_a_lifetime_still_gives_a_token() -> None:
    tokens = tokens_from(Secret("a"), Secret("r"), 0)
    assert tokens.expires_at <= timezone.now()


def store(row: UpstreamSession, access: str, refresh: str) -> None:
    tokens = Tokens(Secret(access), Secret(refresh), timezone.now() + timedelta(days=1))
    sealed_access, sealed_refresh = sealing.seal_tokens(row.id, row.org_num, tokens)
    UpstreamSession.objects.filter(pk=row.pk).update(
        access_sealed=sealed_access,
        refresh_sealed=sealed_refresh,
        expires_at=tokens.expires_at,
        token_version=row.token_version + 1,
    )
