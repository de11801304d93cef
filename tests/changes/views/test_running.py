"""/changes/running: the badge of every page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import UpstreamSession
from changes.models import Pause, SetState, State
from tests.changes.views.making import a_set, session
from tests.orgs.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import MANAGER, OTHER_OWNER, sign_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "changes-running"}


def badge(client: Client) -> str:
    return asking.text(client.get("/changes/running", headers=HTMX)).strip()


@pytest.fixture
def client_at_work(owner_client: Client) -> Client:
    """Somebody whom the gate has let in."""
    owner_client.get("/changes")
    return owner_client


def test_every_page_asks_for_it_once(client_at_work: Client) -> None:
    page = client_at_work.get("/members").content.decode()
    assert page.count('hx-get="/changes/running" hx-trigger="load"') == 1


def test_nothing_runs_and_it_asks_no_more(client_at_work: Client) -> None:
    a_set(SetState.FINISHED, [{"state": State.DONE}])
    assert badge(client_at_work) == '<span id="changes-running" data-aside></span>'


def test_what_runs_is_counted_and_asked_for_again(client_at_work: Client) -> None:
    a_set(SetState.APPLYING, [{"state": State.DONE}, {}, {}, {}])
    a_set(SetState.PLANNING)
    said = badge(client_at_work)
    assert "2 running" in said and "25%" in said
    assert 'hx-trigger="every 10s"' in said


def test_planning_alone_has_no_share(client_at_work: Client) -> None:
    a_set(SetState.PLANNING)
    assert "1 running" in badge(client_at_work) and "%" not in badge(client_at_work)


def test_what_stopped_by_itself_is_said_and_what_was_canceled_is_not(client_at_work: Client) -> None:
    a_set(SetState.PAUSED, reason=Pause.CANCELED)
    assert "stopped" not in badge(client_at_work)
    a_set(SetState.PAUSED, reason=Pause.UNREACHABLE)
    said = badge(client_at_work)
    assert "1 stopped" in said and "hx-trigger" not in said


def test_a_colleague_sees_it_and_nobody_of_another_organization(client_at_work: Client) -> None:
    a_set(SetState.APPLYING, [{}])
    for account, seen in ((MANAGER, True), (OTHER_OWNER, False)):
        client = Client(headers={"Accept-Language": "en"})
        sign_in(client, account)
        client.get("/changes")
        assert ("1 running" in badge(client)) is seen


def test_nobody_else_is_told_anything_or_led_anywhere(
    visitor: Client, ordinary_client: Client, sandbox: SandboxProcess
) -> None:
    a_set(SetState.APPLYING, [{}])
    for client in (visitor, ordinary_client):
        assert badge(client) == '<span id="changes-running" data-aside></span>'


def test_a_confirmation_that_is_too_old_says_nothing(client_at_work: Client) -> None:
    a_set(SetState.APPLYING, [{}])
    UpstreamSession.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))
    assert "running" not in badge(client_at_work).replace("changes-running", "")


def test_it_keeps_no_session_alive_and_asks_nothing_of_weila(
    client_at_work: Client, sandbox: SandboxProcess
) -> None:
    used = timezone.now() - timedelta(minutes=10)
    UpstreamSession.objects.filter(pk=session().pk).update(last_used_at=used)
    sandbox.clear_journal()
    with Queries() as queries:
        badge(client_at_work)
    assert session().last_used_at == used
    assert sandbox.journal() == []
    assert len(queries) <= 3 and queries.writes == []


def test_a_message_waits_for_the_page(client_at_work: Client) -> None:
    change_set = a_set(SetState.PLANNED)
    client_at_work.post(f"/changes/{change_set.pk}/discard")
    assert "is discarded" not in badge(client_at_work)
    assert "is discarded" in asking.text(client_at_work.get("/changes"))
