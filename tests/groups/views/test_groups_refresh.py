"""/groups/refresh: the list is read anew on demand."""

import pytest
from django.test import Client

from groups.models import Group
from tests.groups.domain.conftest import calls
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/groups/refresh"


def test_it_reads_what_no_version_tells(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/groups")
    Group.objects.filter(group_id=asking.GROUP).update(name="as it was")
    sandbox.clear_journal()
    body = asking.text(owner_client.post(ADDRESS, follow=True))
    assert "The groups were read from Weila just now." in body
    assert "as it was" not in body
    assert calls(sandbox) == ["group-getall"]


def test_it_needs_a_session(visitor: Client) -> None:
    response = visitor.post(ADDRESS)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in")


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    assert ordinary_client.post(ADDRESS)["Location"].startswith("/sign-in")
    assert "group-getall" not in calls(sandbox)


def test_opening_it_reads_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert owner_client.get(ADDRESS)["Location"] == "/groups"
    assert "group-getall" not in calls(sandbox)


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/groups")
    sandbox.fault(asking.API + "group-getall", "status", 503)
    response = owner_client.post(ADDRESS)
    assert response.status_code == 503
    assert Group.objects.count() == 6
