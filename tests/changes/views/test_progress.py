"""/changes/<id>/progress: what the page of a set asks for while it waits."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import UpstreamSession
from changes.models import ChangeSet, SetState, State
from tests.changes.views.making import a_set, being_applied, session
from tests.orgs.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "changes-progress"}


def address(change_set: ChangeSet, waited: int = 1, state: str = "") -> str:
    return f"/changes/{change_set.pk}/progress?state={state or change_set.state}&waited={waited}"


def test_it_is_the_region_of_the_page(owner_client: Client) -> None:
    change_set = being_applied(a_set(SetState.APPLYING, [{"state": State.DONE}, {}]))
    response = owner_client.get(address(change_set), headers=HTMX)
    assert response.content.decode().strip().startswith('<section id="changes-progress"')
    assert "1 of 2 (50%)" in asking.text(response)


def test_it_brings_the_badge_along(owner_client: Client) -> None:
    """So that the two never say different numbers."""
    change_set = being_applied(a_set(SetState.APPLYING, [{"state": State.DONE}, {}]))
    answer = asking.text(owner_client.get(address(change_set), headers=HTMX))
    assert re.search(r'</section>\s*<span id="changes-running"[^>]* hx-swap-oob="true"[^>]*>.*50%', answer)
    assert "hx-swap-oob" not in asking.text(owner_client.get(f"/changes/{change_set.pk}"))
    assert "hx-swap-oob" not in asking.text(owner_client.get("/changes/running"))


@pytest.mark.parametrize(("waited", "wait"), [(1, 2), (4, 5), (5, 5), (99, 1)])
def test_it_asks_less_and_less_often(owner_client: Client, waited: int, wait: int) -> None:
    change_set = a_set(SetState.PLANNING)
    page = asking.text(owner_client.get(address(change_set, waited), headers=HTMX))
    assert f'hx-trigger="every {wait}s"' in page
    assert f"waited={wait}" in page


@pytest.mark.parametrize("state", [SetState.PLANNED, SetState.FINISHED, SetState.PAUSED, SetState.APPLYING])
def test_it_leads_to_the_page_when_there_is_something_else_to_see(
    owner_client: Client, state: SetState
) -> None:
    change_set = a_set(state)
    asked = address(change_set, state=SetState.PLANNING)
    response = owner_client.get(asked, headers=HTMX)
    assert response["HX-Redirect"] == f"/changes/{change_set.pk}"
    assert owner_client.get(asked)["Location"] == f"/changes/{change_set.pk}"


def test_watching_keeps_no_session_alive_and_asks_nothing_of_weila(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    change_set = a_set(SetState.APPLYING, [{}])
    owner_client.get(f"/changes/{change_set.pk}")
    used = timezone.now() - timedelta(minutes=10)
    UpstreamSession.objects.filter(pk=session().pk).update(last_used_at=used)
    sandbox.clear_journal()
    sandbox.fault("*", "status", 503)
    for _time in range(3):
        assert owner_client.get(address(change_set), headers=HTMX).status_code == 200
    assert session().last_used_at == used
    assert sandbox.journal() == []


def test_the_role_is_still_confirmed_when_its_time_is_over(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    change_set = a_set(SetState.APPLYING, [{}])
    owner_client.get(f"/changes/{change_set.pk}")
    UpstreamSession.objects.filter(pk=session().pk).update(confirmed_at=timezone.now() - timedelta(minutes=4))
    sandbox.clear_journal()
    owner_client.get(address(change_set), headers=HTMX)
    assert "org-my-org" in [entry["path"].rsplit("/", 1)[-1] for entry in sandbox.journal()]


def test_a_message_waits_for_the_page(owner_client: Client) -> None:
    """It is for whoever is led there, not for the region that was asking meanwhile."""
    change_set = a_set(SetState.APPLYING, [{}])
    discarded = a_set(SetState.PLANNED)
    owner_client.post(f"/changes/{discarded.pk}/discard")
    assert "is discarded" not in asking.text(owner_client.get(address(change_set), headers=HTMX))
    assert "is discarded" in asking.text(owner_client.get(f"/changes/{discarded.pk}"))


def test_it_is_cheap(owner_client: Client) -> None:
    change_set = being_applied(a_set(SetState.APPLYING, [{}]))
    owner_client.get("/changes")
    with Queries() as queries:
        owner_client.get(address(change_set), headers=HTMX)
    assert len(queries) <= 5
    assert queries.writes == []


def test_it_needs_a_session_and_the_role(
    visitor: Client, ordinary_client: Client, sandbox: SandboxProcess
) -> None:
    asked = address(a_set(SetState.APPLYING, [{}]))
    assert visitor.get(asked)["Location"].startswith("/sign-in")
    asking.closed_to_members(ordinary_client, sandbox, asked)
