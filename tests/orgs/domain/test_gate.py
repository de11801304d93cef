"""The gate: who passes, how often the upstream is asked, and what happens when it does not answer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import UpstreamSession, Why
from common.actor import Role
from orgs import freshness, mirror
from orgs.models import Member, Organization
from tests.orgs.domain.conftest import actor_of
from tests.support.queries import Queries
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.signing_in import BROWSER, MANAGER, NO_ORGANIZATION, ORDINARY, OTHER_OWNER, OWNER, sign_in

pytestmark = pytest.mark.urls("tests.orgs.domain.urls")

MY_ORG, LIST = "/v1/corp/web/org-my-org", "/v1/corp/web/get-address-list"
OWNER_ID = 1253444


@pytest.fixture(autouse=True)
def _failure_view(settings: Any) -> None:
    settings.UPSTREAM_FAILURE_VIEW = "tests.orgs.domain.urls.refused"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield traveller


def signed_in(account: str = OWNER) -> Client:
    client = Client(headers={"User-Agent": BROWSER, "Accept-Language": "en"})
    sign_in(client, account)
    return client


@pytest.fixture
def client(sandbox: SandboxProcess, db: None, clock: time_machine.Traveller) -> Client:
    """The owner, whose directory has been read; the journal is empty."""
    client = signed_in()
    assert client.get("/gated").status_code == 200
    sandbox.clear_journal()
    return client


def session() -> UpstreamSession:
    return UpstreamSession.objects.latest("created_at")


def head() -> Organization:
    return Organization.objects.get(num=ORG)


# --- who passes


def test_the_owner_passes_at_once(sandbox: SandboxProcess, db: None) -> None:
    answer = signed_in().get("/gated")
    assert answer.content.decode() == f"{head().name}|{ORG}|"
    assert head().total == 60
    assert session().role == Role.OWNER


def test_a_manager_passes(sandbox: SandboxProcess, db: None) -> None:
    assert signed_in(MANAGER).get("/gated").status_code == 200
    assert session().role == Role.MANAGER


def test_an_ordinary_member_is_refused(sandbox: SandboxProcess, db: None) -> None:
    client = signed_in(ORDINARY)
    answer = client.get("/gated")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")
    assert session().ended_why == Why.NOT_ADMINISTRATOR
    assert client.get("/open").status_code == 302


def test_somebody_without_an_organization_is_led_to_create_one(sandbox: SandboxProcess, db: None) -> None:
    client = signed_in(NO_ORGANIZATION)
    assert client.get("/gated")["Location"] == "/org/create"
    fragment = client.get("/gated", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/org/create")
    assert client.get("/open").status_code == 200


def test_anonymous(db: None) -> None:
    assert Client().get("/gated").status_code == 302
    assert Client().get("/anybody").content == b"anybody"


def test_each_sees_only_their_own(sandbox: SandboxProcess, db: None) -> None:
    signed_in().get("/gated")
    assert f"|{ORG}|" not in signed_in(OTHER_OWNER).get("/gated").content.decode()


# --- how often


def test_it_asks_once_in_five_seconds(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        client.get("/gated")
    assert sandbox.journal() == []
    clock.shift(6)
    for _ in range(3):
        client.get("/gated")
    assert len(sandbox.journal(MY_ORG)) == 1
    assert sandbox.journal(LIST) == []


def test_a_request_that_needs_not_ask_costs_three_queries(client: Client) -> None:
    with Queries() as everything:
        client.get("/gated")
    with Queries() as without_gate:
        client.get("/open")
    assert len(everything) - len(without_gate) <= 2


def test_a_write_always_asks(client: Client, sandbox: SandboxProcess) -> None:
    client.post("/gated")
    client.post("/gated")
    assert len(sandbox.journal(MY_ORG)) == 2


def test_what_was_noted_a_moment_ago_is_not_written_again(client: Client, sandbox: SandboxProcess) -> None:
    """It would wait for SQLite's write lock, and say nothing new."""
    with Queries() as queries:
        client.post("/gated")
    assert len(sandbox.journal(MY_ORG)) == 1
    assert queries.writes == []


def test_news_are_noted_at_once(client: Client, sandbox: SandboxProcess) -> None:
    Organization.objects.update(name="as it was", intro="as it was")
    UpstreamSession.objects.update(role=Role.MANAGER)
    client.post("/gated")
    assert "as it was" not in (head().name, head().intro)
    assert session().role == Role.OWNER


def test_each_session_is_confirmed(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    other = signed_in(MANAGER)
    other.get("/gated")
    clock.shift(181)
    sandbox.clear_journal()
    client.get("/gated")
    other.get("/gated")
    assert len(sandbox.journal(MY_ORG)) == 2


# --- what changed upstream


def test_a_moved_version_is_fetched_before_the_page(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    sandbox.control("POST", "weila/members/1253446", {"name": "别人改的"})
    clock.shift(6)
    client.get("/gated")
    assert Member.objects.get(user_id=1253446).name == "别人改的"
    assert len(sandbox.journal(LIST)) == 1


def test_a_version_that_was_too_young_is_fetched_again(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    """Within the second that a version names, a later change has the same version."""
    sandbox.control("POST", "weila/members/1253446", {"name": "一"})
    clock.shift(6)
    client.get("/gated")
    assert not head().mirrored_settled
    for _ in range(2):
        clock.shift(6)
        client.get("/gated")
    assert len(sandbox.journal(LIST)) == 2
    assert head().mirrored_settled


def test_from_time_to_time_it_is_read_anyway(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    sandbox.assume(address_ver="never")
    sandbox.control("POST", "weila/members/1253446", {"name": "别人改的"})
    clock.shift(14 * 60)
    client.get("/gated")
    assert sandbox.journal(LIST) == []
    clock.shift(2 * 60)
    client.get("/gated")
    assert Member.objects.get(user_id=1253446).name == "别人改的"


@pytest.mark.parametrize("kind", [0, 1])
def test_a_lost_role_ends_the_session(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller, kind: int
) -> None:
    sandbox.control("POST", f"weila/members/{OWNER_ID}", {"type": kind})
    clock.shift(6)
    assert client.get("/gated").status_code == 302
    assert session().ended_why == Why.ROLE_LOST


def test_who_may_not_read_the_directory_is_refused(sandbox: SandboxProcess, db: None) -> None:
    sandbox.assume(member_read="refused")
    assert signed_in(ORDINARY).get("/gated").status_code == 302
    assert session().ended_why in (Why.ROLE_LOST, Why.NOT_ADMINISTRATOR, Why.NOT_MEMBER)
    assert head().failure == ""
    assert signed_in().get("/gated").status_code == 200


def test_a_write_sees_a_lost_role_at_once(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", f"weila/members/{OWNER_ID}", {"type": 0})
    assert client.post("/gated").status_code == 302
    assert session().ended_why == Why.ROLE_LOST


@pytest.mark.parametrize("org_num", [100080, None])
def test_another_organization_ends_the_session(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller, org_num: int | None
) -> None:
    sandbox.control("POST", f"weila/users/{OWNER_ID}", {"org_num": org_num})
    clock.shift(6)
    answer = client.get("/gated")
    assert answer.status_code == 302
    assert "微喇测试" not in answer.content.decode()
    assert session().ended_why == Why.ORGANIZATION_CHANGED


def test_a_dead_token_ends_the_session(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    sandbox.expire_tokens(refresh=True)
    clock.shift(6)
    assert client.get("/gated").content == b"SessionOver"
    assert session().ended_why == Why.REFUSED


# --- nobody answers


def test_reading_goes_on_for_a_while_and_says_as_of_when(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    read_at = head().mirrored_at
    assert read_at is not None
    sandbox.fault("*", "drop")
    for seconds in (6, 200, 1500):
        clock.shift(seconds)
        answer = client.get("/gated")
        assert answer.status_code == 200
        assert answer.content.decode().endswith(f"|{read_at.isoformat()}")
    clock.shift(600)
    assert client.get("/gated").status_code == 503


def test_writing_does_not(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault("*", "drop")
    assert client.post("/gated").status_code == 503


def test_not_every_page_waits_for_nothing(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    sandbox.fault("*", "status", 503)
    clock.shift(200)
    client.get("/gated")
    asked = len(sandbox.journal(MY_ORG))
    for _ in range(3):
        assert client.get("/gated").status_code == 200
    assert len(sandbox.journal(MY_ORG)) == asked


def test_it_comes_back(client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller) -> None:
    sandbox.fault("*", "drop")
    clock.shift(6)
    assert not client.get("/gated").content.decode().endswith("|")
    sandbox.clear_faults()
    clock.shift(60)
    assert client.get("/gated").content.decode().endswith("|")


def test_a_refusal_is_no_silence(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    sandbox.fault(MY_ORG, "errcode", 12345)
    clock.shift(200)
    assert client.get("/gated").content == b"Rejected"
    assert session().ended_at is None


def test_a_list_that_cannot_be_read_leaves_the_old_one(
    client: Client, sandbox: SandboxProcess, clock: time_machine.Traveller
) -> None:
    sandbox.control("POST", "weila/members/1253446", {"name": "别人改的"})
    sandbox.fault(LIST, "malformed", "html")
    clock.shift(6)
    answer = client.get("/gated")
    assert answer.status_code == 200
    assert not answer.content.decode().endswith("|")


def test_nothing_is_shown_before_it_was_read_once(sandbox: SandboxProcess, db: None) -> None:
    client = signed_in()
    sandbox.fault("*", "drop")
    assert client.get("/gated").status_code == 503
    sandbox.clear_faults()
    sandbox.fault(LIST, "malformed", "html")
    assert client.get("/gated").status_code == 503


# --- large organizations


@pytest.fixture
def large(settings: Any) -> None:
    settings.MIRROR_INLINE_LIMIT = 10


def test_a_large_one_is_read_in_the_background(
    sandbox: SandboxProcess, db: None, large: None, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in()
    with django_capture_on_commit_callbacks() as callbacks:
        assert client.get("/gated")["Location"] == "/org/loading?next=%2Fgated"
        assert client.get("/gated")["Location"] == "/org/loading?next=%2Fgated"
    assert len(callbacks) == 1
    callbacks[0]()
    assert client.get("/gated").status_code == 200


def test_a_large_one_that_moved_is_shown_as_it_was(
    client: Client,
    sandbox: SandboxProcess,
    large: None,
    clock: time_machine.Traveller,
    django_capture_on_commit_callbacks: Any,
) -> None:
    sandbox.control("POST", "weila/members/1253446", {"name": "别人改的"})
    clock.shift(6)
    with django_capture_on_commit_callbacks() as callbacks:
        assert client.get("/gated").status_code == 200
        clock.shift(6)
        client.get("/gated")
    assert len(callbacks) == 1
    assert sandbox.journal(LIST) == []


def test_the_state_of_loading(
    sandbox: SandboxProcess, db: None, large: None, clock: time_machine.Traveller
) -> None:
    client = signed_in()
    client.get("/gated")
    actor = actor_of(session())
    state = freshness.loading_state(actor)
    assert (state.loaded, state.done, state.total, state.failed) == (False, 0, 0, False)
    sandbox.fault(LIST, "malformed", "html", times=5)
    mirror.fetch.func(ORG, str(actor.session_id))
    assert freshness.loading_state(actor).failed
    sandbox.clear_faults()
    mirror.fetch.func(ORG, str(actor.session_id))
    assert freshness.loading_state(actor).loaded


def test_whoever_opens_the_loading_page_first_starts_the_load(
    sandbox: SandboxProcess, db: None, django_capture_on_commit_callbacks: Any
) -> None:
    signed_in()
    with django_capture_on_commit_callbacks(execute=True):
        assert not freshness.loading_state(actor_of(session())).loaded
    assert freshness.loading_state(actor_of(session())).loaded


def test_a_lost_job_is_asked_for_again(
    sandbox: SandboxProcess,
    db: None,
    large: None,
    clock: time_machine.Traveller,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = signed_in()
    client.get("/gated")
    queued = head().queued_at
    assert queued is not None
    clock.shift(timedelta(seconds=61))
    with django_capture_on_commit_callbacks() as callbacks:
        client.get("/gated")
    assert len(callbacks) == 1
